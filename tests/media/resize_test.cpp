#include <gtest/gtest.h>

#include "media/read_back.hpp"

namespace shoal::media {
namespace {

using Pixel = std::array<int, 3>;

Pixel at(const Picture& picture, int x, int y) {
  const std::uint8_t* pixel = picture.pixel(x, y);
  return {pixel[0], pixel[1], pixel[2]};
}

constexpr Pixel red = {255, 0, 0};
constexpr Pixel green = {0, 255, 0};
constexpr Pixel blue = {0, 0, 255};
constexpr Pixel black = {0, 0, 0};

/// Red, green and blue side by side, a third of the width each.
Picture three_columns(int width, int height) {
  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) picture.pixel(x, y)[x * 3 / width] = 255;
  }
  return picture;
}

/// The same, above each other.
Picture three_rows(int width, int height) {
  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) picture.pixel(x, y)[y * 3 / height] = 255;
  }
  return picture;
}

TEST(ResizeTest, LeavesAPictureOfTheRightSizeAlone) {
  const Picture picture = three_columns(31, 17);
  for (const Aspect aspect : {Aspect::stretch, Aspect::crop, Aspect::pad}) {
    EXPECT_EQ(resize(picture, 31, 17, aspect).rgb, picture.rgb);
  }
}

TEST(ResizeTest, StretchShowsAllOfThePicture) {
  const Picture result = resize(three_columns(300, 100), 60, 60, Aspect::stretch);
  for (const int y : {0, 30, 59}) {
    EXPECT_EQ(at(result, 0, y), red);
    EXPECT_EQ(at(result, 17, y), red);
    EXPECT_EQ(at(result, 30, y), green);
    EXPECT_EQ(at(result, 42, y), blue);
    EXPECT_EQ(at(result, 59, y), blue);
  }
}

TEST(ResizeTest, CropShowsTheMiddle) {
  const Picture wide = resize(three_columns(300, 100), 50, 50, Aspect::crop);
  const Picture tall = resize(three_rows(100, 300), 50, 50, Aspect::crop);
  for (const Picture& result : {wide, tall}) {
    EXPECT_EQ(result.rgb, plain(50, 50, 0, 255, 0).rgb);
  }
  // Twice as wide as tall: half of red, all of green, half of blue.
  const Picture half = resize(three_columns(300, 100), 80, 40, Aspect::crop);
  EXPECT_EQ(at(half, 0, 20), red);
  EXPECT_EQ(at(half, 18, 20), red);
  EXPECT_EQ(at(half, 21, 20), green);
  EXPECT_EQ(at(half, 58, 20), green);
  EXPECT_EQ(at(half, 61, 20), blue);
}

TEST(ResizeTest, PadShowsAllWithBlackAroundIt) {
  const Picture wide = resize(three_columns(300, 100), 90, 90, Aspect::pad);
  EXPECT_EQ(at(wide, 45, 29), black);
  EXPECT_EQ(at(wide, 45, 60), black);
  EXPECT_EQ(at(wide, 0, 30), red);
  EXPECT_EQ(at(wide, 45, 59), green);
  EXPECT_EQ(at(wide, 89, 45), blue);
  const Picture tall = resize(three_rows(100, 300), 90, 90, Aspect::pad);
  EXPECT_EQ(at(tall, 29, 45), black);
  EXPECT_EQ(at(tall, 60, 45), black);
  EXPECT_EQ(at(tall, 30, 0), red);
  EXPECT_EQ(at(tall, 59, 89), blue);
}

/// Vector code likes to write a few pixels more than it was asked for.
TEST(ResizeTest, PadKeepsItsBordersBlackAtAnySize) {
  for (int size = 1; size < 70; ++size) {
    for (const auto& [w, h] : {std::pair{20, 53}, {1, 9}, {640, 1000}}) {
      const Picture result = resize(plain(w, h, 255, 255, 255), size, size, Aspect::pad);
      const int inside = std::max(1, static_cast<int>(std::lround(1.0 * size * w / h)));
      const int left = (size - inside) / 2;
      for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
          const bool white = x >= left && x < left + inside;
          ASSERT_EQ(at(result, x, y), (white ? Pixel{255, 255, 255} : black))
              << w << "x" << h << " to " << size << " at " << x << "," << y;
        }
      }
    }
  }
}

TEST(ResizeTest, KeepsPlainColours) {
  for (const Pixel colour : {red, green, blue, black, Pixel{255, 255, 255}, Pixel{200, 100, 50}}) {
    const auto byte = [&](std::size_t c) { return static_cast<std::uint8_t>(colour[c]); };
    const Picture small = plain(37, 23, byte(0), byte(1), byte(2));
    for (const int size : {5, 37, 112, 299}) {
      const Picture result = resize(small, size, size, Aspect::stretch);
      for (const int x : {0, size / 2, size - 1}) {
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(at(result, x, x)[c], colour[c], 1);
      }
    }
  }
}

TEST(ResizeTest, SmallerPicturesAreMeans) {
  Picture board(64, 64);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) board.pixel(x, y)[1] = (x + y) % 2 == 0 ? 255 : 0;
  }
  const Picture result = resize(board, 16, 16, Aspect::stretch);
  for (int i = 2; i < 14; ++i) EXPECT_NEAR(at(result, i, i)[1], 127.5, 4);
}

/// Bilinear: between the middles of the old pixels values go linearly.
TEST(ResizeTest, LargerPicturesAreInterpolated) {
  Picture edge(8, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 4; x < 8; ++x) edge.pixel(x, y)[0] = 200;
  }
  const Picture result = resize(edge, 32, 32, Aspect::stretch);
  const std::array<int, 8> expected = {0, 0, 25, 75, 125, 175, 200, 200};
  for (int x = 0; x < 8; ++x) {
    EXPECT_NEAR(at(result, x + 12, 16)[0], expected[static_cast<std::size_t>(x)], 2) << x;
  }
}

}  // namespace
}  // namespace shoal::media
