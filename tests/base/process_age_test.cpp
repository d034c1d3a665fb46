#include "shoal/base/process_age.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(ProcessAge, FindsTheStartWhateverTheProgramIsCalled) {
  const std::string rest =
      " S 1 2 3 0 -1 4194560 100 0 0 0 7 8 0 0 20 0 1 0 8675309 1000000 200 18446744073709551615";
  EXPECT_EQ(start_ticks("17 (shoal)" + rest), 8675309);
  EXPECT_EQ(start_ticks("17 (a) b) (c)" + rest), 8675309);
}

TEST(ProcessAge, IsZeroWhereNothingIsTold) {
  EXPECT_EQ(start_ticks(""), 0);
  EXPECT_EQ(start_ticks("17 (shoal) S 1"), 0);
}

/// The machine has been up for longer than this test: its age is not counted from the wrong clock.
TEST(ProcessAge, GrowsFromTheProcesssStart) {
  const Seconds age = process_age();
  EXPECT_GE(age, 0);
  EXPECT_LT(age, 600);
  EXPECT_GE(process_age(), age);
}

}  // namespace
}  // namespace shoal
