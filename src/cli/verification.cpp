#include "cli/verification.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "shoal/plan/split_text.hpp"

namespace shoal::cli {

namespace {

program::Program alone(graph::Graph lowered) {
  lowered.set_weights_type(graph::WeightsType::float32);
  return program::compile(plan::parse_split("", 1, lowered), lowered);
}

}  // namespace

Verification::Verification(graph::Graph lowered, const Load& load, std::function<void()> between)
    : program_(std::make_unique<program::Program>(alone(std::move(lowered)))),
      weights_([this, load](graph::LayerId layer, Range inputs, Range outputs) {
        return load(program_->graph, layer, inputs, outputs);
      }),
      executor_(*program_, Rank{0}, weights_, memory_),
      between_(std::move(between)) {}

void Verification::compare(const Tensor& frame, const Tensor& answer) {
  runtime::Walk walk(executor_, &frame);
  for (const std::size_t steps = program_->of(Rank{0}).size(); walk.next() < steps; between_()) {
    walk.step();
  }
  double difference = 0;
  double largest = 0;
  for (std::size_t i = 0; i < answer.span().size(); ++i) {
    const auto expected = static_cast<double>(walk.answer().span()[i]);
    const double apart = std::abs(static_cast<double>(answer.span()[i]) - expected);
    // A comparison with not-a-number must not pass for equality.
    difference = std::isfinite(apart) ? std::max(difference, apart)
                                      : std::numeric_limits<double>::infinity();
    largest = std::max(largest, std::abs(expected));
  }
  difference_ = std::max(difference_, difference);
  relative_ = std::max(relative_, largest > 0 ? difference / largest : difference);
  ++frames_;
}

std::string Verification::text() const {
  return fmt::format(
      "verify: largest difference to one rank {:.2e}, {:.2e} of the largest value, over {} "
      "frame{}\n",
      difference_, relative_, frames_, frames_ == 1 ? "" : "s");
}

}  // namespace shoal::cli
