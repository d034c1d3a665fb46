#include "shoal/split/wire_type.hpp"

#include <gtest/gtest.h>

namespace shoal::split {
namespace {

TEST(WireType, IsFoundByItsNameOnly) {
  for (const WireType type : wire_types) EXPECT_EQ(find_wire_type(name(type)), type);
  EXPECT_EQ(find_wire_type("float"), std::nullopt);
  EXPECT_EQ(find_wire_type(""), std::nullopt);
}

TEST(WireType, TheNarrowestWithinABoundIsTaken) {
  EXPECT_EQ(narrowest_within(0), WireType::float32);
  EXPECT_EQ(narrowest_within(0.0004), WireType::float32);
  EXPECT_EQ(narrowest_within(1.0 / 2048), WireType::float16);
  EXPECT_EQ(narrowest_within(0.0039), WireType::float16);
  EXPECT_EQ(narrowest_within(1.0 / 254), WireType::int8);
  EXPECT_EQ(narrowest_within(1), WireType::int8);
}

TEST(WireType, AMessageIsOfWholeWords) {
  for (const WireType type : wire_types) EXPECT_EQ(wire_bytes(type, 0), 0U);
  EXPECT_EQ(wire_bytes(WireType::float32, 1000), 4000U);
  EXPECT_EQ(wire_bytes(WireType::float16, 1), 4U);
  EXPECT_EQ(wire_bytes(WireType::float16, 3), 8U);
  EXPECT_EQ(wire_bytes(WireType::float16, 1000), 2000U);
  EXPECT_EQ(wire_bytes(WireType::int8, 1), 8U) << "a scale, and a word for one value";
  EXPECT_EQ(wire_bytes(WireType::int8, 64), 68U);
  EXPECT_EQ(wire_bytes(WireType::int8, 65), 76U) << "a further block has a scale of its own";
  EXPECT_EQ(wire_bytes(WireType::int8, 1000), 1064U);
}

}  // namespace
}  // namespace shoal::split
