#include "comm/launch.hpp"

#include <cstdlib>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::comm {
namespace {

constexpr const char* alone = "OMPI_MCA_ess_singleton_isolated";
constexpr const char* way = "OMPI_MCA_pml";
constexpr const char* folders = "OMPI_MCA_orte_create_session_dirs";
constexpr const char* interfaces = "OMPI_MCA_btl_tcp_if_include";
constexpr const char* interfaces_left_out = "OMPI_MCA_btl_tcp_if_exclude";

class LaunchTest : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }

  static void set(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  /// A test may itself be started by a launcher, in a job of Slurm say.
  static void clear() {
    for (const char* name :
         {alone, way, folders, interfaces, interfaces_left_out, "OMPI_COMM_WORLD_LOCAL_SIZE",
          "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD", "PMI_SIZE", "SLURM_NTASKS",
          "SLURM_PROCID", "SLURM_STEP_ID", "SLURM_STEP_NUM_TASKS"}) {
      ::unsetenv(name);
    }
  }
};

TEST_F(LaunchTest, ARankAloneNeedsNoDaemonAndNoFolder) {
  prepare_launch(true);
  EXPECT_STREQ(std::getenv(folders), "0");
  ASSERT_NE(std::getenv(alone), nullptr);
  EXPECT_STREQ(std::getenv(alone), "1");
  EXPECT_STREQ(std::getenv(way), "ob1");
}

/// With ob1 a job of several ranks could not use its fast network.
TEST_F(LaunchTest, LeavesRanksOfALauncherAlone) {
  for (const char* launcher : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_FD"}) {
    ::setenv(launcher, "4", 1);
    prepare_launch(true);
    EXPECT_EQ(std::getenv(alone), nullptr) << launcher;
    EXPECT_EQ(std::getenv(way), nullptr) << launcher;
    EXPECT_EQ(std::getenv(folders), nullptr) << launcher;
    ::unsetenv(launcher);
  }
}

/// Which Open MPI would end with 15 lines of its own.
TEST_F(LaunchTest, RefusesTasksOfSrunWithoutPmix) {
  set({{"SLURM_NTASKS", "4"},
       {"SLURM_PROCID", "2"},
       {"SLURM_STEP_ID", "0"},
       {"SLURM_STEP_NUM_TASKS", "4"}});
  EXPECT_THAT(testing::error_text([] { prepare_launch(true); }),
              ::testing::HasSubstr("srun started 4 processes that do not find each other"));
  EXPECT_NO_THROW(prepare_launch(false)) << "another MPI has other ways";
  ::setenv("PMIX_RANK", "2", 1);
  EXPECT_NO_THROW(prepare_launch(true));
  EXPECT_EQ(std::getenv(alone), nullptr);
}

TEST_F(LaunchTest, ATaskAloneIsARankAlone) {
  set({{"SLURM_NTASKS", "4"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}});
  prepare_launch(true);
  EXPECT_EQ(std::getenv("SLURM_STEP_ID"), nullptr);
  EXPECT_NE(std::getenv(alone), nullptr);
  EXPECT_NO_THROW(expect_joined(1));
}

TEST_F(LaunchTest, ABatchScriptMayRunARankAlone) {
  set({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}});
  EXPECT_NO_THROW(prepare_launch(true));
  EXPECT_NE(std::getenv(alone), nullptr);
  EXPECT_NO_THROW(expect_joined(1));
}

TEST_F(LaunchTest, RefusesAWorldOfOneWhereSeveralWereStarted) {
  set({{"PMI_SIZE", "4"}, {"PMI_RANK", "1"}});
  prepare_launch(true);
  EXPECT_THAT(testing::error_text([] { expect_joined(1); }),
              ::testing::HasSubstr("started 4 processes that do not find each other"));
  EXPECT_NO_THROW(expect_joined(4));
}

/// As mpirun starts it in a step of two tasks, one for each node.
TEST_F(LaunchTest, BelievesMpirun) {
  set({{"SLURM_STEP_ID", "0"},
       {"SLURM_STEP_NUM_TASKS", "2"},
       {"OMPI_COMM_WORLD_SIZE", "1"},
       {"PMIX_RANK", "0"}});
  EXPECT_NO_THROW(prepare_launch(true));
  EXPECT_NO_THROW(expect_joined(1));
}

TEST_F(LaunchTest, RanksOfOneComputerKeepToIt) {
  set({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}});
  prepare_launch(true);
  ASSERT_NE(std::getenv(interfaces), nullptr);
  EXPECT_STREQ(std::getenv(interfaces), "lo");
}

TEST_F(LaunchTest, RanksOfSeveralComputersUseTheirNetwork) {
  set({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}});
  prepare_launch(true);
  EXPECT_EQ(std::getenv(interfaces), nullptr);
}

TEST_F(LaunchTest, LeavesTheInterfacesThatTheUserSet) {
  set({{"OMPI_COMM_WORLD_SIZE", "2"},
       {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
       {interfaces_left_out, "eth1"}});
  prepare_launch(true);
  EXPECT_EQ(std::getenv(interfaces), nullptr);
}

TEST_F(LaunchTest, LeavesWhatTheUserSet) {
  ::setenv(way, "ucx", 1);
  prepare_launch(true);
  EXPECT_STREQ(std::getenv(way), "ucx");
}

}  // namespace
}  // namespace shoal::comm
