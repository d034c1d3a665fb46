#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/runner.hpp"

#include "reference/reference.hpp"
#include "support/random_layers.hpp"
#include "support/random_plans.hpp"

namespace shoal {
namespace {

using graph::Graph;
using graph::LayerId;
using runtime::Shard;
using testing::Random;

constexpr std::size_t frames_per_plan = 4;

/// A network, several plans for it, and frames enough for each plan.
struct Case {
  Graph graph;
  std::vector<graph::LayerWeights> weights;
  std::vector<plan::Plan> plans;
  std::vector<Tensor> inputs;

  Case(Random& random, int ranks) : graph(testing::random_chain(random)) {
    weights = testing::random_weights(graph, random);
    const Rank input{static_cast<int>(random.between(0, ranks - 1))};
    const Rank output{static_cast<int>(random.between(0, ranks - 1))};
    for (int i = 0; i < 4; ++i) {
      plan::Plan plan = testing::random_plan(random, graph, ranks);
      plan.input_rank = input;
      plan.output_rank = output;
      plan.in_flight = static_cast<int>(random.between(0, 5));
      plans.push_back(std::move(plan));
    }
    for (std::size_t i = 0; i < plans.size() * frames_per_plan; ++i) {
      inputs.push_back(random.tensor(graph.layers().front().output));
    }
  }

