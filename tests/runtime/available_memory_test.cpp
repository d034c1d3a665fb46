#include "shoal/runtime/available_memory.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace shoal::runtime {
namespace {

/// A machine's /proc and /sys.
class AvailableMemory : public ::testing::Test {
 protected:
  void SetUp() override {
    write("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 100 kB\nMemAvailable:  3000 kB\n");
  }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_.file(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] Bytes available() const { return available_memory(folder_.file("")); }

  static constexpr const char* version_1 = "sys/fs/cgroup/memory";
  static constexpr const char* version_2 = "sys/fs/cgroup";

  void limit_1(const std::string& group, Bytes limit, Bytes usage, Bytes cache) {
    write(version_1 + group + "/memory.limit_in_bytes", std::to_string(limit));
    write(version_1 + group + "/memory.usage_in_bytes", std::to_string(usage));
    write(version_1 + group + "/memory.stat",
          "inactive_file 1\ntotal_inactive_file " + std::to_string(cache) + "\n");
  }
  void limit_2(const std::string& group, const std::string& limit, Bytes usage, Bytes cache) {
    write(version_2 + group + "/memory.max", limit + "\n");
    write(version_2 + group + "/memory.current", std::to_string(usage));
    write(version_2 + group + "/memory.stat", "inactive_file " + std::to_string(cache) + "\n");
  }

  shoal::testing::TemporaryFolder folder_;
};

TEST_F(AvailableMemory, IsWhatTheKernelSays) {
  EXPECT_EQ(available(), 3000 * 1024U);
}

TEST_F(AvailableMemory, IsLessUnderALimitOfVersion1) {
  write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/jobs/one\n0::/\n");
  limit_1("/jobs/one", 1'000'000, 400'000, 100'000);
  EXPECT_EQ(available(), 700'000U) << "file pages that are not in use can go";
}

TEST_F(AvailableMemory, IsLessUnderALimitOfVersion2) {
  write("proc/self/cgroup", "0::/user/job\n");
  limit_2("/user/job", "900000", 100'000, 0);
  EXPECT_EQ(available(), 800'000U);
  limit_2("/user/job", "max", 100'000, 0);
  EXPECT_EQ(available(), 3000 * 1024U);
}

TEST_F(AvailableMemory, IsLimitedByOuterGroupsToo) {
  write("proc/self/cgroup", "0::/user/job\n");
  limit_2("/user/job", "max", 100'000, 0);
  limit_2("/user", "500000", 200'000, 0);
  EXPECT_EQ(available(), 300'000U);
}

TEST_F(AvailableMemory, IsNothingWhereMoreIsUsedThanAllowed) {
  write("proc/self/cgroup", "4:memory:/\n");
  limit_1("", 1000, 2000, 0);
  EXPECT_EQ(available(), 0U);
}

TEST_F(AvailableMemory, IgnoresALimitAboveWhatThereIs) {
  write("proc/self/cgroup", "4:memory:/\n");
  limit_1("", 9'223'372'036'854'771'712U, 2000, 0);
  EXPECT_EQ(available(), 3000 * 1024U);
}

TEST_F(AvailableMemory, GrowsBySwap) {
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 3000 * 1024U) << "without any";
  write("proc/meminfo", "MemAvailable: 3000 kB\nSwapTotal: 900 kB\nSwapFree: 500 kB\n");
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 3500 * 1024U);
  EXPECT_EQ(available(), 3000 * 1024U);
}

TEST_F(AvailableMemory, GrowsByTheSwapThatVersion1Allows) {
  write("proc/meminfo", "MemAvailable: 3000 kB\nSwapFree: 500 kB\n");
  write("proc/self/cgroup", "4:memory:/jobs\n");
  limit_1("/jobs", 1'000'000, 400'000, 0);
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 600'000 + 500 * 1024U);
  write("sys/fs/cgroup/memory/jobs/memory.memsw.limit_in_bytes", "1000000");
  write("sys/fs/cgroup/memory/jobs/memory.memsw.usage_in_bytes", "500000");
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 500'000U);
}

TEST_F(AvailableMemory, GrowsByTheSwapThatVersion2Allows) {
  write("proc/meminfo", "MemAvailable: 3000 kB\nSwapFree: 500 kB\n");
  write("proc/self/cgroup", "0::/user/job\n");
  limit_2("/user/job", "900000", 100'000, 0);
  write("sys/fs/cgroup/user/memory.swap.max", "70000");
  write("sys/fs/cgroup/user/memory.swap.current", "10000");
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 860'000U);
  write("sys/fs/cgroup/user/job/memory.swap.max", "0");
  write("sys/fs/cgroup/user/job/memory.swap.current", "0");
  EXPECT_EQ(available_memory_and_swap(folder_.file("")), 800'000U);
}

TEST(AvailableMemoryHere, IsSomething) {
  EXPECT_GT(available_memory(), 1'000'000U);
}

}  // namespace
}  // namespace shoal::runtime
