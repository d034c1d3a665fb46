#pragma once

#include <span>

#include "shoal/split/wire_type.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::split {

// A message as it travels: words of four bytes, which nobody calculates with. The elements of a box
// are packed in their order, in blocks of 64 of which the last one may be shorter:
//
// - float16: IEEE 754's binary16, two in a word. What is beyond its range, 65504, becomes infinite;
//   what is no number stays none.
// - int8: of each block a scale (float32), then its values as multiples of it, four in a word. The
//   largest is 127 scales. A block with something infinite in it, or no number, arrives as no
//   numbers; one in which nothing is as large as 1e-35 as zeros.
//
// Both round to nearest, ties to even, by the same operations on every processor.

/// @param words wire_words() of the view's elements
void pack(WireType type, ConstView from, std::span<float> words);
void unpack(WireType type, std::span<const float> words, View to);

/// Rounds `from` as sending it does, into `to`.
void round(WireType type, ConstView from, View to);

}  // namespace shoal::split
