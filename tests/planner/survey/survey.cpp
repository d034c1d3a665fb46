/// What the planner comes to over many networks and devices: a row of CSV for each case, and at the
/// end what of it is worse than it should be. Times are of the processor.

#include <algorithm>
#include <array>
#include <ctime>
#include <exception>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/profile/pooled.hpp"

#include "planner/survey/local_search.hpp"
#include "planner/survey/unequal_clusters.hpp"
#include "support/random.hpp"

namespace shoal::testing {
namespace {

constexpr std::array objectives = {planner::Objective::throughput, planner::Objective::latency};
constexpr unsigned seed = 7;
/// Of the plans for alike devices, how many are searched around: the search takes longer than they
/// do.
constexpr std::size_t most_searched = 100;
/// Below this part a plan of fewer devices is taken on purpose.
constexpr double indifferent = 2e-3;

struct Limits {
  int prices = 0;           ///< of a local search for each plan
  double below = 0;         ///< by which part it may find a cheaper plan
  std::size_t devices = 0;  ///< the most of alike ones
  std::size_t clusters = 0;
};

class Survey {
 public:
  Survey(profile::Profile like, const Limits& limits)
      : like_(std::move(like)), limits_(limits), random_(seed) {
    const std::size_t plans =
        std::max<std::size_t>(1, 4 * graph::model_names().size() * limits.devices);
    percent_searched_ = static_cast<int>(std::min<std::size_t>(100, 100 * most_searched / plans));
  }

  int run() {
    fmt::print("model,memory,devices,objective,seconds,cost,bound,below\n");
    for (const std::string_view name : graph::model_names()) {
      const std::string model(name);
      const Bytes weights = graph::lower(graph::make_model(model).graph).weight_bytes();
      for (const planner::Objective objective : objectives) {
        add_alike(model, objective, 0);
        add_alike(model, objective, weights / 2);
      }
    }
    for (const UnequalCluster& cluster : unequal_clusters(like_, limits_.clusters)) {
      for (const planner::Objective objective : objectives) {
        add(cluster.model, cluster.profile, objective, "unequal", limits_.prices);
      }
    }
    fmt::print(stderr,
               "{} plans, {} refused; at most {:.2f} s; worse with more devices {}; cheaper ones "
               "nearby {}, by {:.2f} % at most; below the bound {}\n",
               plans_, refused_, longest_, worse_, cheaper_, 100 * most_below_, below_bound_);
    return worse_ + cheaper_ + below_bound_ == 0 ? 0 : 1;
  }

 private:
  /// One device, two, … of alike ones. Of memory 0 they have what the profile says.
  void add_alike(const std::string& model, planner::Objective objective, Bytes memory) {
    Seconds reached = std::numeric_limits<Seconds>::infinity();
    for (std::size_t count = 1; count <= limits_.devices; ++count) {
      profile::Profile profile = like_.of_size(count);
      for (profile::Device& device : profile.devices) {
        if (memory > 0) device.memory = memory + 50'000'000;
      }
      const int prices = random_.chance(percent_searched_) ? limits_.prices : 0;
      const auto cost = add(model, profile, objective, memory > 0 ? "tight" : "wide", prices);
      if (!cost) continue;
      worse_ += *cost > reached * (1 + indifferent) ? 1 : 0;
      reached = std::min(reached, *cost);
    }
  }

  std::optional<Seconds> add(const std::string& model, const profile::Profile& profile,
                             planner::Objective objective, const char* memory, int prices) {
    const graph::Graph lowered = graph::lower(graph::make_model(model).graph);
    planner::Request request;
    request.objective = objective;
    const bool is_latency = objective == planner::Objective::latency;
    const std::string name = fmt::format("{},{},{},{}", model, memory, profile.devices.size(),
                                         is_latency ? "latency" : "throughput");
    const std::clock_t begin = std::clock();
    try {
      const planner::Proposal proposal = planner::propose(lowered, profile, request);
      const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      const Seconds cost = planner::cost(proposal.price, objective);
      const Nearby nearby =
          search_nearby(proposal.plan, lowered, profile::pooled(profile), request, prices, seed);
      const double below = cost / nearby.cost - 1;
      fmt::print("{},{:.2f},{:.6g},{:.6g},{}\n", name, took, cost, proposal.bound,
                 prices > 0 ? fmt::format("{:.4f}", below) : "");
      ++plans_;
      longest_ = std::max(longest_, took);
      below_bound_ += cost < proposal.bound * (1 - 1e-9) ? 1 : 0;
      cheaper_ += below > limits_.below ? 1 : 0;
      most_below_ = std::max(most_below_, below);
      return cost;
    } catch (const Error&) {
      ++refused_;
      fmt::print("{},{:.2f},,,\n", name,
                 static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
      return std::nullopt;
    }
  }

  profile::Profile like_;
  Limits limits_;
  Random random_;
  int percent_searched_ = 100;
  int plans_ = 0;
  int refused_ = 0;
  int worse_ = 0;
  int cheaper_ = 0;
  int below_bound_ = 0;
  double longest_ = 0;
  double most_below_ = 0;
};

int survey(const std::string& profile, const Limits& limits) {
  std::ifstream file(profile);
  std::stringstream text;
  text << file.rdbuf();
  return Survey(profile::parse(text.str(), profile), limits).run();
}

}  // namespace
}  // namespace shoal::testing

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "planner_survey PROFILE DEVICES CLUSTERS PRICES BELOW\n");
    return 2;
  }
  try {
    return shoal::testing::survey(argv[1], {.prices = std::stoi(argv[4]),
                                            .below = std::stod(argv[5]),
                                            .devices = std::stoul(argv[2]),
                                            .clusters = std::stoul(argv[3])});
  } catch (const std::exception& error) {
    fmt::print(stderr, "planner_survey: {}\n", error.what());
    return 2;
  }
}
