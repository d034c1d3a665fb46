#include <charconv>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
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
    throw UsageError("--size is WIDTHxHEIGHT, 16x16 to 8192x8192, not '{}'", printable(text, 60));
  }
  return size;
}

void draw_clip(const std::string& path, const Size& size, int frames, std::uint32_t seed) {
  media::VideoWriter writer(path, size.width, size.height, frames_per_second);
  for (int i = 0; i < frames; ++i) {
    const double seconds = static_cast<double>(i) / frames_per_second;
    writer.add(media::draw_scene(size.width, size.height, seconds, seed));
  }
  writer.finish();
}

Command command() {
  return {.verb = "draw",
          .usage = "draw picture|clip FILE [options]",
          .groups = {{"Options",
                      {{.name = "what",
                        .takes = Word{"WHAT", {"picture", "clip"}},
                        .missing = "say picture or clip",
                        .word = true},
                       {.name = "file",
                        .takes = WrittenFile{},
                        .help = ".png or .jpg; .mp4, .avi or .mkv",
                        .missing = "say where it goes, such as fish.png",
                        .word = true},
                       {.name = "size",
                        .takes = Text{"WxH"},
                        .help = "pixels, 16x16 to 8192x8192",
                        .otherwise = "640x480"},
                       {.name = "frames",
                        .takes = Whole{.least = 1, .most = 100'000},
                        .help = "of a clip, 25 a second",
                        .otherwise = "48",
                        .needs = {{"what", "clip"}}},
                       {.name = "seed",
                        .takes = Whole{.least = 0, .most = 4'294'967'295},
                        .help = "which scene",
                        .otherwise = "1"}}}},
          .words = {"what", "file"}};
}

}  // namespace

int run_draw(Arguments arguments) {
  const auto values = parse(arguments, command());
  if (!values) return 0;
  const std::string path = values->text("file");
  const Size size = parse_size(values->text("size"));
  const auto seed = values->whole<std::uint32_t>("seed");
  if (values->text("what") == "picture") {
    media::write_picture(media::draw_scene(size.width, size.height, 0, seed), path);
  } else {
    draw_clip(path, size, values->whole<int>("frames"), seed);
  }
  fmt::print("{}\n", printable(path));
  return 0;
}

}  // namespace shoal::cli
