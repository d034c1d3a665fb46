#include "shoal/comm/while_waiting.hpp"

#include <utility>

#include "comm/handle.hpp"

namespace shoal::comm {

WhileWaiting::WhileWaiting(const Communicator& communicator, std::function<void()> idle)
    : family_(communicator.handle().family),
      before_(std::exchange(family_->idle, std::move(idle))) {}

WhileWaiting::~WhileWaiting() {
  family_->idle = std::move(before_);
}

}  // namespace shoal::comm
