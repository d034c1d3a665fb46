#include <cstdio>
#include <optional>

#include <gtest/gtest.h>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/environment.hpp"

// There where the program is built with LeakSanitizer.
extern "C" {
[[gnu::weak]] void __lsan_disable();
[[gnu::weak]] void __lsan_enable();
[[gnu::weak]] void __lsan_do_leak_check();
}

namespace {

/// MPI from its start to its end, when its plugins are closed and what they leave behind has no
/// name any more. So leaks are looked for before the end, and what MPI makes at its start is not
/// looked at.
class Mpi {
 public:
  Mpi() {
    if (__lsan_disable != nullptr) __lsan_disable();
    environment_.emplace();
    if (__lsan_enable != nullptr) __lsan_enable();
  }
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;
  ~Mpi() {
    if (__lsan_do_leak_check != nullptr) __lsan_do_leak_check();
  }

 private:
  std::optional<shoal::comm::Environment> environment_;
};

}  // namespace

/// All ranks run the same tests. Those of rank 0 are printed; one that fails on any rank fails
/// there, and mpirun's exit code says so.
int main(int argc, char** argv) {
  const Mpi mpi;
  ::testing::InitGoogleTest(&argc, argv);
  if (shoal::comm::Communicator::world().rank() != shoal::Rank{0}) {
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    // Failures are told on every rank.
    delete listeners.Release(listeners.default_result_printer());
    class Failures final : public ::testing::EmptyTestEventListener {
      void OnTestPartResult(const ::testing::TestPartResult& result) override {
        if (result.failed()) std::fprintf(stderr, "%s\n", result.message());
      }
    };
    listeners.Append(new Failures);
  }
  return RUN_ALL_TESTS();
}
