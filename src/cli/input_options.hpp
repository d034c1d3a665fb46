#pragma once

#include <span>
#include <string>

#include "shoal/media/input_kind.hpp"

namespace shoal::cli {

/// Facts about the input that its options are checked against.
struct InputFacts {
  std::string path;
  media::InputKind kind = media::InputKind::picture;
  bool takes_clips = false;  ///< the network does
};

/// A UsageError where an option that was given does nothing for this input.
/// @param given names of options, others than those about inputs too
void expect_effect(std::span<const std::string> given, const InputFacts& input);

}  // namespace shoal::cli
