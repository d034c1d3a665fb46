#include "cli/input_options.hpp"

#include <array>

#include "shoal/base/text.hpp"

#include "cli/usage_error.hpp"

namespace shoal::cli {
namespace {

using media::InputKind;

struct InputOption {
  const char* name;
  bool (*has_effect)(const InputFacts& input);
  const char* why_not;
};

bool is_camera(const InputFacts& input) {
  return input.kind == InputKind::camera;
}
bool has_pictures(const InputFacts& input) {
  return input.kind != InputKind::stored;
}
bool makes_clips(const InputFacts& input) {
  return input.takes_clips && has_pictures(input);
}

constexpr const char* no_camera = "is no camera";
constexpr const char* no_pictures = "holds frames that are preprocessed already";
constexpr const char* no_clips =
    "is not cut into clips: the network takes pictures, or they are cut already";

constexpr std::array<InputOption, 6> table = {{{"camera-size", is_camera, no_camera},
                                               {"camera-rate", is_camera, no_camera},
                                               {"aspect", has_pictures, no_pictures},
                                               {"preprocess", has_pictures, no_pictures},
                                               {"clip-stride", makes_clips, no_clips},
                                               {"clip-hop", makes_clips, no_clips}}};

}  // namespace

void expect_effect(std::span<const std::string> given, const InputFacts& input) {
  for (const std::string& name : given) {
    for (const InputOption& option : table) {
      if (name != option.name || option.has_effect(input)) continue;
      throw UsageError("--{} does nothing here: {} {}", name, printable(input.path),
                       option.why_not);
    }
  }
}

}  // namespace shoal::cli
