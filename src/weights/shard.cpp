#include "shoal/weights/shard.hpp"

#include <algorithm>
#include <filesystem>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/error.hpp"

namespace shoal::weights {
namespace {

/// So much is copied at once.
constexpr Index most_floats = 1 << 20;

Index volume(const std::vector<Range>& ranges) {
  Index product = 1;
  for (const Range range : ranges) product *= range.size();
  return product;
}

void copy(const Store& from, const Part& part, storage::OutputFile& to, const std::string& name) {
  const Range rows = part.ranges.front();
  const Index row = volume(part.ranges) / rows.size();
  const Index rows_at_once = std::max<Index>(1, most_floats / row);
  std::vector<float> values;
  for (Index begin = rows.begin; begin < rows.end; begin += rows_at_once) {
    Part some = part;
    some.ranges.front() = {begin, std::min(begin + rows_at_once, rows.end)};
    values.resize(addressable(volume(some.ranges)));
    from.read(some, values);
    std::vector<storage::Hyperslab> hyperslabs;
    for (const Range range : some.ranges) hyperslabs.push_back({0, range.size()});
    hyperslabs.front().begin = begin - rows.begin;
    to.write(name, hyperslabs, values);
  }
}

void write_part(const Store& from, const Part& part, storage::OutputFile& to,
                const std::string& name) {
  std::vector<Index> begin;
  std::vector<Index> extents;
  for (const Range range : part.ranges) {
    begin.push_back(range.begin);
    extents.push_back(range.size());
  }
  to.create(name, extents);
  to.set_numbers(name, shard_begin, begin);
  to.set_numbers(name, shard_whole, from.extents(part.dataset));
  if (!extents.empty() && volume(part.ranges) > 0) copy(from, part, to, name);
}

}  // namespace

void ShardWriter::add(const graph::Graph& lowered, graph::LayerId layer, Range inputs,
                      Range outputs) {
  for (const Part& part : whole_.parts(lowered, layer, inputs, outputs)) {
    if (volume(part.ranges) == 0) continue;
    const auto [place, is_new] = wanted_.try_emplace(part.dataset, part.ranges);
    for (std::size_t i = 0; !is_new && i < part.ranges.size(); ++i) {
      Range& hull = place->second[i];
      hull = {std::min(hull.begin, part.ranges[i].begin), std::max(hull.end, part.ranges[i].end)};
    }
  }
}

void ShardWriter::write(const std::string& path) const {
  storage::OutputFile file(path);
  for (const std::string& layer : whole_.layers()) {
    const std::string group = "/" + layer;
    file.create_group(group);
    std::vector<std::string> names;
    for (const std::string& dataset : whole_.datasets(layer)) {
      names.push_back(dataset.substr((whole_.prefix() + layer + "/").size()));
      const auto wanted = wanted_.find(dataset);
      const std::vector<Range> nothing(whole_.extents(dataset).size());
      write_part(whole_, {dataset, wanted == wanted_.end() ? nothing : wanted->second}, file,
                 group + "/" + names.back());
    }
    file.set_strings(group, "weight_names", names);
  }
  file.set_strings("/", "layer_names", whole_.layers());
  file.commit();
}

Bytes ShardWriter::bytes() const {
  Index floats = 0;
  for (const auto& [dataset, ranges] : wanted_) floats += volume(ranges);
  return static_cast<Bytes>(floats) * sizeof(float);
}

std::string shard_path(const std::string& folder, Rank rank) {
  return (std::filesystem::path(folder) / fmt::format("rank{}.h5", rank.value)).string();
}

std::string file_of_rank(const std::string& path, Rank rank) {
  std::error_code told_when_read;
  if (!std::filesystem::is_directory(path, told_when_read)) return path;
  std::string file = shard_path(path, rank);
  if (!std::filesystem::exists(file, told_when_read)) {
    throw Error("{}: there is no such file of shards; shoal weights shard makes it", file);
  }
  return file;
}

}  // namespace shoal::weights
