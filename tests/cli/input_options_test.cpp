#include "cli/input_options.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using media::InputKind;

bool is_taken(const std::string& option, InputKind kind, bool takes_clips) {
  const std::vector<std::string> given = {"frames", option};
  try {
    expect_effect(given, {"x", kind, takes_clips});
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST(InputOptions, AreTakenWhereTheyHaveAnEffect) {
  for (const bool clips : {false, true}) {
    for (const auto kind :
         {InputKind::picture, InputKind::folder, InputKind::camera, InputKind::stored}) {
      const bool stored = kind == InputKind::stored;
      EXPECT_EQ(is_taken("camera-size", kind, clips), kind == InputKind::camera);
      EXPECT_EQ(is_taken("camera-rate", kind, clips), kind == InputKind::camera);
      EXPECT_EQ(is_taken("aspect", kind, clips), !stored);
      EXPECT_EQ(is_taken("preprocess", kind, clips), !stored);
      EXPECT_EQ(is_taken("clip-stride", kind, clips), clips && !stored);
      EXPECT_EQ(is_taken("clip-hop", kind, clips), clips && !stored);
      EXPECT_TRUE(is_taken("top", kind, clips));
    }
  }
}

TEST(InputOptions, AreRefusedByNameAndInput) {
  const std::vector<std::string> given = {"camera-size"};
  EXPECT_EQ(shoal::testing::error_text([&] {
              expect_effect(given, {"fish.png", InputKind::picture, false});
            }),
            "--camera-size does nothing here: fish.png is no camera");
}

}  // namespace
}  // namespace shoal::cli
