#pragma once

#include <optional>
#include <string_view>

namespace shoal::graph {

/// As what a device holds the kernels of its dense layers. They are most of the bytes of AlexNet
/// and VGG16, and each of them is read for one multiplication per frame, so that their size is
/// their time. All else is float32, and so is the arithmetic.
enum class WeightsType {
  float32,
  float16,  ///< IEEE half precision, half the bytes
  int8,     ///< with a float32 scale for each output, a quarter of the bytes
};

std::string_view name(WeightsType type);
std::optional<WeightsType> find_weights_type(std::string_view name);

}  // namespace shoal::graph
