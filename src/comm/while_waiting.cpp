#include "shoal/comm/while_waiting.hpp"

#include <utility>

#include "comm/handle.hpp"

namespace shoal::comm {

WhileWaiting::WhileWaiting(const Communicator& communicator, std::function<void()> idle)
    : place_(communicator.handle().idle), before_(std::exchange(*place_, std::move(idle))) {}

WhileWaiting::~WhileWaiting() {
  *place_ = std::move(before_);
}

}  // namespace shoal::comm
