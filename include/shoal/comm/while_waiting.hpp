#pragma once

#include <functional>
#include <memory>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

struct Family;

/// While one of these lives, a member that waits for others in the communicator, or in one made
/// from it, calls `idle` again and again. It must not wait itself, and may look at the clock and
/// throw: then what was waited for is given up, and the job can only end. A later one takes the
/// place of an earlier one until it goes.
class WhileWaiting {
 public:
  WhileWaiting(const Communicator& communicator, std::function<void()> idle);
  WhileWaiting(const WhileWaiting&) = delete;
  WhileWaiting& operator=(const WhileWaiting&) = delete;
  ~WhileWaiting();

 private:
  std::shared_ptr<Family> family_;
  std::function<void()> before_;
};

}  // namespace shoal::comm
