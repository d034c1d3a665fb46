#include "shoal/media/writer.hpp"

#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/media/scene.hpp"

#include "media/read_back.hpp"
#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

using ::testing::AllOf;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WriterTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  [[nodiscard]] Picture read(const std::string& path, int width, int height) const {
    const auto items = read_all(path, options_for(Shape::image(height, width, 3)));
    EXPECT_EQ(items.size(), 1U);
    return picture_of(items.at(0).tensor);
  }
  testing::TemporaryFolder folder_;
};

void write_clip(const std::string& path, int frames) {
  VideoWriter writer(path, 320, 240, 25);
  for (int i = 0; i < frames; ++i) writer.add(draw_scene(320, 240, i / 25.0, 1));
  writer.finish();
}

TEST_F(WriterTest, PngComesBackAsItWas) {
  for (const auto& [width, height] : {std::pair{97, 61}, {1, 1}, {1, 40}, {64, 3}}) {
    const Picture picture = draw_scene(width, height, 0, 3);
    write_picture(picture, file("a.png"));
    EXPECT_EQ(read(file("a.png"), width, height).rgb, picture.rgb) << width << "x" << height;
  }
}

TEST_F(WriterTest, JpegComesBackAlmost) {
  const Picture picture = draw_scene(161, 119, 0, 3);
  for (const char* name : {"a.jpg", "b.jpeg"}) {
    write_picture(picture, file(name));
    EXPECT_LT(mean_difference(read(file(name), 161, 119), picture), 1.5);
  }
}

TEST_F(WriterTest, JpegKeepsColours) {
  const std::vector<std::array<std::uint8_t, 3>> colours = {
      {255, 255, 255}, {0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {200, 120, 40}};
  for (const auto& [r, g, b] : colours) {
    const Picture picture = plain(40, 24, r, g, b);
    write_picture(picture, file("a.jpg"));
    EXPECT_LT(mean_difference(read(file("a.jpg"), 40, 24), picture), 2) << int{r} << int{g};
  }
}

TEST_F(WriterTest, ClipsComeBackFrameByFrame) {
  for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
    write_clip(file(name), 20);
    const auto items = read_all(file(name), options_for(Shape::image(240, 320, 3)));
    ASSERT_EQ(items.size(), 20U) << name;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Picture expected = draw_scene(320, 240, static_cast<double>(i) / 25.0, 1);
      EXPECT_LT(mean_difference(picture_of(items[i].tensor), expected), 3) << name << " " << i;
      EXPECT_EQ(items[i].label, fmt::format("{}#{}", file(name), i));
    }
  }
}

TEST_F(WriterTest, ClipsKeepColours) {
  VideoWriter writer(file("a.mp4"), 32, 32, 25);
  writer.add(plain(32, 32, 200, 120, 40));
  writer.add(plain(32, 32, 10, 90, 180));
  writer.finish();
  const auto items = read_all(file("a.mp4"), options_for(Shape::image(32, 32, 3)));
  ASSERT_EQ(items.size(), 2U);
  EXPECT_LT(mean_difference(picture_of(items[0].tensor), plain(32, 32, 200, 120, 40)), 3);
  EXPECT_LT(mean_difference(picture_of(items[1].tensor), plain(32, 32, 10, 90, 180)), 3);
}

TEST_F(WriterTest, RefusesWhatItCannotWrite) {
  const Picture picture(16, 16);
  EXPECT_THAT(error_text([&] { write_picture(picture, file("a.gif")); }),
              HasSubstr(".png or .jpg"));
  EXPECT_THAT(error_text([&] { write_picture(picture, file("no/a.png")); }),
              AllOf(StartsWith(file("no/a.png")), HasSubstr("cannot be written")));
  for (const char* name : {"a", "a.xyz", "a.mp3", "a.gif", "a.webm"}) {
    EXPECT_THAT(error_text([&] { VideoWriter(file(name), 16, 16, 25); }),
                HasSubstr(".mp4, .avi or .mkv"))
        << name;
  }
  EXPECT_THAT(error_text([&] { VideoWriter(file("a.mp4"), 17, 16, 25); }), HasSubstr("even"));
  EXPECT_THAT(error_text([&] { VideoWriter(file("no/a.mp4"), 16, 16, 25); }),
              HasSubstr("cannot be written"));
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_F(WriterTest, AClipAppearsOnlyWhenItIsFinished) {
  {
    VideoWriter writer(file("a.mp4"), 32, 32, 25);
    writer.add(Picture(32, 32));
    EXPECT_FALSE(std::filesystem::exists(file("a.mp4")));
  }
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_F(WriterTest, LeavesNothingOnAFullDisk) {
  {
    const testing::FullDisk disk(2000);
    EXPECT_THAT(error_text([&] { write_picture(draw_scene(200, 200, 0, 1), file("a.png")); }),
                StartsWith(file("a.png") + ": "));
    for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
      EXPECT_THAT(error_text([&] { write_clip(file(name), 12); }), StartsWith(file(name) + ": "));
    }
  }
  EXPECT_EQ(folder_.size(), 0U);
}

}  // namespace
}  // namespace shoal::media
