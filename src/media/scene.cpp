#include "shoal/media/scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace shoal::media {
namespace {

struct Colour {
  double r;
  double g;
  double b;
};

Colour mix(const Colour& a, const Colour& b, double part) {
  return {a.r + (b.r - a.r) * part, a.g + (b.g - a.g) * part, a.b + (b.b - a.b) * part};
}

/// Lays `colour` over a pixel; `cover` from 0 (nothing) to 1.
void blend(Picture& picture, int x, int y, const Colour& colour, double cover) {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height || cover <= 0) return;
  std::uint8_t* pixel = picture.pixel(x, y);
  const std::array<double, 3> values = {colour.r, colour.g, colour.b};
  for (std::size_t c = 0; c < 3; ++c) {
    const double old = pixel[c];
    pixel[c] = static_cast<std::uint8_t>(
        std::clamp(old + (values[c] - old) * std::min(cover, 1.0), 0.0, 255.0));
  }
}

void draw_sea(Picture& picture, double seconds) {
  const Colour top{120, 205, 235};
  const Colour deep{8, 52, 110};
  const Colour sand{214, 188, 132};
  for (int y = 0; y < picture.height; ++y) {
    const double depth = static_cast<double>(y) / picture.height;
    for (int x = 0; x < picture.width; ++x) {
      const double across = static_cast<double>(x) / picture.width;
      const double ray = 0.10 * std::sin(9 * (across + 0.35 * depth) + 0.6 * seconds);
      Colour colour = mix(top, deep, std::clamp(depth * 1.1 + ray * (1 - depth), 0.0, 1.0));
      const double ground = 0.87 + 0.02 * std::sin(7 * across) + 0.012 * std::sin(23 * across + 1);
      colour = mix(colour, sand, std::clamp((depth - ground) * 60, 0.0, 0.85));
      blend(picture, x, y, colour, 1);
    }
  }
}

struct Fish {
  double x;  ///< of the middle, in pixels
  double y;
  double length;
  bool leftwards;
  double wag;
  Colour body;
  Colour belly;
};

/// How much of a pixel lies inside a shape whose edge is at `distance` 0, in pixels.
double coverage(double distance) {
  return std::clamp(0.5 - distance, 0.0, 1.0);
}

/// One pixel of a fish; `u` runs from tail (-0.5) to nose (0.5), `v` downwards, in body lengths.
void draw_fish_pixel(Picture& picture, int x, int y, const Fish& fish, double u, double v) {
  const double pixels = fish.length;
  const double ellipse = std::hypot(u / 0.36, v / 0.17) - 1;
  const double tail_width = 0.05 + 0.55 * (-0.28 - u);
  const double tail =
      std::max({std::abs(v - fish.wag * (-0.28 - u)) - tail_width, u + 0.28, -0.5 - u});
  blend(picture, x, y, fish.body, coverage(tail * pixels));
  const Colour skin = mix(fish.body, fish.belly, std::clamp((v + 0.05) * 6, 0.0, 1.0));
  blend(picture, x, y, skin, coverage(ellipse * 0.17 * pixels));
  const double stripe = std::abs(u - 0.05) - 0.025;
  if (ellipse < 0) blend(picture, x, y, {250, 250, 245}, 0.8 * coverage(stripe * pixels));
  const double eye = std::hypot(u - 0.22, v + 0.04);
  blend(picture, x, y, {250, 250, 250}, coverage((eye - 0.042) * pixels));
  blend(picture, x, y, {15, 15, 25}, coverage((eye - 0.024) * pixels));
}

void draw_fish(Picture& picture, const Fish& fish) {
  const double reach = 0.55 * fish.length;
  for (int y = static_cast<int>(fish.y - reach); y <= static_cast<int>(fish.y + reach); ++y) {
    for (int x = static_cast<int>(fish.x - reach); x <= static_cast<int>(fish.x + reach); ++x) {
      const double u = (x - fish.x) / fish.length;
      draw_fish_pixel(picture, x, y, fish, fish.leftwards ? -u : u, (y - fish.y) / fish.length);
    }
  }
}

/// The engine's own numbers, which are the same everywhere (the library's distributions are not).
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_()) / 4294967296.0;
  }

 private:
  std::mt19937 engine_;
};

Fish swimming_fish(Dice& dice, const Picture& picture, int number, double seconds) {
  const std::array<Colour, 5> bodies = {
      {{245, 130, 32}, {250, 205, 60}, {70, 130, 220}, {220, 70, 90}, {110, 200, 150}}};
  const double size = std::min(picture.width, picture.height);
  Fish fish{};
  fish.length = size * dice.between(0.16, 0.36);
  fish.leftwards = dice.between(0, 1) < 0.3;
  const double speed = picture.width * dice.between(0.08, 0.16) * (fish.leftwards ? -1 : 1);
  const double lane = picture.width + 2 * fish.length;
  double x = std::fmod(dice.between(0, lane) + speed * seconds, lane);
  if (x < 0) x += lane;
  fish.x = x - fish.length;
  fish.y = picture.height * dice.between(0.12, 0.8) +
           0.02 * size * std::sin(2 * seconds + dice.between(0, 6));
  fish.wag = 0.5 * std::sin(7 * seconds + dice.between(0, 2 * std::numbers::pi));
  fish.body = bodies[static_cast<std::size_t>(number) % bodies.size()];
  fish.belly = mix(fish.body, {255, 250, 235}, 0.6);
  return fish;
}

void draw_bubble(Picture& picture, double x, double y, double radius) {
  for (int py = static_cast<int>(y - radius - 1); py <= static_cast<int>(y + radius + 1); ++py) {
    for (int px = static_cast<int>(x - radius - 1); px <= static_cast<int>(x + radius + 1); ++px) {
      const double distance = std::hypot(px - x, py - y);
      blend(picture, px, py, {225, 245, 255}, 0.25 * coverage(distance - radius));
      blend(picture, px, py, {240, 250, 255}, 0.6 * coverage(std::abs(distance - radius) - 0.7));
    }
  }
}

}  // namespace

Picture draw_scene(int width, int height, double seconds, std::uint32_t seed) {
  Picture picture(width, height);
  draw_sea(picture, seconds);
  Dice dice(seed);
  const double size = std::min(width, height);
  for (int i = 0; i < 14; ++i) {
    const double x = width * dice.between(0.05, 0.95);
    const double rise = std::fmod(dice.between(0, 1) + seconds * dice.between(0.05, 0.15), 1.0);
    draw_bubble(picture, x, height * (0.9 - 0.9 * rise), size * dice.between(0.006, 0.018));
  }
  for (int i = 0; i < 11; ++i) draw_fish(picture, swimming_fish(dice, picture, i, seconds));
  return picture;
}

}  // namespace shoal::media
