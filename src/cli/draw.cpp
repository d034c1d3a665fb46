#include <charconv>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/media/scene.hpp"
#include "shoal/media/writer.hpp"

#include "cli/options.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

constexpr int frames_per_second = 25;

struct Size {
  int width = 0;
  int height = 0;
};

Size parse_size(const std::string& text) {
  Size size;
  const char* end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, size.width);
  const bool separated = width.ec == std::errc{} && width.ptr != end && *width.ptr == 'x';
  const auto height = separated ? std::from_chars(width.ptr + 1, end, size.height) : width;
  if (!separated || height.ec != std::errc{} || height.ptr != end || size.width < 16 ||
      size.height < 16 || size.width > 8192 || size.height > 8192) {
    throw Error("--size is WIDTHxHEIGHT, 16x16 to 8192x8192, not {}", text);
  }
  return size;
}

void draw_clip(const std::string& path, const Size& size, int frames, std::uint32_t seed) {
  if (frames < 1 || frames > 100000) throw Error("--frames is 1 to 100000, not {}", frames);
  media::VideoWriter writer(path, size.width, size.height, frames_per_second);
  for (int i = 0; i < frames; ++i) {
    const double seconds = static_cast<double>(i) / frames_per_second;
    writer.add(media::draw_scene(size.width, size.height, seconds, seed));
  }
  writer.finish();
}

}  // namespace

int run_draw(Arguments arguments) {
  options::options_description declared("Options");
  declared.add_options()("what", options::value<std::string>()->required(), "picture or clip")(
      "file", options::value<std::string>()->required(), ".png, .jpg; .mp4, .avi, .mkv")(
      "size", options::value<std::string>()->default_value("640x480"), "WIDTHxHEIGHT")(
      "frames", options::value<int>()->default_value(48), "of a clip, 25 a second")(
      "seed", options::value<std::uint32_t>()->default_value(1), "which scene");
  options::positional_options_description positional;
  positional.add("what", 1).add("file", 1);
  const auto values = parse(arguments, "draw picture|clip FILE [options]", declared, positional);
  if (!values) return 0;
  const auto what = (*values)["what"].as<std::string>();
  const auto path = (*values)["file"].as<std::string>();
  const Size size = parse_size((*values)["size"].as<std::string>());
  const auto seed = (*values)["seed"].as<std::uint32_t>();
  if (what == "picture") {
    media::write_picture(media::draw_scene(size.width, size.height, 0, seed), path);
  } else if (what == "clip") {
    draw_clip(path, size, (*values)["frames"].as<int>(), seed);
  } else {
    throw Error("draw: say picture or clip, not {}", what);
  }
  fmt::print("{}\n", path);
  return 0;
}

}  // namespace shoal::cli
