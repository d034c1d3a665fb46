#include "media/orientation.hpp"

#include <array>
#include <fstream>

#include <gtest/gtest.h>

#include "shoal/media/writer.hpp"

#include "media/read_back.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

using namespace std::string_literals;

/// 3x2, the bytes of its pixels being 0 to 5.
Picture numbered() {
  Picture picture(3, 2);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    picture.rgb[i] = static_cast<std::uint8_t>(i / 3);
  }
  return picture;
}

std::vector<int> numbers(const Picture& picture) {
  std::vector<int> result;
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) result.push_back(picture.rgb[i]);
  return result;
}

/// EXIF data that holds the orientation alone, in either order of bytes.
std::string exif(char orientation, bool big_endian) {
  if (big_endian) {
    return "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + orientation + "\0\0\0\0\0\0"s;
  }
  return "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + orientation + "\0\0\0\0\0\0\0"s;
}

class OrientationTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_.file(name), std::ios::binary) << bytes;
    return folder_.file(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }

 private:
  testing::TemporaryFolder folder_;
};

TEST(Turn, TakesEveryPixelToItsPlace) {
  const std::array<std::vector<int>, 8> expected = {{{0, 1, 2, 3, 4, 5},
                                                     {2, 1, 0, 5, 4, 3},
                                                     {5, 4, 3, 2, 1, 0},
                                                     {3, 4, 5, 0, 1, 2},
                                                     {0, 3, 1, 4, 2, 5},
                                                     {3, 0, 4, 1, 5, 2},
                                                     {5, 2, 4, 1, 3, 0},
                                                     {2, 5, 1, 4, 0, 3}}};
  for (Orientation orientation = 1; orientation <= 8; ++orientation) {
    const Picture turned = turn(numbered(), orientation);
    EXPECT_EQ(turned.width, orientation < 5 ? 3 : 2);
    EXPECT_EQ(numbers(turned), expected[static_cast<std::size_t>(orientation - 1)]) << orientation;
  }
}

TEST(Turn, FollowsDisplayMatrices) {
  constexpr std::int32_t one = 1 << 16;
  const auto of = [&](std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
    const std::array<std::int32_t, 9> matrix = {a, b, 0, c, d, 0, 0, 0, 1 << 30};
    return orientation_of_matrix(matrix);
  };
  EXPECT_EQ(of(one, 0, 0, one), 1);
  EXPECT_EQ(of(-one, 0, 0, -one), 3);
  EXPECT_EQ(of(0, one, -one, 0), 6) << "a telephone held upright";
  EXPECT_EQ(of(0, -one, one, 0), 8);
  EXPECT_EQ(of(-one, 0, 0, one), 2);
  EXPECT_EQ(of(46341, 46341, -46341, 46341), 1) << "no right angle";
}

TEST_F(OrientationTest, IsReadFromEveryKindOfFile) {
  for (const bool big : {false, true}) {
    const std::string data = exif('\x06', big);
    const auto size = static_cast<char>(data.size());
    const auto with_head = static_cast<char>(data.size() + 8);
    EXPECT_EQ(orientation_of_file(write("a", data)), 6);
    EXPECT_EQ(orientation_of_file(
                  write("a", "\xFF\xD8\xFF\xE0\0\4ab\xFF\xE1\0"s + with_head + "Exif\0\0"s + data)),
              6);
    EXPECT_EQ(orientation_of_file(
                  write("a", "\x89PNG\r\n\x1A\n\0\0\0\0tEXt1234\0\0\0"s + size + "eXIf" + data)),
              6);
    EXPECT_EQ(orientation_of_file(
                  write("a", "RIFF1234WEBPVP8 \1\0\0\0ab"s + "EXIF" + size + "\0\0\0"s + data)),
              6);
  }
}

TEST_F(OrientationTest, IsUprightWhereNothingSensibleIsSaid) {
  EXPECT_EQ(orientation_of_file(path("none")), 1);
  for (const char wrong : {'\0', '\x09'}) {
    EXPECT_EQ(orientation_of_file(write("a", exif(wrong, false))), 1);
  }
  const std::string data = exif('\x06', true);
  for (std::size_t size = 0; size < data.size() - 6; ++size) {
    EXPECT_EQ(orientation_of_file(write("a", data.substr(0, size))), 1) << size;
  }
}

TEST_F(OrientationTest, TurnsAPictureForTheNetwork) {
  Picture picture(32, 16);
  for (int x = 0; x < 32; ++x) {
    for (int y = 0; y < 16; ++y) *picture.pixel(x, y) = x < 16 ? 250 : 0;
  }
  write_picture(picture, path("a.jpg"));
  std::ifstream file(path("a.jpg"), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  const std::string data = "Exif\0\0"s + exif('\x06', true);
  bytes.insert(2, "\xFF\xE1\0"s + static_cast<char>(data.size() + 2) + data);
  const auto items = read_all(write("turned.jpg", bytes), options_for(Shape::image(32, 16, 3)));
  ASSERT_EQ(items.size(), 1U);
  const Picture seen = picture_of(items[0].tensor);
  EXPECT_GT(*seen.pixel(8, 4), 200) << "what was left is above";
  EXPECT_LT(*seen.pixel(8, 28), 50);
}

}  // namespace
}  // namespace shoal::media
