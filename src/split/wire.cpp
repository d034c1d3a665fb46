#include "shoal/split/wire.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/float16.hpp"
#include "shoal/tensor/runs.hpp"

namespace shoal::split {
namespace {

/// Room for a block, be it full or not: loops of one length, which become vector instructions.
template <typename Value>
using Block = std::array<Value, static_cast<std::size_t>(wire_block)>;

constexpr std::uint32_t magnitude_bits = 0x7fffffff;
constexpr std::uint32_t infinity_bits = 0x7f800000;

/// Those of very small values are made for all first: see float16::round.
class Float16 {
 public:
  static void encode(const Block<float>& values, float* words, std::size_t bytes) {
    Block<std::uint32_t> small;
    for (std::size_t i = 0; i < small.size(); ++i) small[i] = float16::round_small(values[i]);
    Block<std::uint16_t> halves;
    for (std::size_t i = 0; i < halves.size(); ++i) {
      halves[i] = float16::round(values[i], small[i], float16::infinity);
    }
    std::memcpy(words, halves.data(), bytes);
  }
  static void decode(const float* words, std::size_t bytes, Block<float>& values) {
    Block<std::uint16_t> halves{};
    std::memcpy(halves.data(), words, bytes);
    Block<float> small;
    for (std::size_t i = 0; i < small.size(); ++i) small[i] = small_to_float(halves[i]);
    for (std::size_t i = 0; i < halves.size(); ++i) values[i] = to_float(halves[i], small[i]);
  }

 private:
  static constexpr std::uint32_t least_normal_half = 0x400;

  static float small_to_float(std::uint16_t half) {
    return static_cast<float>(half & 0x7fff) * 0x1p-24F;
  }

  static float to_float(std::uint16_t half, float small) {
    const std::uint32_t magnitude = half & 0x7fffU;
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t rebiased = (magnitude << float16::fraction_bits) + (float16::bias << 23U);
    std::uint32_t bits =
        magnitude > float16::largest ? rebiased + (float16::bias << 23U) : rebiased;
    bits = magnitude < least_normal_half ? std::bit_cast<std::uint32_t>(small) : bits;
    return std::bit_cast<float>(bits | sign);
  }
};

class Int8 {
 public:
  static void encode(const Block<float>& values, float* words, std::size_t bytes) {
    // Of magnitudes the order is that of their bits.
    std::uint32_t most = 0;
    for (const float value : values) {
      most = std::max(most, std::bit_cast<std::uint32_t>(value) & magnitude_bits);
    }
    // Small ones would have a scale with fewer bits, and no inverse; 127 scales of the very largest
    // might be infinite.
    constexpr float least = 1e-35F;
    const float largest = std::min(std::bit_cast<float>(most), 0x1.fffffp127F);
    const bool is_zero = largest < least;
    const float scale = is_zero ? 0.0F : largest / steps;
    const float inverse = is_zero ? 0.0F : steps / largest;
    Block<std::int8_t> multiples{};
    if (most < infinity_bits) {
      for (std::size_t i = 0; i < values.size(); ++i) multiples[i] = nearest(values[i] * inverse);
    }
    words[0] = most < infinity_bits ? scale : std::bit_cast<float>(infinity_bits | 0x400000U);
    std::memcpy(words + 1, multiples.data(), bytes - sizeof(float));
  }
  static void decode(const float* words, std::size_t bytes, Block<float>& values) {
    Block<std::int8_t> multiples{};
    std::memcpy(multiples.data(), words + 1, bytes - sizeof(float));
    const float scale = words[0];
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(multiples[i]) * scale;
    }
  }

 private:
  static constexpr float steps = 127;

  /// Added to a number whose last bit is 1, it is rounded to a whole one.
  static std::int8_t nearest(float value) {
    constexpr float shift = 0x1.8p23F;
    return static_cast<std::int8_t>(static_cast<std::int32_t>(value + shift - shift));
  }
};

std::size_t bytes_of(WireType type, Index floats) {
  return static_cast<std::size_t>(wire_bytes(type, floats));
}

template <typename Codec>
void pack_as(WireType type, ConstView from, float* words) {
  Block<float> open{};
  Index filled = 0;
  const auto close = [&] {
    std::fill(open.begin() + filled, open.end(), 0.0F);
    Codec::encode(open, words, bytes_of(type, filled));
    words += wire_words(type, filled);
    filled = 0;
  };
  for_each_run(from, [&](const float* run, Index count) {
    while (count > 0) {
      const Index taken = std::min(count, wire_block - filled);
      std::copy_n(run, taken, open.begin() + filled);
      filled += taken;
      run += taken;
      count -= taken;
      if (filled == wire_block) close();
    }
  });
  if (filled > 0) close();
}

template <typename Codec>
void unpack_as(WireType type, const float* words, View to) {
  Block<float> open{};
  Index rest = to.shape().volume();  // not yet in a block that was opened
  Index taken = 0;
  Index size = 0;
  for_each_run(to, [&](float* run, Index count) {
    while (count > 0) {
      if (taken == size) {
        taken = 0;
        size = std::min(rest, wire_block);
        rest -= size;
        Codec::decode(words, bytes_of(type, size), open);
        words += wire_words(type, size);
      }
      const Index given = std::min(count, size - taken);
      std::copy_n(open.begin() + taken, given, run);
      taken += given;
      run += given;
      count -= given;
    }
  });
}

}  // namespace

void pack(WireType type, ConstView from, std::span<float> words) {
  switch (type) {
    case WireType::float32:
      return copy(from, View(words.data(), from.shape()));
    case WireType::float16:
      return pack_as<Float16>(type, from, words.data());
    case WireType::int8:
      return pack_as<Int8>(type, from, words.data());
  }
}

void unpack(WireType type, std::span<const float> words, View to) {
  switch (type) {
    case WireType::float32:
      return copy(ConstView(words.data(), to.shape()), to);
    case WireType::float16:
      return unpack_as<Float16>(type, words.data(), to);
    case WireType::int8:
      return unpack_as<Int8>(type, words.data(), to);
  }
}

void round(WireType type, ConstView from, View to) {
  if (type == WireType::float32) return copy(from, to);
  AlignedBuffer words(addressable(wire_words(type, from.shape().volume())));
  pack(type, from, words.span());
  unpack(type, words.span(), to);
}

}  // namespace shoal::split
