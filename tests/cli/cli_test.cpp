#include "shoal/cli/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/outcome.hpp"

namespace shoal::cli {
namespace {

TEST(Cli, TellsItsVersionAndTheKernelsOfItsBlas) {
  const Outcome outcome = shoal({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, ::testing::MatchesRegex("shoal [0-9.]+, BLAS for [A-Za-z0-9]+\n"));
}

TEST(Cli, RefusesAVerbThatItDoesNotKnow) {
  expect_refused({"swim"}, "unknown verb 'swim'");
}

TEST(WeightsVerb, RefusesWhatItCannotDo) {
  expect_refused({"weights", "shard"}, "file");
  expect_refused({"weights", "shard", "none.h5", "--model", "alexnet", "-o", "x"}, "none.h5");
  expect_refused({"weights", "swim"}, "init, inspect or shard");
}

}  // namespace
}  // namespace shoal::cli
