#include "kernels/channels.hpp"

#include <limits>

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/channels.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

void sum_of_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end,
                     float* out) {
  const Vector floor = hn::Set(Tag(), end.floor);
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Vector sum = end.bias == nullptr ? hn::Zero(Tag()) : load_some(end.bias + c, count);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      sum = hn::MulAdd(load_some(pixels[i] + c, count), load_some(weights[i] + c, count), sum);
    }
    store_some(hn::Max(sum, floor), out + c, count);
  }
}

void largest(Pixels pixels, Index channels, float floor, float* out) {
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Vector most = hn::Set(Tag(), -std::numeric_limits<float>::infinity());
    for (const float* pixel : pixels) most = hn::Max(most, load_some(pixel + c, count));
    store_some(hn::Max(most, hn::Set(Tag(), floor)), out + c, count);
  }
}

void scaled_sum(Pixels pixels, Index channels, float factor, float floor, float* out) {
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Vector sum = hn::Zero(Tag());
    for (const float* pixel : pixels) sum = hn::Add(sum, load_some(pixel + c, count));
    sum = hn::Mul(sum, hn::Set(Tag(), factor));
    store_some(hn::Max(sum, hn::Set(Tag(), floor)), out + c, count);
  }
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {

HWY_EXPORT(sum_of_products);
HWY_EXPORT(largest);
HWY_EXPORT(scaled_sum);

void sum_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end,
                  float* out) {
  HWY_DYNAMIC_DISPATCH(sum_of_products)(pixels, weights, channels, end, out);
}

void take_largest(Pixels pixels, Index channels, float floor, float* out) {
  HWY_DYNAMIC_DISPATCH(largest)(pixels, channels, floor, out);
}

void take_sum(Pixels pixels, Index channels, float factor, float floor, float* out) {
  HWY_DYNAMIC_DISPATCH(scaled_sum)(pixels, channels, factor, floor, out);
}

}  // namespace shoal::kernels
#endif
