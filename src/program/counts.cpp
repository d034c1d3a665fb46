#include "shoal/program/counts.hpp"

#include <algorithm>
#include <set>

#include "shoal/program/in_place.hpp"

namespace shoal::program {
namespace {

Range channels(const Box& box) {
  return box[Axis::channel];
}

/// Goes from step to step and keeps what is held at the moment.
class Holding {
 public:
  Holding(const Program& program, Rank rank)
      : program_(program),
        rank_(rank),
        in_place_(in_place(program, rank)),
        holds_(program.tensors.size()),
        expected_(program.tensors.size()) {
    for (const Step& step : program.of(rank)) {
      if (const auto* receive = std::get_if<Receive>(&step)) expect(program[receive->id].to);
      if (const auto* read = std::get_if<ReadFrame>(&step)) expect(read->tensor);
    }
  }

  void go_on(const Step& step) {
    if (const auto* compute = std::get_if<Compute>(&step)) return hold(compute->output);
    if (const auto* transfer = std::get_if<Transfer>(&step)) return hold(program_[transfer->id].to);
    if (const auto* send = std::get_if<Send>(&step)) return hold(program_[send->id].to);
    if (const auto* release = std::get_if<Release>(&step)) let_go(release->tensor);
  }

  [[nodiscard]] const Activations& activations() const { return activations_; }

 private:
  [[nodiscard]] Bytes bytes(TensorId tensor) const {
    return program_[tensor].layout.box_of(rank_).value_or(Box{}).bytes();
  }

  /// From the frame's begin on.
  void expect(TensorId tensor) {
    if (!expected_[tensor.value]) activations_.ahead += bytes(tensor);
    expected_[tensor.value] = true;
    hold(tensor);
  }

  void hold(TensorId tensor) {
    const auto within = in_place_.find(tensor);
    if (within != in_place_.end()) return hold(within->second);
    if (holds_[tensor.value]) return;
    holds_[tensor.value] = true;
    held_ += bytes(tensor);
    activations_.peak = std::max(activations_.peak, held_);
  }

  void let_go(TensorId tensor) {
    if (in_place_.contains(tensor)) return;
    held_ -= bytes(tensor);
    holds_[tensor.value] = false;
  }

  const Program& program_;
  Rank rank_;
  std::map<TensorId, TensorId> in_place_;
  std::vector<bool> holds_;     ///< by tensor
  std::vector<bool> expected_;  ///< by tensor
  Bytes held_ = 0;
  Activations activations_;
};

/// Adds one step to the counts.
class Counter {
 public:
  Counter(const Program& program, Rank rank) : program_(program), rank_(rank) {}

  void operator()(const ReadFrame& /*step*/) {}
  void operator()(const Compute& step) {
    counts_.flops += flops(program_, step);
    if (tensors_made_.insert(step.output).second) ++counts_.layers;
    held_weights_.add(program_, step);
  }
  void operator()(const Finish& step) {
    const graph::Layer& layer = program_.graph[step.layer];
    const bool bias = layer.batch_norm || !program_.graph.weights(step.layer).empty();
    if (bias) {
      counts_.weights += static_cast<Bytes>(step.box[Axis::channel].size()) * sizeof(float);
    }
    counts_.flops += static_cast<double>(step.box.volume());
  }
  void operator()(const Transfer& step) {
    const TransferInfo& transfer = program_[step.id];
    counts_.sent += transfer.redistribution.bytes_sent(rank_);
    counts_.received += transfer.redistribution.bytes_received(rank_);
    ++counts_.transfers;
  }
  void operator()(const Send& step) {
    counts_.sent += program_[step.id].redistribution.bytes_sent(rank_);
    ++counts_.transfers;
  }
  void operator()(const Receive& step) {
    const split::Redistribution& moved = program_[step.id].redistribution;
    counts_.received += moved.bytes_received(rank_);
    ++counts_.transfers;
  }
  void operator()(const Release& /*step*/) {}
  void operator()(const WriteResult& /*step*/) {}

  [[nodiscard]] Counts counts() const {
    Counts all = counts_;
    all.weights += held_weights_.bytes();
    return all;
  }

 private:
  const Program& program_;
  Rank rank_;
  Counts counts_;
  std::set<TensorId> tensors_made_;
  HeldWeights held_weights_;
};

}  // namespace

Bytes weight_bytes(const Program& program, const Compute& step) {
  const std::vector<graph::WeightSpec> specs = program.graph.weights(step.layer);
  if (specs.empty()) return 0;
  const graph::Layer& layer = program.graph[step.layer];
  Bytes bytes = 0;
  bool has_bias = false;
  if (std::holds_alternative<graph::BatchNorm>(layer.op)) {
    // Four vectors in the file, a scale and an offset when it runs.
    return static_cast<Bytes>(2 * channels(step.box).size()) * sizeof(float);
  }
  for (const graph::WeightSpec& spec : specs) {
    bytes += program.graph.weight_bytes(
        step.layer, spec, spec.slice(channels(step.inputs.front().box), channels(step.box)));
    has_bias = has_bias || spec.kind == graph::WeightKind::bias;
  }
  if (layer.batch_norm && !has_bias) {
    bytes += static_cast<Bytes>(channels(step.box).size()) * sizeof(float);
  }
  return bytes;
}

double flops(const Program& program, const Compute& step) {
  const graph::Graph& graph = program.graph;
  const auto volume = [](Index elements) { return static_cast<double>(elements); };
  double part = volume(step.box.volume()) / volume(graph[step.layer].output.volume());
  if (!step.complete) {
    const Shape whole = graph.input_shape(step.layer);
    const Box all =
        graph::input_box(graph.footprint(step.layer), Box::whole(graph[step.layer].output), whole);
    part *= volume(step.inputs.front().box.volume()) / volume(all.volume());
  }
  return part * graph.flops(step.layer);
}

void HeldWeights::add(const Program& program, const Compute& step) {
  const Range inputs = channels(step.inputs.front().box);
  const Range outputs = channels(step.box);
  const Shard shard{step.layer, inputs.begin, inputs.end, outputs.begin, outputs.end};
  if (shards_.insert(shard).second) bytes_ += weight_bytes(program, step);
}

Counts count(const Program& program, Rank rank) {
  Counter counter(program, rank);
  for (const Step& step : program.of(rank)) std::visit(counter, step);
  Counts counts = counter.counts();
  const Activations held = activations(program, rank);
  counts.peak_activations = held.peak;
  counts.ahead = held.ahead;
  return counts;
}

Activations activations(const Program& program, Rank rank) {
  Holding holding(program, rank);
  for (const Step& step : program.of(rank)) holding.go_on(step);
  return holding.activations();
}

Bytes bytes_between(const Program& program, graph::LayerId producer, graph::LayerId consumer) {
  std::set<TensorId> read;
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr || compute->layer != consumer) continue;
      for (const Operand& input : compute->inputs) read.insert(input.tensor);
    }
  }
  Bytes bytes = 0;
  // Back from what the consumer reads to what the producer made.
  for (std::size_t i = program.transfers.size(); i-- > 0;) {
    const TransferInfo& transfer = program.transfers[i];
    if (program[transfer.from].layer != producer || !read.contains(transfer.to)) continue;
    read.insert(transfer.from);
    for (const Rank rank : transfer.redistribution.participants()) {
      bytes += transfer.redistribution.bytes_received(rank);
    }
  }
  return bytes;
}

}  // namespace shoal::program
