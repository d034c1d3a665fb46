#include "cli/suggestion.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

namespace shoal::cli {
namespace {

/// Of what is longer no word is a misspelling, and the distance takes the product of the lengths.
constexpr std::size_t longest_word = 64;

/// Levenshtein's: characters to insert, leave out or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > longest_word) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& one : known) {
    const std::size_t apart = distance(word, one);
    if (apart >= least) continue;
    least = apart;
    best = one;
  }
  return best.empty() ? "" : fmt::format("; did you mean {}?", best);
}

}  // namespace shoal::cli
