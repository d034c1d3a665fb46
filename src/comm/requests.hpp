#pragma once

#include <span>
#include <vector>

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

#include "comm/waiting.hpp"

namespace shoal::comm {

/// Messages of floats between members, which are waited for together or one by one. Those that are
/// still on their way when this goes, as it does when waiting threw, are given up.
class Requests {
 public:
  explicit Requests(const Communicator& communicator) : communicator_(communicator) {}
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;
  ~Requests();

  /// `values` must not change, or be looked at, until they were waited for. Nothing is sent where
  /// there are none. The order of messages between two members is kept.
  void send(std::span<const float> values, int to);
  /// The same, but done only when the other one has begun to receive it.
  void send_synchronously(std::span<const float> values, int to);
  void receive(std::span<float> values, int from);

  /// Waits for the request that was made as the `i`th.
  void wait(std::size_t i) { comm::wait({&requests_[i], 1}, communicator_); }
  void wait() { comm::wait(requests_, communicator_); }

 private:
  const Communicator& communicator_;
  std::vector<MPI_Request> requests_;
};

}  // namespace shoal::comm
