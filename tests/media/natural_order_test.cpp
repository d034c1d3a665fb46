#include "media/natural_order.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace shoal::media {
namespace {

TEST(NaturalOrder, IsThatOfTheNumbersInNames) {
  const std::vector<std::string> ordered = {"",
                                            "0",
                                            "1",
                                            "01b",
                                            "2",
                                            "10",
                                            "99999999999999999999",
                                            "100000000000000000000",
                                            "A",
                                            "a",
                                            "a-1",
                                            "a1",
                                            "a1b2",
                                            "a1b10",
                                            "a02",
                                            "a2",
                                            "a2.png",
                                            "a2a",
                                            "a10",
                                            "b",
                                            "\xC3\xA4"};
  std::vector<std::string> shuffled = ordered;
  std::mt19937 random(3);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::sort(shuffled.begin(), shuffled.end(), comes_before);
    EXPECT_EQ(shuffled, ordered);
  }
}

TEST(NaturalOrder, PutsNothingBeforeItself) {
  for (const char* name : {"", "a1", "007"}) EXPECT_FALSE(comes_before(name, name));
}

}  // namespace
}  // namespace shoal::media
