#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/media/scene.hpp"
#include "shoal/media/writer.hpp"

#include "media/read_back.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

using ::testing::ContainsRegex;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int frame_count = 30;

class VideoTest : public ::testing::Test {
 protected:
  VideoTest() {
    write_picture(draw_scene(160, 120, 0, 1), file("a.png"));
    write_picture(draw_scene(160, 120, 0, 1), file("a.jpg"));
    for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
      VideoWriter writer(file(name), 160, 120, 25);
      for (int i = 0; i < frame_count; ++i) writer.add(draw_scene(160, 120, i / 25.0, 1));
      writer.finish();
    }
  }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  [[nodiscard]] std::size_t frames(const std::string& path) const {
    return read_all(path, options_).size();
  }
  [[nodiscard]] std::string why(const std::string& path) const {
    return error_text([&] { read_all(path, options_); });
  }
  /// Cuts a file to this part of it.
  void cut(const std::string& name, double part) const {
    const auto size = static_cast<double>(std::filesystem::file_size(file(name)));
    std::filesystem::resize_file(file(name), static_cast<std::uintmax_t>(size * part));
  }
  /// Spoils 200 bytes at this part of a file.
  void spoil(const std::string& name, double part) const {
    const auto size = static_cast<double>(std::filesystem::file_size(file(name)));
    std::fstream stream(file(name), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(size * part));
    for (int i = 0; i < 200; ++i) stream.put(static_cast<char>(i * 37 + 11));
  }

  SourceOptions options_ = options_for(Shape::image(120, 160, 3));

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(VideoTest, ReadsEveryFrame) {
  for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
    EXPECT_EQ(frames(file(name)), static_cast<std::size_t>(frame_count)) << name;
  }
  EXPECT_EQ(open(file("a.mp4"), options_)->count(), static_cast<std::size_t>(frame_count));
}

TEST_F(VideoTest, FindsOutWhatAFileWithoutEndingIs) {
  std::filesystem::copy_file(file("a.mp4"), file("video"));
  EXPECT_EQ(frames(file("video")), static_cast<std::size_t>(frame_count));
  std::filesystem::copy_file(file("a.jpg"), file("picture"));
  EXPECT_EQ(frames(file("picture")), 1U);
}

TEST_F(VideoTest, TakesNamesLiterally) {
  for (const char* name : {"day%d.png", "a*b?.png", "12:30.png", "file:x.png", "a b#1.png"}) {
    std::filesystem::copy_file(file("a.png"), file(name));
    EXPECT_EQ(frames(file(name)), 1U) << name;
  }
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(file(""));
  EXPECT_EQ(frames("12:30.png"), 1U);
  EXPECT_EQ(frames("file:x.png"), 1U);
  std::filesystem::current_path(before);
}

TEST_F(VideoTest, KnowsPicturesByWhatIsInThem) {
  const auto as_named = read_all(file("a.png"), options_);
  std::filesystem::copy_file(file("a.png"), file("png.jpg"));
  const auto misnamed = read_all(file("png.jpg"), options_);
  ASSERT_EQ(misnamed.size(), 1U);
  EXPECT_EQ(picture_of(misnamed[0].tensor).rgb, picture_of(as_named[0].tensor).rgb);
  std::filesystem::copy_file(file("a.mp4"), file("video.png"));
  EXPECT_THAT(why(file("video.png")), HasSubstr("is no JPEG, PNG, BMP, WebP, PPM or TIFF picture"));
}

TEST_F(VideoTest, NoticesDamagedPictures) {
  for (const char* name : {"a.png", "a.jpg"}) {
    spoil(name, 0.5);
    EXPECT_THAT(why(file(name)), StartsWith(file(name) + ": "));
  }
}

TEST_F(VideoTest, NoticesPicturesThatAreCutShort) {
  for (const char* name : {"a.png", "a.jpg"}) {
    for (const double part : {0.95, 0.5, 0.1, 0.01}) {
      cut(name, part);
      EXPECT_THAT(why(file(name)), StartsWith(file(name) + ": ")) << part;
    }
  }
}

TEST_F(VideoTest, NamesTheDamagedFrame) {
  for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
    spoil(name, 0.5);
    EXPECT_THAT(why(file(name)), ContainsRegex(": frame 1[0-9]: ")) << name;
  }
}

TEST_F(VideoTest, NoticesVideosThatAreCutShort) {
  for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
    for (const double part : {0.5, 0.2, 0.01, 0.0}) {
      cut(name, part);
      EXPECT_THAT(why(file(name)), StartsWith(file(name) + ": ")) << name << " " << part;
    }
  }
}

TEST_F(VideoTest, RefusesTexts) {
  for (const char* name : {"a.txt", "text.png", "text.jpg", "text.mp4", "list.m3u8", "text"}) {
    std::ofstream(file(name)) << "#EXTM3U\n" << file("a.mp4") << "\n";
    EXPECT_THAT(why(file(name)), StartsWith(file(name) + ": ")) << name;
  }
}

}  // namespace
}  // namespace shoal::media
