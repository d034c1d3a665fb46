#include "cli/trace.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace shoal::cli {
namespace {

using nlohmann::json;
using runtime::Activity;
using runtime::Span;
using ::testing::AnyOf;

/// Frame 0 goes from rank 0 by 1 to 2, frame 1 from 0 to 1 and back; rank 3 only idles.
std::vector<std::vector<Span>> spans_of_four_ranks() {
  return {
      {{Activity::compute, "conv1", 0, 0.001, 0.002},
       {Activity::compute, "conv2", 0, 0.002, 0.0025},
       {Activity::compute, "conv1", 1, 0.003, 0.004},
       {Activity::wait, "idle", -1, 0.004, 0.009},
       {Activity::compute, "fc1", 1, 0.009, 0.010}},
      {{Activity::transfer, "conv2", 0, 0.0026, 0.0030},
       {Activity::compute, "conv3", 0, 0.0030, 0.0035},
       {Activity::compute, "conv3", 1, 0.005, 0.008}},
      {{Activity::compute, "fc1", 0, 0.006, 0.007}},
      {{Activity::wait, "idle", -1, 0.0, 0.01}},
  };
}

json document() {
  return json::parse(trace_json(spans_of_four_ranks(), {"pi1", "pi2", "pi3", "pi\"4"}));
}

std::vector<json> events(const std::string& phases) {
  std::vector<json> result;
  const json whole = document();
  for (const json& event : whole.at("traceEvents")) {
    if (phases.find(event.at("ph").get<std::string>()) != std::string::npos) {
      result.push_back(event);
    }
  }
  return result;
}

/// "Trace Event Format", section "JSON Object Format": what every reader wants of an event.
TEST(Trace, IsAnObjectOfEvents) {
  const json whole = document();
  EXPECT_EQ(whole.at("displayTimeUnit"), "ms");
  EXPECT_FALSE(whole.at("traceEvents").empty());
  for (const json& event : whole.at("traceEvents")) {
    EXPECT_TRUE(event.at("name").is_string());
    EXPECT_TRUE(event.at("cat").is_string());
    EXPECT_TRUE(event.at("pid").is_number_integer());
    EXPECT_TRUE(event.at("tid").is_number_integer());
    EXPECT_TRUE(event.at("ts").is_number());
    EXPECT_THAT(event.at("ph").get<std::string>(), AnyOf("M", "X", "s", "t", "f"));
  }
}

TEST(Trace, NamesAProcessForEachRank) {
  const auto names = events("M");
  ASSERT_EQ(names.size(), 4U);
  for (std::size_t rank = 0; rank < names.size(); ++rank) {
    EXPECT_EQ(names[rank].at("name"), "process_name");
    EXPECT_EQ(names[rank].at("pid"), rank);
  }
  EXPECT_EQ(names[1].at("args").at("name"), "rank 1 on pi2");
  EXPECT_EQ(names[3].at("args").at("name"), "rank 3 on pi\"4");
}

TEST(Trace, HasACompleteEventForEachSpanInMicroseconds) {
  const auto complete = events("X");
  ASSERT_EQ(complete.size(), 10U);
  EXPECT_EQ(complete[1].at("name"), "conv2");
  EXPECT_EQ(complete[1].at("cat"), "compute");
  EXPECT_DOUBLE_EQ(complete[1].at("ts").get<double>(), 2000);
  EXPECT_DOUBLE_EQ(complete[1].at("dur").get<double>(), 500);
  EXPECT_EQ(complete[1].at("args").at("frame"), 0);
  EXPECT_EQ(complete[3].at("cat"), "wait");
  EXPECT_EQ(complete[5].at("cat"), "transfer");
  EXPECT_EQ(complete[5].at("pid"), 1);
}

/// A flow begins with s, goes through t, ends with f; its events have one id, name and category.
TEST(Trace, LeadsEachFrameThroughItsRanks) {
  std::map<int, std::string> phases;
  std::map<int, std::vector<int>> ranks;
  for (const json& event : events("stf")) {
    EXPECT_EQ(event.at("name"), "frame");
    EXPECT_EQ(event.at("cat"), "frame");
    EXPECT_EQ(event.contains("bp"), event.at("ph") == "f");
    const int frame = event.at("id").get<int>();
    phases[frame] += event.at("ph").get<std::string>();
    ranks[frame].push_back(event.at("pid").get<int>());
  }
  EXPECT_EQ(phases, (std::map<int, std::string>{{0, "stf"}, {1, "stf"}}));
  EXPECT_EQ(ranks, (std::map<int, std::vector<int>>{{0, {0, 1, 2}}, {1, {0, 1, 0}}}));
}

/// A reader draws an arrow from the span in which an event of a flow lies: there must be one.
TEST(Trace, TiesEveryFlowToASpanOfItsFrame) {
  for (const json& flow : events("stf")) {
    const double at = flow.at("ts").get<double>();
    int spans = 0;
    for (const json& span : events("X")) {
      const double begin = span.at("ts").get<double>();
      const bool around = begin <= at && at < begin + span.at("dur").get<double>();
      if (!around || span.at("pid") != flow.at("pid")) continue;
      EXPECT_EQ(span.at("args").at("frame"), flow.at("id"));
      ++spans;
    }
    EXPECT_EQ(spans, 1) << flow;
  }
}

TEST(Trace, DrawsNoFlowOfAFrameThatStaysOnItsRank) {
  const std::string text = trace_json({{{Activity::compute, "conv1", 0, 0.001, 0.002},
                                        {Activity::compute, "conv2", 0, 0.002, 0.003}}},
                                      {"pi"});
  EXPECT_EQ(text.find(R"("ph":"s")"), std::string::npos);
  EXPECT_EQ(text.find(R"("ph":"f")"), std::string::npos);
}

}  // namespace
}  // namespace shoal::cli
