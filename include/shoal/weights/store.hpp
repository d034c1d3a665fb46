#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/graph/layer_weights.hpp"
#include "shoal/storage/hdf5.hpp"

namespace shoal::weights {

/// A dataset of a weights file, or the part of one that a shard needs.
struct Part {
  std::string dataset;
  std::vector<Range> ranges;  ///< one for each axis, in the coordinates of the whole
  std::string layer = {};     ///< whose weight it is, for errors
  std::string role = {};      ///< `kernel`, `moving_variance` ...
};

/// Treatment of weights that are infinite or not a number, or beyond the range of the type that
/// they are kept in.
enum class NotFinite { refuse, allow };

/// A Keras HDF5 weights file: what Keras 2's `save_weights` writes, or a whole model (the same
/// under /model_weights). `layer_names` and each layer's `weight_names` say which dataset is which.
/// Also a file of a rank's own shards (see shard.hpp): its datasets hold parts, and say of what.
class Store {
 public:
  /// An Error where the file is missing, cut short, not HDF5, or has no layer_names.
  /// @param before_reading called by load() with how many bytes come next, a few megabytes at most
  explicit Store(const std::string& path, NotFinite not_finite = NotFinite::refuse,
                 std::function<void(Bytes)> before_reading = {});

  [[nodiscard]] const std::string& path() const { return file_.name(); }
  [[nodiscard]] const std::vector<std::string>& layers() const { return layers_; }
  /// The datasets of a layer, by their paths in the file; also of one inside of a nested model.
  [[nodiscard]] std::vector<std::string> datasets(const std::string& layer) const;
  /// Of the whole dataset, also where the file holds a part of it.
  [[nodiscard]] std::vector<Index> extents(const std::string& dataset) const;
  /// Part of a dataset that the file holds.
  [[nodiscard]] Part held(const std::string& dataset) const;
  /// The numbers of a part; an Error where the file does not hold all of it.
  void read(const Part& part, std::span<float> to) const;
  /// Under which the groups of the layers are: `/` or `/model_weights/`.
  [[nodiscard]] std::string prefix() const { return root_ == "/" ? "/" : root_ + "/"; }

  /// An Error unless every weight that the model needs is there in its shape. Reads no weights.
  void check(const graph::Graph& model) const;

  /// The weights of a shard of a lowered layer that reads the channels `inputs` and makes the
  /// channels `outputs`: only they are read, once, into the memory where they stay, and a folded
  /// batch normalisation is worked in. Without inputs it is the bias alone. Large kernels of a
  /// rank's own shards are mapped from the file. An Error names the layer, the weight and its index
  /// where one is not finite, or is no longer when a batch normalisation was folded or float16 took
  /// its place, unless that is allowed.
  [[nodiscard]] graph::LayerWeights load(const graph::Graph& lowered, graph::LayerId layer,
                                         Range inputs, Range outputs) const;
  /// Parts that load() reads for this shard.
  [[nodiscard]] std::vector<Part> parts(const graph::Graph& lowered, graph::LayerId layer,
                                        Range inputs, Range outputs) const;

 private:
  struct Place;
  [[nodiscard]] Place place(const std::string& dataset) const;

  /// The dataset of one of a layer's weights, its shape checked.
  [[nodiscard]] std::string find(const std::string& layer,
                                 const std::vector<graph::WeightSpec>& specs,
                                 std::size_t which) const;
  [[nodiscard]] Part part(const std::string& layer, const std::vector<graph::WeightSpec>& specs,
                          std::size_t which, Range inputs, Range outputs) const;
  /// Slabs of a part in what the file holds; an Error where that is not all of it.
  [[nodiscard]] std::vector<storage::Hyperslab> hyperslabs(const Part& part) const;
  [[nodiscard]] AlignedBuffer load(const Part& part) const;
  /// @param limit what reaches it is refused
  /// @param change what was done to them since they were read, for the error
  void expect_below(float limit, const Part& part, std::span<const float> values,
                    const std::string& change) const;
  /// Some rows of a part at a time: `use(those rows, their values)`.
  template <typename Use>
  void by_rows(const Part& part, std::span<float> values, const Use& use) const;
  /// Of a rank's own shards, without a copy: nobody else writes to that file, it is replaced.
  [[nodiscard]] AlignedBuffer load_or_map(const Part& part) const;
  /// Reads some rows at a time, so that there is never the whole kernel as float32.
  /// @param scales of the outputs, or none
  /// @param folded what they are, for errors
  [[nodiscard]] graph::NarrowKernel load_narrow(graph::WeightsType type, const Part& kernel,
                                                std::span<const float> scales,
                                                const std::string& folded) const;
  [[nodiscard]] graph::LayerWeights load_norm(const std::string& layer, const graph::BatchNorm& op,
                                              const Shape& shape, Range channels) const;

  storage::InputFile file_;
  NotFinite not_finite_;
  std::function<void(Bytes)> before_reading_;
  std::string root_;  ///< `/` or `/model_weights`
  std::vector<std::string> layers_;
  std::map<std::string, std::vector<std::string>> datasets_;  ///< by layer
};

}  // namespace shoal::weights
