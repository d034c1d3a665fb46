#include "kernels/winograd_weights.hpp"

#include "kernels/winograd_tile.hpp"

namespace shoal::kernels {
namespace {

/// What position `i` of a line takes of the kernel's three weights.
template <std::size_t m>
std::array<double, 3> factors(std::size_t i) {
  using Tile = WinogradTile<m>;
  if (i == 0) return {Tile::kernel_of_zero, 0, 0};
  if (i == m + 1) return {0, 0, 1};
  std::array<double, 3> row = Tile::kernel_of_pair[(i - 1) / 2];
  if (i % 2 == 0) row[1] = -row[1];
  return row;
}

template <std::size_t m>
std::array<double, 9> factors(std::size_t row, std::size_t column) {
  std::array<double, 9> product{};
  for (std::size_t i = 0; i < 9; ++i)
    product[i] = factors<m>(row)[i / 3] * factors<m>(column)[i % 3];
  return product;
}

std::array<double, 9> factors_of(Index m, Index position) {
  const Index side = m + 2;
  const auto row = static_cast<std::size_t>(position / side);
  const auto column = static_cast<std::size_t>(position % side);
  return m == 2   ? factors<2>(row, column)
         : m == 4 ? factors<4>(row, column)
                  : factors<6>(row, column);
}

}  // namespace

WinogradWeights::WinogradWeights(Index m, const float* kernel, Index depth, Index channels,
                                 Index filters) {
  const Index tap = channels * filters;
  std::vector<float> matrix(static_cast<std::size_t>(tap));
  for (Index position = 0; position < (m + 2) * (m + 2); ++position) {
    const std::array<double, 9> factors = factors_of(m, position);
    Panels& panels = positions_.emplace_back(depth * channels, filters);
    for (Index d = 0; d < depth; ++d) {
      const float* taps = kernel + d * 9 * tap;
      for (Index i = 0; i < tap; ++i) {
        double sum = 0;
        for (std::size_t t = 0; t < 9; ++t) {
          sum += factors[t] * static_cast<double>(taps[static_cast<Index>(t) * tap + i]);
        }
        matrix[static_cast<std::size_t>(i)] = static_cast<float>(sum);
      }
      panels.pack(matrix.data(), filters, d * channels, channels);
    }
  }
}

Bytes WinogradWeights::bytes() const {
  Bytes bytes = 0;
  for (const Panels& panels : positions_) bytes += panels.bytes();
  return bytes;
}

Bytes WinogradWeights::bytes_of(Index m, Index depth, Index channels, Index filters) {
  return static_cast<Bytes>((m + 2) * (m + 2)) * Panels::bytes_of(depth * channels, filters);
}

}  // namespace shoal::kernels
