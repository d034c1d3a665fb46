#include "cli/metrics.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shoal/plan/document.hpp"

#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/small_network.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

/// Two stages, the second, which has no name, of two replicas; rank 0 is in both stages.
plan::Plan plan_of_two_stages() {
  return plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 3,
      "stages": [{"name": "first", "ranks": [0, 1]},
                 {"from": "x", "replicas": [{"ranks": [0]}, {"ranks": [2]}]}]})",
                     "plan.json", shoal::testing::small_network());
}

runtime::FrameReport report_of(std::int64_t frame, std::int64_t lane) {
  return {frame, lane, 0.5, 2.0, 1.0, 0.125, 0.25, 4096};
}

class MetricsTest : public ::testing::Test {
 protected:
  std::string path_in_folder() { return folder_.file("metrics.jsonl"); }
  std::vector<nlohmann::json> lines() {
    std::ifstream file(path_in_folder());
    std::vector<nlohmann::json> result;
    for (std::string line; std::getline(file, line);) {
      result.push_back(nlohmann::json::parse(line));
    }
    return result;
  }

  shoal::testing::TemporaryFolder folder_;
};

TEST_F(MetricsTest, WritesALineForEachRanksPartOfAFrame) {
  Metrics metrics(path_in_folder(), plan_of_two_stages());
  metrics.report({0}, report_of(7, 0));
  metrics.report({2}, report_of(8, 1));
  metrics.finish();
  const auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0], nlohmann::json::parse(R"({"frame": 7, "rank": 0, "lane": 0,
      "stages": ["first", "1"], "began": 0.5, "ended": 2.0, "computing": 1.0,
      "transferring": 0.125, "waiting": 0.25, "peak_memory": 4096})"));
  EXPECT_EQ(written[1].at("rank"), 2);
}

/// Which replica of a stage a rank is, depends on the frame's lane.
TEST_F(MetricsTest, NamesTheStagesOfTheFramesLane) {
  Metrics metrics(path_in_folder(), plan_of_two_stages());
  for (const std::int64_t lane : {0, 1}) {
    metrics.report({0}, report_of(lane, lane));
    metrics.report({2}, report_of(lane, lane));
  }
  metrics.finish();
  const auto written = lines();
  ASSERT_EQ(written.size(), 4U);
  EXPECT_EQ(written[0].at("stages").dump(), R"(["first","1"])");
  EXPECT_EQ(written[1].at("stages").dump(), "[]");
  EXPECT_EQ(written[2].at("stages").dump(), R"(["first"])");
  EXPECT_EQ(written[3].at("stages").dump(), R"(["1"])");
}

/// An answer is only the output rank's.
TEST_F(MetricsTest, WritesALineForEachRanksStart) {
  Metrics metrics(path_in_folder(), plan_of_two_stages());
  metrics.report({0}, runtime::Startup{0.25, 0.5, 1.5, 0});
  metrics.report({2}, runtime::Startup{0.25, 0.5, 1.0, 2.0});
  metrics.finish();
  const auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0], nlohmann::json::parse(R"({"event": "startup", "rank": 0, "joined": 0.25,
      "planned": 0.5, "loaded": 1.5})"));
  EXPECT_EQ(written[1], nlohmann::json::parse(R"({"event": "startup", "rank": 2, "joined": 0.25,
      "planned": 0.5, "loaded": 1.0, "answered": 2.0})"));
}

TEST_F(MetricsTest, KeepsTheLinesOfARunThatFailed) {
  {
    Metrics metrics(path_in_folder(), plan_of_two_stages());
    metrics.report({0}, report_of(0, 0));
  }
  EXPECT_FALSE(std::filesystem::exists(path_in_folder()));
  std::ofstream(folder_.file("metrics.jsonl.part"), std::ios::app) << "half a l";
  Metrics metrics(path_in_folder(), plan_of_two_stages(), true);
  metrics.report({0}, report_of(1, 0));
  metrics.finish();
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_EQ(folder_.size(), 1U);
}

TEST_F(MetricsTest, SaysThatItCannotBeWritten) {
  const auto write = [&](const std::string& path) {
    Metrics metrics(path, plan_of_two_stages());
    for (int i = 0; i < 100; ++i) metrics.report({0}, report_of(i, 0));
    metrics.finish();
  };
  const shoal::testing::FullDisk full(4096);
  EXPECT_THAT(shoal::testing::error_text([&] { write(path_in_folder()); }),
              HasSubstr("metrics.jsonl: cannot be written: File too large"));
  EXPECT_THAT(shoal::testing::error_text([&] { write(folder_.file("no/metrics.jsonl")); }),
              HasSubstr("no/metrics.jsonl: cannot be written"));
}

}  // namespace
}  // namespace shoal::cli
