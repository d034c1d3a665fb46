#include "shoal/graph/zoo.hpp"

#include <array>

#include "shoal/base/error.hpp"

#include "graph/zoo/networks.hpp"

namespace shoal::graph {
namespace {

struct Entry {
  std::string_view name;
  Graph (*make)();
  Preprocessing preprocessing;
};

constexpr std::array<Entry, 5> zoo = {{
    {"alexnet", alexnet, Preprocessing::caffe},
    {"vgg16", vgg16, Preprocessing::caffe},
    {"resnet50", resnet50, Preprocessing::caffe},
    {"xception", xception, Preprocessing::tf},
    {"c3d", c3d, Preprocessing::caffe},
}};

}  // namespace

std::vector<std::string_view> model_names() {
  std::vector<std::string_view> names;
  names.reserve(zoo.size());
  for (const Entry& entry : zoo) names.push_back(entry.name);
  return names;
}

Model make_model(std::string_view name) {
  std::string known;
  for (const Entry& entry : zoo) {
    if (entry.name == name) return {entry.make(), entry.preprocessing};
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  if (name.find(':') != std::string_view::npos) return {single_layer(name), Preprocessing::torch};
  throw Error("unknown model '{}'; there are {}, and single layers such as fc:7680:4096", name,
              known);
}

}  // namespace shoal::graph
