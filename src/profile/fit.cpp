#include "shoal/profile/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "shoal/base/error.hpp"

namespace shoal::profile {
namespace {

constexpr std::size_t terms = 3;
using Vector = std::array<double, terms>;
using Matrix = std::array<Vector, terms>;

/// The terms that a law has: of two that explain the same, the one with fewer, and of these work
/// before bytes and bytes before a fixed cost.
constexpr std::size_t fixed = 0;
constexpr std::size_t per_flop = 1;
constexpr std::size_t per_byte = 2;
using Terms = std::vector<std::size_t>;

/// A further term must better the mean squared relative error by more than rounding does.
constexpr double least_gain = 1e-12;

/// A measurement as a row of the least squares problem: row * coefficients should be 1.
Vector row_of(const Measurement& measurement) {
  const Work& work = measurement.work;
  return {1 / measurement.seconds, work.flops / measurement.seconds,
          work.bytes / measurement.seconds};
}

/// Solves the equations of the given terms by Gaussian elimination; nothing where two terms say the
/// same. The diagonal is 1, so that the pivots tell.
std::optional<Vector> solve(Matrix matrix, Vector right, const Terms& chosen) {
  constexpr double smallest_pivot = 1e-10;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const std::size_t pivot = chosen[k];
    if (matrix[pivot][pivot] < smallest_pivot) return std::nullopt;
    for (std::size_t i = k + 1; i < chosen.size(); ++i) {
      const std::size_t row = chosen[i];
      const double factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (std::size_t j = k; j < chosen.size(); ++j) {
        matrix[row][chosen[j]] -= factor * matrix[pivot][chosen[j]];
      }
      right[row] -= factor * right[pivot];
    }
  }
  Vector solution{};
  for (std::size_t k = chosen.size(); k-- > 0;) {
    const std::size_t row = chosen[k];
    double value = right[row];
    for (std::size_t i = k + 1; i < chosen.size(); ++i) {
      value -= matrix[row][chosen[i]] * solution[chosen[i]];
    }
    solution[row] = value / matrix[row][row];
  }
  return solution;
}

double product(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < terms; ++i) sum += a[i] * b[i];
  return sum;
}

double mean_squared_error(const std::vector<Vector>& rows, const Vector& solution) {
  double sum = 0;
  for (const Vector& row : rows) {
    const double error = product(row, solution) - 1;
    sum += error * error;
  }
  return sum / static_cast<double>(rows.size());
}

/// Makes every column's length 1 and gives what it was; an empty column stays.
Vector normalise(std::vector<Vector>& rows) {
  Vector lengths{};
  for (std::size_t i = 0; i < terms; ++i) {
    for (const Vector& row : rows) lengths[i] += row[i] * row[i];
    lengths[i] = std::sqrt(lengths[i]);
    for (Vector& row : rows) row[i] /= lengths[i] > 0 ? lengths[i] : 1;
  }
  return lengths;
}

/// Non-negative least squares by trying every set of terms: the best of the solutions without a
/// negative coefficient is the optimum (Lawson and Hanson 1974, chapter 23, find the set by search;
/// of three terms there are only seven).
Vector best_solution(const std::vector<Vector>& rows) {
  static const std::array<Terms, 7> sets = {{{per_flop},
                                             {per_byte},
                                             {fixed},
                                             {fixed, per_flop},
                                             {fixed, per_byte},
                                             {per_flop, per_byte},
                                             {fixed, per_flop, per_byte}}};
  Matrix products{};
  Vector right{};
  for (const Vector& row : rows) {
    for (std::size_t i = 0; i < terms; ++i) {
      for (std::size_t j = 0; j < terms; ++j) products[i][j] += row[i] * row[j];
      right[i] += row[i];
    }
  }
  Vector best{};
  double least = std::numeric_limits<double>::infinity();
  for (const Terms& chosen : sets) {
    const auto solution = solve(products, right, chosen);
    if (!solution || *std::min_element(solution->begin(), solution->end()) < 0) continue;
    const double error = mean_squared_error(rows, *solution);
    if (error > least - least_gain) continue;
    least = error;
    best = *solution;
  }
  return best;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

Law fit(std::span<const Measurement> measurements) {
  if (measurements.empty()) throw Error("no law can be fitted to no measurements");
  std::vector<Vector> rows;
  for (const Measurement& one : measurements) rows.push_back(row_of(one));
  const Vector lengths = normalise(rows);
  Vector solution = best_solution(rows);
  for (std::size_t i = 0; i < terms; ++i) solution[i] /= lengths[i] > 0 ? lengths[i] : 1;
  Law law{solution[fixed], solution[per_flop], solution[per_byte], 0};
  std::vector<double> errors;
  for (const Measurement& one : measurements) {
    errors.push_back(std::abs(law(one.work.flops, one.work.bytes) / one.seconds - 1));
  }
  law.error = median(std::move(errors));
  return law;
}

void fit_laws(Device& device) {
  std::map<Kind, std::vector<Measurement>> by_kind;
  for (const Measurement& one : device.measurements) by_kind[one.work.kind].push_back(one);
  for (auto& [kind, measurements] : by_kind) {
    const auto untold =
        std::stable_partition(measurements.begin(), measurements.end(),
                              [](const Measurement& one) { return one.seconds > least_time; });
    if (untold != measurements.begin()) measurements.erase(untold, measurements.end());
    device.laws[kind] = fit(measurements);
  }
}

}  // namespace shoal::profile