  [[nodiscard]] graph::LayerWeights load(LayerId layer, Range in, Range out) const {
    return testing::slice(graph, layer, weights[layer.value], in, out);
  }
  [[nodiscard]] std::set<Shard> shards(std::size_t plan, Rank rank) const {
    std::set<Shard> all;
    for (const program::Program& lane : program::compile_lanes(plans[plan], graph)) {
      all.merge(runtime::shards(lane, rank));
    }
    return all;
  }
  [[nodiscard]] Bytes bytes(const Shard& shard) const {
    const graph::LayerWeights part = load(shard.layer, shard.inputs, shard.outputs);
    return (part.kernel.size() + part.bias.size()) * sizeof(float);
  }
};

/// What a run with changes of plan came to on this rank.
struct Outcome {
  comm::Verdict verdict;
  std::size_t answered = 0;
  std::size_t failed = 0;  ///< frames that could not be read
  std::size_t frames = 0;  ///< that this rank had a part in
  comm::Traffic traffic;
  std::vector<std::int64_t> moved_at;
  std::set<std::pair<int, std::int64_t>> parts;  ///< rank and frame, as the input rank heard
};

/// Runs all frames of a case on all ranks; after every `frames_per_plan`th the plan changes.
/// `documents` are the plans from the second one on.
Outcome run(const Case& given, runtime::WeightCache& cache,
            const std::vector<std::string>& documents) {
  const comm::Communicator world = comm::Communicator::world();
  const auto lanes = std::make_shared<const std::vector<program::Program>>(
      program::compile_lanes(given.plans.front(), given.graph));
  runtime::Runner runner(world, lanes, cache, {.credits = plan::credits(given.plans.front())});
  runner.connect();
  Outcome outcome;
  std::size_t next = 0;
  std::size_t asked = 0;
  bool failed = false;  // a frame that cannot be read comes before every second one
  runtime::Ends ends;
  ends.source = [&](runtime::Frame& frame) {
    if (next == given.inputs.size()) return runtime::Supply::end;
    if (!failed && next % 2 == 1) {
      failed = true;
      frame = {std::to_string(next), {}, "cannot be read"};
      return runtime::Supply::frame;
    }
    failed = false;
    frame = {std::to_string(next), Tensor(given.inputs[next].shape())};
    copy(given.inputs[next++].view(), frame.tensor.view());
    return runtime::Supply::frame;
  };
  ends.replan = [&]() -> std::optional<std::string> {
    if (asked == documents.size() || next < frames_per_plan * (asked + 1)) return std::nullopt;
    return documents[asked++];
  };
  ends.sink = [&](const std::string& label, const Tensor& answer, Seconds /*seconds*/) {
    EXPECT_EQ(label, std::to_string(outcome.answered));
    EXPECT_LE(
        reference::relative_error(answer, reference::evaluate(given.graph, given.weights,
                                                              given.inputs[outcome.answered])),
        1e-4);
    ++outcome.answered;
  };
  ends.failed = [&](const std::string& label, const std::string& error) {
    EXPECT_EQ(label, std::to_string(outcome.answered));
    EXPECT_EQ(error, "cannot be read");
    ++outcome.failed;
  };
  ends.monitor = [&](Rank rank, const runtime::FrameReport& report) {
    EXPECT_TRUE(outcome.parts.emplace(rank.value, report.frame).second) << "reported twice";
  };
  ends.moved = [&](const runtime::PlanChange& change) {
    outcome.moved_at.push_back(change.frame);
    EXPECT_EQ(plan::to_json(change.plan), documents[outcome.moved_at.size() - 1]);
  };
  outcome.verdict = runner.run(ends);
  outcome.frames = runner.frames();
  outcome.traffic = runner.traffic();
  return outcome;
}

/// What the plans say that a rank sends; nothing where a frame may take one lane or another.
std::optional<Bytes> bytes_sent(const Case& given, Rank rank) {
  Bytes sent = 0;
  for (const plan::Plan& plan : given.plans) {
    const auto lanes = program::compile_lanes(plan, given.graph);
    if (lanes.size() > 1) return std::nullopt;
    sent += frames_per_plan * program::count(lanes.front(), rank).sent;
  }
  return sent;
}

std::vector<std::string> documents_of(const Case& given) {
  std::vector<std::string> documents;
  for (std::size_t i = 1; i < given.plans.size(); ++i) {
    documents.push_back(plan::to_json(given.plans[i]));
  }
  return documents;
}

bool has_failed() {
  const std::string failure = ::testing::Test::HasFailure() ? "failed" : "";
  return !comm::agree(comm::Communicator::world(), failure).error.empty();
}

TEST(ChangePlan, BetweenRandomPlansNoFrameIsLostDoubledOrWrong) {
  Random random(31);
  const comm::Communicator world = comm::Communicator::world();
  std::size_t kept = 0;
  std::size_t dropped = 0;
  for (int i = 0; i < 60; ++i) {
    const Case given(random, world.size());
    runtime::WeightCache cache([&](LayerId layer, Range inputs, Range outputs) {
      return given.load(layer, inputs, outputs);
    });
    const Outcome outcome = run(given, cache, documents_of(given));
    EXPECT_TRUE(outcome.verdict.error.empty()) << outcome.verdict.error;
    EXPECT_EQ(outcome.moved_at.size(), given.plans.size() - 1);
    if (world.rank() == given.plans.front().output_rank) {
      EXPECT_EQ(outcome.answered, given.inputs.size());
      EXPECT_EQ(outcome.failed, given.inputs.size() / 2);
    }
    if (world.rank() == given.plans.front().input_rank) {
      EXPECT_EQ(outcome.moved_at, (std::vector<std::int64_t>{6, 12, 18}));
      const auto own = static_cast<std::size_t>(
          std::count_if(outcome.parts.begin(), outcome.parts.end(),
                        [&](const auto& part) { return part.first == world.rank().value; }));
      EXPECT_EQ(outcome.frames, own) << "frames of all plans";
    }
    if (const auto sent = bytes_sent(given, world.rank())) {
      EXPECT_EQ(outcome.traffic.sent, *sent) << "bytes of all plans";
    }
    Bytes loaded = 0;
    std::set<Shard> before;
    std::set<Shard> ever;
    for (std::size_t p = 0; p < given.plans.size(); ++p) {
      const std::set<Shard> now = given.shards(p, world.rank());
      ever.insert(now.begin(), now.end());
      for (const Shard& shard : now) {
        before.contains(shard) ? ++kept : loaded += given.bytes(shard);
      }
      for (const Shard& shard : before) dropped += now.contains(shard) ? 0U : 1U;
      before = now;
    }
    EXPECT_EQ(cache.loaded(), loaded) << "only what is new to a rank may be loaded";
    for (const Shard& shard : ever) {
      const Bytes asked = before.contains(shard) ? 0 : given.bytes(shard);
      const Bytes until = cache.loaded();
      cache.get(shard);
      EXPECT_EQ(cache.loaded(), until + asked) << "what the last plan does not need must be gone";
    }
    ASSERT_FALSE(has_failed()) << "case " << i;
  }
  if (world.size() > 1) {
    EXPECT_GT(kept, 0U) << "no case had a shard to keep";
    EXPECT_GT(dropped, 0U);
  }
}

TEST(ChangePlan, WeightsThatCannotBeReadEndTheRunOnAllRanks) {
  Random random(32);
  const comm::Communicator world = comm::Communicator::world();
  const Rank failing{world.size() - 1};
  int failures = 0;
  for (int i = 0; i < 20; ++i) {
    const Case given(random, world.size());
    const std::set<Shard> first = given.shards(0, world.rank());
    runtime::WeightCache cache([&](LayerId layer, Range inputs, Range outputs) {
      if (world.rank() == failing && !first.contains({layer, inputs, outputs})) {
        throw Error("weights.h5: gone");
      }
      return given.load(layer, inputs, outputs);
    });
    const Outcome outcome = run(given, cache, documents_of(given));
    if (!outcome.verdict.error.empty()) {
      ++failures;
      EXPECT_EQ(outcome.verdict.error, "weights.h5: gone");
      EXPECT_EQ(outcome.verdict.rank, failing);
      EXPECT_EQ(outcome.answered % frames_per_plan, 0U) << "frames in flight were answered";
    }
    ASSERT_FALSE(has_failed()) << "case " << i;
  }
  if (world.size() > 1) {
    EXPECT_GT(failures, 0);
  }
}

TEST(ChangePlan, APlanForOtherRanksOrAnotherNetworkEndsTheRun) {
  Random random(33);
  const comm::Communicator world = comm::Communicator::world();
  const Case given(random, world.size());
  const auto load = [&](LayerId layer, Range inputs, Range outputs) {
    return given.load(layer, inputs, outputs);
  };
  plan::Plan other = given.plans[1];
  ++other.ranks;
  runtime::WeightCache cache(load);
  Outcome outcome = run(given, cache, {plan::to_json(other)});
  EXPECT_NE(outcome.verdict.error.find("the new plan is for"), std::string::npos)
      << outcome.verdict.error;
  runtime::WeightCache again(load);
  outcome = run(given, again, {"{}"});
  EXPECT_NE(outcome.verdict.error.find("the new plan: "), std::string::npos)
      << outcome.verdict.error;
}

}  // namespace
}  // namespace shoal
