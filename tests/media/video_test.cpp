#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

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
  /// What of a file was read, and where why not.
  struct Outcome {
    std::size_t good = 0;
    std::vector<std::string> bad;  ///< label and error
  };
  [[nodiscard]] Outcome outcome(const std::string& path) const {
    Outcome result;
    for (const Item& item : read_all(path, options_)) {
      if (item.error.empty()) {
        ++result.good;
      } else {
        result.bad.push_back(item.label + ": " + item.error);
      }
    }
    return result;
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

TEST_F(VideoTest, ReadsNoPatternWhateverTheEnding) {
  for (const int number : {1, 2}) {
    std::filesystem::copy_file(file("a.png"), file(fmt::format("day{}.svg", number)));
  }
  std::ofstream(file("day%d.svg")) << "<svg/>";
  EXPECT_THAT(why(file("day%d.svg")), HasSubstr("is no picture (JPEG, PNG,"));
}

TEST_F(VideoTest, ReadsNoAddress) {
  for (const char* address : {"http://host/a.mp4", "rtsp://host/1", "https://host/frames.h5"}) {
    EXPECT_THAT(why(address), HasSubstr("addresses are not read; save what is there")) << address;
  }
}

TEST_F(VideoTest, ReadsNoPipe) {
  ASSERT_EQ(::mkfifo(file("pipe.mp4").c_str(), 0600), 0);
  EXPECT_THAT(why(file("pipe.mp4")), HasSubstr("what comes through a pipe must be saved first"));
}

TEST_F(VideoTest, KnowsPicturesByWhatIsInThem) {
  const auto as_named = read_all(file("a.png"), options_);
  std::filesystem::copy_file(file("a.png"), file("png.jpg"));
  const auto misnamed = read_all(file("png.jpg"), options_);
  ASSERT_EQ(misnamed.size(), 1U);
  EXPECT_EQ(picture_of(misnamed[0].tensor).rgb, picture_of(as_named[0].tensor).rgb);
  std::filesystem::copy_file(file("a.mp4"), file("video.png"));
  EXPECT_THAT(why(file("video.png")),
              HasSubstr("is no JPEG, PNG, BMP, WebP, PPM or TIFF picture and no GIF"));
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

/// Frames that build on the damaged one are bad too, up to the next that does not. What of the file
/// is lost to the reader of its container may be more.
TEST_F(VideoTest, NamesTheDamagedFramesAndGoesOn) {
  for (const char* name : {"a.mp4", "a.avi"}) {
    spoil(name, 0.5);
    const Outcome read = outcome(file(name));
    EXPECT_GE(read.good + read.bad.size(), static_cast<std::size_t>(frame_count)) << name;
    EXPECT_LE(read.good + read.bad.size(), static_cast<std::size_t>(frame_count) + 1) << name;
    ASSERT_FALSE(read.bad.empty()) << name;
    EXPECT_THAT(read.bad.front(), ContainsRegex("#1[0-9]: is damaged")) << name;
    EXPECT_GT(read.good, 15U) << name;
    for (std::size_t i = 1; i < read.bad.size(); ++i) {
      EXPECT_THAT(read.bad[i], HasSubstr("builds on a damaged frame")) << name;
    }
  }
}

TEST_F(VideoTest, KeepsTheFramesOfAVideoThatEndsEarly) {
  for (const char* name : {"a.avi", "a.mkv"}) {
    cut(name, 0.5);
    const Outcome read = outcome(file(name));
    EXPECT_GT(read.good, 10U) << name;
    ASSERT_EQ(read.bad.size(), 1U) << name;
    EXPECT_THAT(read.bad.front(),
                ContainsRegex("#" + std::to_string(read.good) + ": the video ends early: "))
        << name;
  }
}

TEST_F(VideoTest, AClipThatHoldsADamagedFrameIsBad) {
  spoil("a.mp4", 0.5);
  options_.input = Shape::clip(5, 120, 160, 3);
  const Outcome clips = outcome(file("a.mp4"));
  EXPECT_EQ(clips.good + clips.bad.size(), 6U);
  ASSERT_FALSE(clips.bad.empty());
  EXPECT_THAT(clips.bad.front(), ContainsRegex("#10: of this clip .*#1[0-4] is damaged"));
}

TEST_F(VideoTest, NoticesVideosOfWhichHardlyAnythingIsLeft) {
  for (const char* name : {"a.mp4", "a.avi", "a.mkv"}) {
    for (const double part : {0.01, 0.0}) {
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
