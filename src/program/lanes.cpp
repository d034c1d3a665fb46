#include "shoal/program/lanes.hpp"

#include "shoal/program/check.hpp"
#include "shoal/program/text.hpp"

namespace shoal::program {

std::vector<Program> compile_lanes(const plan::Plan& plan, const graph::Graph& lowered,
                                   Proof proof) {
  plan::validate(plan, lowered);
  std::vector<Program> programs;
  for (const plan::Plan& lane : plan::lanes(plan)) {
    programs.push_back(compile(lane, lowered));
    if (proof == Proof::check) check(programs.back());
  }
  return programs;
}

std::uint64_t digest(const std::vector<Program>& lanes) {
  std::uint64_t all = lanes.size();
  for (const Program& lane : lanes) all = (all ^ digest(lane)) * 0x100000001b3U;
  return all;
}

}  // namespace shoal::program
