#pragma once

#include <map>
#include <string>

#include "shoal/base/units.hpp"
#include "shoal/weights/store.hpp"

namespace shoal::weights {

/// Attributes of a dataset that is a part of another: where it begins, and the extents of the
/// whole. Rows 8 to 11 of a kernel of 16x10: extents 4x10, begin (8, 0), whole (16, 10).
inline constexpr const char* shard_begin = "shard_begin";
inline constexpr const char* shard_whole = "shard_whole";

/// Writes a weights file for one rank: the layout of the whole file, but of each dataset only the
/// hull of what the rank's shards need, and of others nothing, by the attributes above.
class ShardWriter {
 public:
  /// `whole` must outlive this.
  explicit ShardWriter(const Store& whole) : whole_(whole) {}

  /// Adds the weights that a shard of a lowered layer needs, as for Store::load.
  void add(const graph::Graph& lowered, graph::LayerId layer, Range inputs, Range outputs);
  /// All that was added. Equal weights and shards give equal bytes.
  void write(const std::string& path) const;
  /// Of the weights.
  [[nodiscard]] Bytes bytes() const;

 private:
  const Store& whole_;
  std::map<std::string, std::vector<Range>> wanted_;  ///< by dataset; none of them empty
};

/// Path of a rank's shards in a folder of them.
std::string shard_path(const std::string& folder, Rank rank);

/// The file that a rank reads: `path` itself or, where that is a folder, its own shards there; an
/// Error where it lacks them.
std::string file_of_rank(const std::string& path, Rank rank);

}  // namespace shoal::weights
