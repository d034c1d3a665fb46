#pragma once

#include <array>
#include <cstddef>

namespace shoal::kernels {

/// The numbers of Winograd's minimal filtering F(m, 3) (Lavin and Gray, arXiv 1509.09308) for the
/// points 0, +-1, +-2, +-1/2 and infinity: m outputs from m + 2 inputs with m + 2 products.
///
/// In every one of the three transforms a point and its negative go together: what is even in the
/// point is common to both, what is odd differs in sign. So each pair of points needs one row here.
template <std::size_t m>
struct WinogradTile {
  static constexpr std::size_t outputs = m;
  static constexpr std::size_t inputs = m + 2;
  static constexpr std::size_t pairs = m / 2;

  using InputRow = std::array<double, inputs>;
  using KernelRow = std::array<double, 3>;

  static constexpr std::array<double, 3> all_points = {1, 2, 0.5};
  static constexpr double point(std::size_t pair) { return all_points[pair]; }

  /// Factors by which the points of a pair, zero, and infinity take the inputs.
  static const std::array<InputRow, pairs> input_of_pair;
  static const InputRow input_of_zero;
  static const InputRow input_of_infinity;
  /// The same of the kernel's three weights; zero takes the first as it is, infinity the last.
  static const std::array<KernelRow, pairs> kernel_of_pair;
  static constexpr double kernel_of_zero = m == 4 ? 0.25 : 1;

  /// Factor by which output `i` takes a point.
  static constexpr double power(std::size_t pair, std::size_t i) {
    double result = 1;
    for (std::size_t n = 0; n < i; ++n) result *= point(pair);
    return result;
  }
};

template <>
inline constexpr std::array<std::array<double, 4>, 1> WinogradTile<2>::input_of_pair = {
    {{0, 1, 1, 0}}};
template <>
inline constexpr std::array<double, 4> WinogradTile<2>::input_of_zero = {1, 0, -1, 0};
template <>
inline constexpr std::array<double, 4> WinogradTile<2>::input_of_infinity = {0, -1, 0, 1};
template <>
inline constexpr std::array<std::array<double, 3>, 1> WinogradTile<2>::kernel_of_pair = {
    {{0.5, 0.5, 0.5}}};

template <>
inline constexpr std::array<std::array<double, 6>, 2> WinogradTile<4>::input_of_pair = {
    {{0, -4, -4, 1, 1, 0}, {0, -2, -1, 2, 1, 0}}};
template <>
inline constexpr std::array<double, 6> WinogradTile<4>::input_of_zero = {4, 0, -5, 0, 1, 0};
template <>
inline constexpr std::array<double, 6> WinogradTile<4>::input_of_infinity = {0, 4, 0, -5, 0, 1};
template <>
inline constexpr std::array<std::array<double, 3>, 2> WinogradTile<4>::kernel_of_pair = {
    {{-1.0 / 6, -1.0 / 6, -1.0 / 6}, {1.0 / 24, 1.0 / 12, 1.0 / 6}}};

template <>
inline constexpr std::array<std::array<double, 8>, 3> WinogradTile<6>::input_of_pair = {
    {{0, 1, 1, -4.25, -4.25, 1, 1, 0},
     {0, 0.5, 0.25, -2.5, -1.25, 2, 1, 0},
     {0, 2, 4, -2.5, -5, 0.5, 1, 0}}};
template <>
inline constexpr std::array<double, 8> WinogradTile<6>::input_of_zero = {1,    0, -5.25, 0,
                                                                         5.25, 0, -1,    0};
template <>
inline constexpr std::array<double, 8> WinogradTile<6>::input_of_infinity = {0, -1,    0, 5.25,
                                                                             0, -5.25, 0, 1};
template <>
inline constexpr std::array<std::array<double, 3>, 3> WinogradTile<6>::kernel_of_pair = {
    {{-2.0 / 9, -2.0 / 9, -2.0 / 9},
     {1.0 / 90, 1.0 / 45, 2.0 / 45},
     {32.0 / 45, 16.0 / 45, 8.0 / 45}}};

}  // namespace shoal::kernels
