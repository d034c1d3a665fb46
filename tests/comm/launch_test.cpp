#include "comm/launch.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace shoal::comm {
namespace {

constexpr const char* alone = "OMPI_MCA_ess_singleton_isolated";
constexpr const char* way = "OMPI_MCA_pml";

class LaunchTest : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }

 private:
  /// A test may itself be started by a launcher, in a job of Slurm say.
  static void clear() {
    for (const char* name :
         {alone, way, "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD", "SLURM_STEP_ID"}) {
      ::unsetenv(name);
    }
  }
};

TEST_F(LaunchTest, ARankAloneNeedsNoDaemon) {
  prepare_launch();
  ASSERT_NE(std::getenv(alone), nullptr);
  EXPECT_STREQ(std::getenv(alone), "1");
  EXPECT_STREQ(std::getenv(way), "ob1");
}

/// With ob1 a job of several ranks could not use its fast network.
TEST_F(LaunchTest, LeavesRanksOfALauncherAlone) {
  for (const char* launcher : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_FD", "SLURM_STEP_ID"}) {
    ::setenv(launcher, "4", 1);
    prepare_launch();
    EXPECT_EQ(std::getenv(alone), nullptr) << launcher;
    EXPECT_EQ(std::getenv(way), nullptr) << launcher;
    ::unsetenv(launcher);
  }
}

TEST_F(LaunchTest, LeavesWhatTheUserSet) {
  ::setenv(way, "ucx", 1);
  prepare_launch();
  EXPECT_STREQ(std::getenv(way), "ucx");
}

}  // namespace
}  // namespace shoal::comm
