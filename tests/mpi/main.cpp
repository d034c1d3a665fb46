#include <cstdio>

#include <gtest/gtest.h>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/environment.hpp"

/// All ranks run the same tests. Those of rank 0 are printed; one that fails on any rank fails
/// there, and mpirun's exit code says so.
int main(int argc, char** argv) {
  const shoal::comm::Environment environment;
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
