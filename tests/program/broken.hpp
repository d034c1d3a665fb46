#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/program/check.hpp"

#include "support/small_network.hpp"

namespace shoal::program {

/// Three ranks: halos, summands, a gather and, into and out of the stage, messages.
inline Program good() {
  const graph::Graph graph = shoal::testing::small_network();
  return compile(plan::parse_split("a=spatial:3,b=filter:3,x=output:2", 3, graph), graph);
}

/// Two ranks that make two layers in two chunks each.
inline Program streams() {
  const graph::Graph graph = shoal::testing::small_network();
  return compile(plan::parse_split("a=spatial:2@2,b=spatial:2@2", 2, graph), graph);
}

/// Two stages, the frame and the answer on rank 0 of the first.
inline Program two_stages() {
  const graph::Graph graph = shoal::testing::small_network();
  return compile(plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 3,
      "stages": [{"ranks": [0], "layers": {}},
                 {"from": "x", "ranks": [1, 2], "layers": {"x": {"scheme": "output"}}}]})",
                             "plan.json", graph),
                 graph);
}

/// What check() says of a program; nothing where it finds nothing wrong.
inline std::string refusal(const Program& program) {
  try {
    check(program);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

inline std::vector<Step>& steps(Program& program, int rank) {
  return program.steps[static_cast<std::size_t>(rank)];
}

/// The first step of a kind on a rank; the test is wrong where there is none.
template <typename Kind>
std::vector<Step>::iterator first(Program& program, int rank) {
  std::vector<Step>& all = steps(program, rank);
  const auto found = std::find_if(
      all.begin(), all.end(), [](const Step& step) { return std::holds_alternative<Kind>(step); });
  if (found == all.end()) throw std::out_of_range("no such step");
  return found;
}

/// The Compute step of a layer on a rank.
inline Compute& computing(Program& program, int rank, const char* layer) {
  for (Step& step : steps(program, rank)) {
    auto* compute = std::get_if<Compute>(&step);
    if (compute != nullptr && program.graph[compute->layer].name == layer) return *compute;
  }
  throw std::out_of_range("no such step");
}

inline TransferInfo& transfer_with(Program& program, split::Pattern pattern) {
  for (TransferInfo& transfer : program.transfers) {
    if (transfer.redistribution.pattern == pattern) return transfer;
  }
  throw std::out_of_range("no such transfer");
}

}  // namespace shoal::program
