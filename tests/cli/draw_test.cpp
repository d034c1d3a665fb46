#include <filesystem>

#include "shoal/media/scene.hpp"
#include "shoal/media/source.hpp"

#include "cli/outcome.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

class DrawVerb : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  /// How many pictures of this size there are in a file, and the red of the last one's corner.
  [[nodiscard]] std::pair<std::size_t, float> read(const std::string& path, Index width,
                                                   Index height) const {
    media::SourceOptions options;
    options.input = Shape::image(height, width, 3);
    const auto source = media::open(path, options);
    std::pair<std::size_t, float> result{0, 0.0F};
    while (const auto item = source->next()) {
      ++result.first;
      result.second = item->tensor.span()[2] + 123.68F;
    }
    return result;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(DrawVerb, DrawsAPicture) {
  for (const char* name : {"fish.png", "fish.jpg"}) {
    const Outcome outcome = shoal({"draw", "picture", file(name), "--size", "60x40"});
    ASSERT_EQ(outcome.code, 0) << outcome.error;
    EXPECT_EQ(outcome.out, file(name) + "\n");
    const auto [count, red] = read(file(name), 60, 40);
    EXPECT_EQ(count, 1U);
    EXPECT_NEAR(red, media::draw_scene(60, 40, 0, 1).rgb.front(), 5);
  }
}

TEST_F(DrawVerb, DrawsAClip) {
  for (const char* name : {"fish.mp4", "fish.avi", "fish.mkv"}) {
    const Outcome outcome =
        shoal({"draw", "clip", file(name), "--size", "64x48", "--frames", "9", "--seed", "4"});
    ASSERT_EQ(outcome.code, 0) << outcome.error;
    const auto [count, red] = read(file(name), 64, 48);
    EXPECT_EQ(count, 9U);
    EXPECT_NEAR(red, media::draw_scene(64, 48, 8 / 25.0, 4).rgb.front(), 12);
  }
}

TEST_F(DrawVerb, ClipsAreOfFortyEightFrames) {
  ASSERT_EQ(shoal({"draw", "clip", file("a.mp4"), "--size", "32x32"}).code, 0);
  EXPECT_EQ(read(file("a.mp4"), 32, 32).first, 48U);
}

TEST_F(DrawVerb, RefusesWhatItCannotDraw) {
  expect_refused({"draw"}, "WHAT is missing; say picture or clip");
  expect_refused({"draw", "poem", file("a.png")}, "WHAT is picture or clip, not 'poem'");
  expect_refused({"draw", "picture", file("a.gif")}, ".png or .jpg");
  expect_refused({"draw", "clip", file("a.png")}, ".mp4, .avi or .mkv");
  expect_refused({"draw", "clip", file("a.mp4"), "--size", "33x32"}, "even");
  expect_refused({"draw", "clip", file("a.mp4"), "--frames", "0"}, "--frames");
  for (const char* size :
       {"32", "x", "32x", "x32", "32x32x32", "15x32", "32x9000", "-32x32", "ax3"}) {
    expect_refused({"draw", "picture", file("a.png"), "--size", size}, "--size");
  }
  EXPECT_EQ(folder_.size(), 0U);
}

}  // namespace
}  // namespace shoal::cli
