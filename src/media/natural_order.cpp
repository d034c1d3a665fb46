#include "media/natural_order.hpp"

#include <algorithm>

namespace shoal::media {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the number at the start of `text` away and gives its digits without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool comes_before(std::string_view a, std::string_view b) {
  std::string_view left = a;
  std::string_view right = b;
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const std::string_view first = take_number(left);
      const std::string_view second = take_number(right);
      if (first.size() != second.size()) return first.size() < second.size();
      if (first != second) return first < second;
    } else {
      if (left.front() != right.front()) {
        return static_cast<unsigned char>(left.front()) < static_cast<unsigned char>(right.front());
      }
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  if (left.empty() != right.empty()) return left.empty();
  return a < b;
}

}  // namespace shoal::media
