#include "cli/answer_check.hpp"

#include "shoal/base/error.hpp"
#include "shoal/base/finite.hpp"

namespace shoal::cli {

void expect_finite(const std::string& label, const Tensor& answer) {
  const auto found = first_beyond(answer.span());
  if (!found) return;
  throw Error(
      "{}: the answer is {} at class {}: a value overflowed in the network, by the weights, the "
      "frame's pixels or a type that rounds (--wire, --weights-dtype); --allow-nan writes it",
      label, answer.span()[*found], *found);
}

}  // namespace shoal::cli
