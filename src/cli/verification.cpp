#include "cli/verification.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/plan/split_text.hpp"

namespace shoal::cli {

namespace {

program::Program alone(graph::Graph lowered) {
  lowered.set_weights_type(graph::WeightsType::float32);
  return program::compile(plan::parse_split("", 1, lowered), lowered);
}

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Of what is rounded to these; of float32 only the order of sums differs.
constexpr double float32_tolerance = 1e-4;
constexpr double float16_tolerance = 2e-2;
constexpr double int8_tolerance = 0.5;

}  // namespace

double default_tolerance(const plan::Plan& plan) {
  // Types are in the order of their bytes, the widest first.
  split::WireType wire = split::WireType::float32;
  for (const plan::Stage& stage : plan.stages) {
    for (const plan::Replica& replica : stage.replicas) {
      for (const auto& [layer, type] : replica.wires) wire = std::max(wire, type);
    }
  }
  if (wire == split::WireType::int8 || plan.weights_type == graph::WeightsType::int8) {
    return int8_tolerance;
  }
  if (wire == split::WireType::float16 || plan.weights_type == graph::WeightsType::float16) {
    return float16_tolerance;
  }
  return float32_tolerance;
}

Verification::Verification(graph::Graph lowered, const Load& load, std::function<void()> between)
    : program_(std::make_unique<program::Program>(alone(std::move(lowered)))),
      weights_([this, load](graph::LayerId layer, Range inputs, Range outputs) {
        return load(program_->graph, layer, inputs, outputs);
      }),
      executor_(*program_, Rank{0}, weights_, memory_),
      between_(std::move(between)) {}

void Verification::compare(const Tensor& frame, const Tensor& answer) {
  runtime::FrameExecution walk(executor_, &frame);
  for (const std::size_t steps = program_->of(Rank{0}).size(); walk.next() < steps; between_()) {
    walk.step();
  }
  double difference = 0;
  double largest = 0;
  for (std::size_t i = 0; i < answer.span().size(); ++i) {
    const auto expected = static_cast<double>(walk.answer().span()[i]);
    const double apart = std::abs(static_cast<double>(answer.span()[i]) - expected);
    // A comparison with not-a-number must not pass for equality.
    if (std::isfinite(apart)) {
      difference = std::max(difference, apart);
    } else {
      difference = infinity;
    }
    largest = std::max(largest, std::abs(expected));
  }
  const bool is_relative = largest > 0 && std::isfinite(difference);
  difference_ = std::max(difference_, difference);
  relative_ = std::max(relative_, is_relative ? difference / largest : difference);
  ++frames_;
}

std::string Verification::text() const {
  return fmt::format(
      "verify: largest difference to one rank {:.2e}, {:.2e} of the largest value, over {} "
      "frame{}\n",
      difference_, relative_, frames_, frames_ == 1 ? "" : "s");
}

void Verification::expect_within(double tolerance) const {
  if (relative_ <= tolerance) return;
  if (!std::isfinite(relative_)) {
    throw Error("verify: an answer is infinite or not a number, here or on one rank");
  }
  throw Error(
      "verify: an answer differs from that of one rank by {:.2e} of its largest value, more than "
      "the tolerance of {:.1e}; --tolerance gives another",
      relative_, tolerance);
}

}  // namespace shoal::cli
