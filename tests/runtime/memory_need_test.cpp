#include "shoal/runtime/memory_need.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/available_memory.hpp"

#include "support/error_text.hpp"

namespace shoal::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Bytes megabyte = 1'000'000;
constexpr MemoryNeed rank = {300 * megabyte, 400 * megabyte};

MemoryNeed need_of(const std::string& model, const std::string& split, int ranks,
                   bool maps_weights) {
  const graph::Graph lowered = graph::lower(graph::make_model(model).graph);
  const auto lanes = program::compile_lanes(plan::parse_split(split, ranks, lowered), lowered);
  return memory_need(lanes, Rank{0}, maps_weights);
}

TEST(MemoryNeed, IsThatOfWeightsAndActivations) {
  const MemoryNeed need = need_of("fc:1000:2000", "", 1, false);
  EXPECT_GE(need.least, 4U * (1000 * 2000 + 2000));
  EXPECT_LE(need.least, 4U * (1000 * 2000 + 2000 + 10 * 3000));
  EXPECT_GE(need.usual, need.least + process_memory);
}

TEST(MemoryNeed, IsThatOfTheRanksOwnShards) {
  const MemoryNeed whole = need_of("fc:1000:2000", "", 1, false);
  const MemoryNeed half = need_of("fc:1000:2000", "fc=output:2", 2, false);
  EXPECT_LT(half.least, 0.6 * static_cast<double>(whole.least));
}

TEST(MemoryNeed, CanDoWithoutWeightsThatAreMapped) {
  const MemoryNeed mapped = need_of("fc:1000:2000", "", 1, true);
  EXPECT_LT(mapped.least, megabyte);
  EXPECT_EQ(mapped.usual, need_of("fc:1000:2000", "", 1, false).usual);
  EXPECT_EQ(need_of("conv:16x16x8:64:3", "", 1, true).least,
            need_of("conv:16x16x8:64:3", "", 1, false).least)
      << "convolutions pack theirs";
}

TEST(CheckMemory, SaysNothingWhereThereIsEnough) {
  EXPECT_EQ(check_memory({rank}, rank, {400 * megabyte, 400 * megabyte}), std::nullopt);
  EXPECT_EQ(check_memory({rank, rank}, rank, {800 * megabyte, 900 * megabyte}), std::nullopt);
}

TEST(CheckMemory, WarnsWhereTheRankMustSwap) {
  const auto warning = check_memory({rank}, rank, {200 * megabyte, 500 * megabyte});
  ASSERT_TRUE(warning);
  EXPECT_THAT(*warning, HasSubstr("needs about 400.0 MB, more than the 200.0 MB available: it will "
                                  "swap"));
  EXPECT_THAT(*warning, HasSubstr("shoal plan --memory 99MB"));
}

TEST(CheckMemory, WarnsWhereTheSystemMayKill) {
  const auto warning = check_memory({rank}, rank, {350 * megabyte, 350 * megabyte});
  ASSERT_TRUE(warning);
  EXPECT_THAT(*warning, HasSubstr("may kill it (signal 9)"));
}

TEST(CheckMemory, RefusesWhatNotEvenSwapHolds) {
  const std::string text = testing::error_text([] {
    check_memory({rank}, rank, {200 * megabyte, 299 * megabyte});
  });
  EXPECT_THAT(text, HasSubstr("needs 300.0 MB for its weights and activations; 299.0 MB are "
                              "available, swap included"));
  EXPECT_THAT(text, HasSubstr("shoal plan --memory"));
  EXPECT_THAT(text, Not(HasSubstr("fewer ranks")));
}

TEST(CheckMemory, CountsAllRanksOfTheHost) {
  const std::string text = testing::error_text([] {
    check_memory({rank, rank, rank}, rank, {800 * megabyte, 800 * megabyte});
  });
  EXPECT_THAT(text, HasSubstr("900.0 MB with the host's other ranks; 800.0 MB are available"));
  EXPECT_THAT(text, HasSubstr("start fewer ranks on this host"));
}

}  // namespace
}  // namespace shoal::runtime
