#include "shoal/program/text.hpp"

#include <fmt/core.h>

namespace shoal::program {
namespace {

std::string tensor_name(TensorId tensor) {
  return fmt::format("t{}", tensor.value);
}

struct Text {
  const Program& program;
  Rank rank;

  [[nodiscard]] std::string operand(TensorId tensor, const Box& box) const {
    return fmt::format("{} {}", tensor_name(tensor), to_string(box, program.shape(tensor)));
  }
  std::string operator()(const ReadFrame& step) const {
    return fmt::format("read      {} the next frame, {}", tensor_name(step.tensor),
                       to_string(program.shape(step.tensor)));
  }
  std::string operator()(const Compute& step) const {
    std::string text = fmt::format("compute   {} = {}", operand(step.output, step.box),
                                   program.graph[step.layer].name);
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      text += fmt::format("{} {}", i == 0 ? " of" : ",",
                          operand(step.inputs[i].tensor, step.inputs[i].box));
    }
    if (!step.complete) text += ", a summand";
    if (step.algorithm) text += fmt::format(", by {}", graph::name(*step.algorithm));
    return text;
  }
  std::string operator()(const Finish& step) const {
    return fmt::format("finish    {} bias and activation of {}", operand(step.tensor, step.box),
                       program.graph[step.layer].name);
  }
  [[nodiscard]] std::string transfer(const char* word, TransferId id) const {
    const TransferInfo& transfer = program[id];
    const split::Redistribution& redistribution = transfer.redistribution;
    const Shape& shape = program.shape(transfer.to);
    const bool rounded = redistribution.wire != split::WireType::float32;
    return fmt::format("{}{} -> {} {} of {} ({} to {}){}", word, tensor_name(transfer.from),
                       tensor_name(transfer.to), split::name(redistribution.pattern),
                       program.graph[program[transfer.from].layer].name,
                       to_string(redistribution.source, shape),
                       to_string(redistribution.target, shape),
                       rounded ? fmt::format(" as {}", split::name(redistribution.wire)) : "");
  }
  [[nodiscard]] std::string sends(TransferId id) const {
    return ", sends " + human_bytes(program[id].redistribution.bytes_sent(rank));
  }
  [[nodiscard]] std::string receives(TransferId id) const {
    return ", receives " + human_bytes(program[id].redistribution.bytes_received(rank));
  }
  std::string operator()(const Transfer& step) const {
    return transfer("transfer  ", step.id) + sends(step.id) + receives(step.id);
  }
  std::string operator()(const Send& step) const {
    return transfer("send      ", step.id) + sends(step.id);
  }
  std::string operator()(const Receive& step) const {
    return transfer("receive   ", step.id) + receives(step.id);
  }
  std::string operator()(const Release& step) const {
    return fmt::format("release   {}", tensor_name(step.tensor));
  }
  std::string operator()(const WriteResult& step) const {
    return fmt::format("answer    {}", tensor_name(step.tensor));
  }
};

}  // namespace

std::string to_text(const Program& program, Rank rank, const Step& step) {
  return std::visit(Text{program, rank}, step);
}

std::string to_text(const Program& program, Rank rank) {
  std::string text;
  for (const Step& step : program.of(rank)) text += to_text(program, rank, step) + "\n";
  return text;
}

std::uint64_t digest(const Program& program) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (int rank = 0; rank < program.ranks(); ++rank) {
    for (const char c : to_text(program, {rank}) + "\f") {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
  }
  return hash;
}

}  // namespace shoal::program
