#include "shoal/media/source.hpp"

#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/media/writer.hpp"
#include "shoal/storage/hdf5.hpp"

#include "media/read_back.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SourceTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  /// A folder of plain pictures, number i of the grey i.
  [[nodiscard]] std::string make_frames(int count) const {
    std::string path = file("frames");
    std::filesystem::create_directory(path);
    for (int i = 0; i < count; ++i) {
      const auto grey = static_cast<std::uint8_t>(i);
      write_picture(plain(8, 8, grey, grey, grey), fmt::format("{}/{:03}.png", path, i));
    }
    return path;
  }

  void store_frames(const std::string& name, const std::vector<Index>& extents,
                    const std::string& dataset = "/frames") const {
    storage::OutputFile out(file(name));
    out.create(dataset, extents);
    std::vector<storage::Hyperslab> all;
    std::size_t count = 1;
    for (const Index extent : extents) {
      all.push_back({0, extent});
      count *= static_cast<std::size_t>(extent);
    }
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 0.5F);
    if (count > 0) out.write(dataset, all, values);
    out.commit();
  }

  [[nodiscard]] std::string why(const std::string& path, const SourceOptions& options) const {
    return error_text([&] { read_all(path, options); });
  }

 private:
  testing::TemporaryFolder folder_;
};

/// The greys of a clip's frames.
std::vector<int> greys(const Item& clip) {
  std::vector<int> result;
  for (Index i = 0; i < clip.tensor.shape()[Axis::depth]; ++i) {
    result.push_back(picture_of(clip.tensor, i).rgb.front());
  }
  return result;
}

const SourceOptions pictures = options_for(Shape::image(8, 8, 3));
const SourceOptions clips = options_for(Shape::clip(4, 8, 8, 3));

TEST_F(SourceTest, PreparesAPictureForTheNetwork) {
  write_picture(plain(20, 10, 255, 0, 51), file("a.png"));
  SourceOptions options = options_for(Shape::image(6, 6, 3));
  options.preprocessing = graph::Preprocessing::caffe;
  options.aspect = Aspect::pad;
  const auto items = read_all(file("a.png"), options);
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].label, file("a.png"));
  const auto view = items[0].tensor.view();
  EXPECT_EQ(view.shape(), options.input);
  EXPECT_NEAR(view.at(0, 0, 0, 3, 0), -103.939, 1e-3);
  EXPECT_NEAR(view.at(0, 0, 3, 3, 0), 51 - 103.939, 1e-3);
  EXPECT_NEAR(view.at(0, 0, 3, 3, 1), 0 - 116.779, 1e-3);
  EXPECT_NEAR(view.at(0, 0, 3, 3, 2), 255 - 123.68, 1e-3);
}

