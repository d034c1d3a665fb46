#include "comm/nap.hpp"

#include <gtest/gtest.h>

namespace shoal::comm {
namespace {

TEST(Nap, IsShortAtFirstAndSmallBesideWhatWasWaited) {
  EXPECT_EQ(nap_after(0), 5e-6);
  EXPECT_EQ(nap_after(1e-4), 5e-6);
  EXPECT_LT(nap_after(0.02), 0.02 / 20);
  EXPECT_GT(nap_after(0.02), nap_after(0.01));
}

TEST(Nap, IsNeverSoLongThatALineStandsStill) {
  EXPECT_EQ(nap_after(1), 2e-3);
  EXPECT_EQ(nap_after(3600), 2e-3);
}

}  // namespace
}  // namespace shoal::comm
