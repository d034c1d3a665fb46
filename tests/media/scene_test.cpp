#include "shoal/media/scene.hpp"

#include <gtest/gtest.h>

#include "media/read_back.hpp"

namespace shoal::media {
namespace {

TEST(SceneTest, IsTheSameForTheSameSeedAndTime) {
  EXPECT_EQ(draw_scene(160, 120, 0.4, 7).rgb, draw_scene(160, 120, 0.4, 7).rgb);
  EXPECT_NE(draw_scene(160, 120, 0.4, 7).rgb, draw_scene(160, 120, 0.4, 8).rgb);
}

TEST(SceneTest, MovesALittleFromFrameToFrame) {
  const Picture first = draw_scene(320, 240, 0, 1);
  const double soon = mean_difference(first, draw_scene(320, 240, 0.04, 1));
  const double later = mean_difference(first, draw_scene(320, 240, 2, 1));
  EXPECT_GT(soon, 0.1);
  EXPECT_LT(soon, 4);
  EXPECT_GT(later, 2 * soon);
}

TEST(SceneTest, HasFishOfSeveralColoursOverBlueWaterAndSand) {
  const Picture picture = draw_scene(640, 480, 0, 1);
  const std::uint8_t* water = picture.pixel(320, 340);
  EXPECT_GT(water[2], water[0] + 40);
  const std::uint8_t* sand = picture.pixel(320, 470);
  EXPECT_GT(sand[0], sand[2] + 30);
  int warm = 0;
  for (int y = 0; y < 380; ++y) {
    for (int x = 0; x < 640; ++x) {
      if (picture.pixel(x, y)[0] > picture.pixel(x, y)[2] + 60) ++warm;
    }
  }
  EXPECT_GT(warm, 3000);
}

TEST(SceneTest, CanBeOfAnySize) {
  for (const auto& [width, height] : {std::pair{16, 16}, {1, 1}, {33, 200}, {200, 33}}) {
    EXPECT_EQ(draw_scene(width, height, 1, 1).rgb.size(),
              static_cast<std::size_t>(width * height * 3));
  }
}

}  // namespace
}  // namespace shoal::media