TEST_F(SourceTest, CutsTheFramesIntoClips) {
  const auto items = read_all(make_frames(11), clips);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_THAT(greys(items[0]), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(greys(items[1]), ElementsAre(4, 5, 6, 7));
  EXPECT_EQ(items[0].label, file("frames/000.png"));
  EXPECT_EQ(items[1].label, file("frames/004.png"));
}

TEST_F(SourceTest, ClipsMaySkipFrames) {
  SourceOptions options = clips;
  options.clip_stride = 3;
  const auto items = read_all(make_frames(22), options);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_THAT(greys(items[0]), ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(greys(items[1]), ElementsAre(12, 15, 18, 21));
}

TEST_F(SourceTest, ClipsMayOverlap) {
  SourceOptions options = clips;
  options.clip_stride = 2;
  options.clip_hop = 1;
  const auto items = read_all(make_frames(9), options);
  ASSERT_EQ(items.size(), 3U);
  EXPECT_THAT(greys(items[0]), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(greys(items[1]), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(greys(items[2]), ElementsAre(2, 4, 6, 8));
  EXPECT_EQ(items[2].label, file("frames/002.png"));
}

TEST_F(SourceTest, ClipsMayBeFarApart) {
  SourceOptions options = clips;
  options.clip_hop = 7;
  const auto items = read_all(make_frames(18), options);
  ASSERT_EQ(items.size(), 3U);
  EXPECT_THAT(greys(items[1]), ElementsAre(7, 8, 9, 10));
  EXPECT_THAT(greys(items[2]), ElementsAre(14, 15, 16, 17));
  EXPECT_EQ(items[2].label, file("frames/014.png"));
}

TEST_F(SourceTest, CountsItsItemsBeforehand) {
  const std::string path = make_frames(13);
  EXPECT_EQ(open(path, pictures)->count(), 13U);
  for (const int stride : {1, 2, 4, 5}) {
    for (const std::optional<int> hop : {std::optional<int>{}, {1}, {2}, {9}}) {
      SourceOptions options = clips;
      options.clip_stride = stride;
      options.clip_hop = hop;
      if (stride == 5) {
        EXPECT_EQ(open(path, options)->count(), 0U);
      } else {
        EXPECT_EQ(open(path, options)->count(), read_all(path, options).size()) << stride;
      }
    }
  }
}

TEST_F(SourceTest, SaysHowManyFramesAClipNeeds) {
  EXPECT_EQ(why(make_frames(3), clips),
            file("frames") + ": has 3 frames, a clip of this network spans 4");
  SourceOptions options = clips;
  options.clip_stride = 2;
  EXPECT_THAT(why(file("frames"), options),
              HasSubstr("has 3 frames, a clip of this network spans 7"));
}

TEST_F(SourceTest, APictureIsNoClip) {
  write_picture(Picture(8, 8), file("a.png"));
  EXPECT_THAT(why(file("a.png"), clips),
              AllOf(StartsWith(file("a.png")), HasSubstr("one picture"), HasSubstr("4 frames")));
}

TEST_F(SourceTest, RefusesStridesAndHopsThatGoNowhere) {
  const std::string path = make_frames(4);
  for (const int wrong : {0, -1}) {
    SourceOptions options = clips;
    options.clip_stride = wrong;
    EXPECT_THAT(why(path, options), HasSubstr("at least 1"));
    options.clip_stride = 1;
    options.clip_hop = wrong;
    EXPECT_THAT(why(path, options), HasSubstr("at least 1"));
  }
}

TEST_F(SourceTest, GivesStoredFramesAsTheyAre) {
  store_frames("a.h5", {3, 2, 4, 3});
  SourceOptions options = pictures;
  options.input = Shape::image(2, 4, 3);
  EXPECT_EQ(open(file("a.h5"), options)->count(), 3U);
  const auto items = read_all(file("a.h5"), options);
  ASSERT_EQ(items.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(items[i].label, fmt::format("{}#{}", file("a.h5"), i));
    EXPECT_EQ(items[i].tensor.span().front(), 0.5F + static_cast<float>(i) * 24);
    EXPECT_EQ(items[i].tensor.span().back(), 23.5F + static_cast<float>(i) * 24);
  }
}

TEST_F(SourceTest, GivesStoredClipsAsTheyAre) {
  store_frames("a.hdf5", {2, 4, 8, 8, 3});
  const auto items = read_all(file("a.hdf5"), clips);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].tensor.view().at(0, 1, 0, 0, 0), 0.5F + (4 + 1) * 8 * 8 * 3);
}

TEST_F(SourceTest, RefusesStoredFramesOfAnotherShape) {
  store_frames("a.h5", {2, 9, 8, 3});
  EXPECT_THAT(why(file("a.h5"), pictures),
              HasSubstr("'frames' is 2x9x8x3, the network needs Nx8x8x3"));
  EXPECT_THAT(why(file("a.h5"), clips), HasSubstr("the network needs Nx4x8x8x3"));
  store_frames("other.h5", {2, 8, 8, 3}, "/pictures");
  EXPECT_THAT(why(file("other.h5"), pictures), HasSubstr("no dataset 'frames'"));
  store_frames("group.h5", {2, 8, 8, 3}, "/frames/inner");
  EXPECT_THAT(why(file("group.h5"), pictures), StartsWith(file("group.h5") + ": "));
  store_frames("empty.h5", {0, 8, 8, 3});
  EXPECT_THAT(why(file("empty.h5"), pictures), HasSubstr("'frames' is empty"));
  EXPECT_THAT(why(file("none.h5"), pictures), HasSubstr("No such file"));
}

TEST_F(SourceTest, SaysThatThereIsNothing) {
  EXPECT_THAT(why(file("none.png"), pictures), HasSubstr("no such file or folder"));
  EXPECT_THAT(why("/dev/video77", pictures),
              AllOf(StartsWith("/dev/video77: "), HasSubstr("No such file")));
  EXPECT_THAT(why("/dev/null", pictures), StartsWith("/dev/null: "));
}

}  // namespace
}  // namespace shoal::media
