#pragma once

#include <cstdint>
#include <span>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/graph/weights_type.hpp"

namespace shoal::graph {

/// Of a dense kernel as a device holds it.
Bytes kernel_bytes(WeightsType type, Index inputs, Index outputs);

/// A dense kernel in fewer bytes than float32: a row for each input, `stride()` numbers apart, with
/// zeros behind the outputs. It is made from float32 rows that come some at a time.
class NarrowKernel {
 public:
  NarrowKernel() = default;
  /// Rows not set yet. `type` is not float32.
  NarrowKernel(WeightsType type, Index inputs, Index outputs);

  /// Of int8: rows of `outputs` floats each that set_rows() will get. All of them come here first,
  /// so that each output's largest weight is known.
  void scale_for(std::span<const float> rows);
  /// Rounds rows of `outputs` floats each, from row `first` on.
  void set_rows(Index first, std::span<const float> rows);

  [[nodiscard]] WeightsType type() const { return type_; }
  [[nodiscard]] Index inputs() const { return inputs_; }
  [[nodiscard]] Index outputs() const { return outputs_; }
  [[nodiscard]] Index stride() const;
  [[nodiscard]] Bytes bytes() const { return (numbers_.size() + scales_.size()) * sizeof(float); }

  /// Of float16: the bits of the numbers.
  [[nodiscard]] const std::uint16_t* halves() const;
  /// Of int8: each is to be multiplied by its output's scale.
  [[nodiscard]] const std::int8_t* integers() const;
  [[nodiscard]] const float* scales() const { return scales_.data(); }

 private:
  WeightsType type_ = WeightsType::float32;
  Index inputs_ = 0;
  Index outputs_ = 0;
  AlignedBuffer numbers_;  ///< memory, for numbers of the type
  AlignedBuffer scales_;
};

}  // namespace shoal::graph
