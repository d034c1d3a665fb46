/// What the sources share that are compiled once for each kind of vectors (SSE2, AVX2, AVX-512,
/// NEON) and chosen among when the program runs, by Highway. They include this file after they
/// defined HWY_TARGET_INCLUDE as their own name; it is read once for each kind as well.

#include <cstddef>

#include "shoal/base/units.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
// Newer instructions than AVX-512's first add nothing for floats. Vectors of SVE, whose size is not
// known, cannot be in arrays.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_AVX3_DL | HWY_SSE4 | HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
#include <hwy/foreach_target.h>
// The order matters: foreach_target.h reads the sources again.
#include <hwy/highway.h>

#if defined(SHOAL_KERNELS_VECTORS_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SHOAL_KERNELS_VECTORS_HPP
#undef SHOAL_KERNELS_VECTORS_HPP
#else
#define SHOAL_KERNELS_VECTORS_HPP
#endif
// NOLINTEND(cppcoreguidelines-macro-usage)

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;

constexpr Index lanes = HWY_LANES(float);
constexpr int registers = HWY_CAP_GE512 || HWY_ARCH_ARM_A64 ? 32 : 16;

/// Some vectors. Not std::array, whose constructor would be compiled for other processors.
template <std::size_t count>
struct Vectors {
  HWY_INLINE Vectors() {}  // NOLINT(modernize-use-equals-default): it is to be of this kind
  HWY_INLINE Vector& operator[](std::size_t i) { return values[i]; }
  HWY_INLINE const Vector& operator[](std::size_t i) const { return values[i]; }

  Vector values[count];  // NOLINT(modernize-avoid-c-arrays)
};

/// The first `count` floats of a vector, up to all of them; the others of what is loaded are zero.
HWY_INLINE Vector load_some(const float* from, Index count) {
  const Tag tag;
  if (count >= lanes) return hn::LoadU(tag, from);
  return hn::MaskedLoad(hn::FirstN(tag, static_cast<std::size_t>(count < 0 ? 0 : count)), tag,
                        from);
}

/// The larger one of each pair; not-a-number where a value is that. Highway's Max may give the
/// floor then: which operand comes out differs from processor to processor.
HWY_INLINE Vector at_least(Vector floor, Vector values) {
#if HWY_ARCH_X86
  // Where one is not a number, x86 gives the second.
  return hn::Max(floor, values);
#elif HWY_ARCH_ARM
  return Vector(vmaxq_f32(floor.raw, values.raw));
#else
  return hn::IfThenElse(hn::Lt(values, floor), floor, values);
#endif
}

HWY_INLINE void store_some(Vector values, float* to, Index count) {
  const Tag tag;
  if (count >= lanes) {
    hn::StoreU(values, tag, to);
  } else if (count > 0) {
    hn::BlendedStore(values, hn::FirstN(tag, static_cast<std::size_t>(count)), tag, to);
  }
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
