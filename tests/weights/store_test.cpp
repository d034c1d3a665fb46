#include "shoal/weights/store.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/weights/initialize.hpp"

#include "support/error_text.hpp"
#include "support/python.hpp"
#include "support/random_layers.hpp"
#include "support/small_model.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::weights {
namespace {

using graph::LayerId;
using graph::LayerWeights;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<float> values(std::span<const float> span) {
  return {span.begin(), span.end()};
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { initialize(model_, 7, path_); }

  [[nodiscard]] Range inputs(LayerId layer) const {
    return {0, lowered_.input_shape(layer)[Axis::channel]};
  }
  [[nodiscard]] Range outputs(LayerId layer) const {
    return {0, lowered_[layer].output[Axis::channel]};
  }
  [[nodiscard]] LayerWeights whole(const Store& store, LayerId layer) const {
    return store.load(lowered_, layer, inputs(layer), outputs(layer));
  }
  /// The same weights in a file of another kind; see keras_file.py.
  [[nodiscard]] std::string write(const std::string& kind) const {
    std::string path = folder_.file(kind + ".h5");
    testing::run_python("weights/keras_file.py", {"write", kind, path_, path});
    return path;
  }
  /// A dataset as it is in the file.
  [[nodiscard]] std::vector<double> stored(const std::string& layer,
                                           const std::string& name) const {
    const storage::InputFile file(path_);
    const std::string dataset = "/" + layer + "/" + layer + "/" + name;
    std::vector<storage::Hyperslab> hyperslabs;
    std::size_t volume = 1;
    for (const Index extent : file.extents(dataset)) {
      hyperslabs.push_back({0, extent});
      volume *= static_cast<std::size_t>(extent);
    }
    std::vector<float> read(volume);
    file.read(dataset, hyperslabs, read);
    return {read.begin(), read.end()};
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("small.h5");
  graph::Model model_ = testing::small_model();
  graph::Graph lowered_ = graph::lower(model_.graph);
};

TEST_F(StoreTest, FindsAllThatTheModelNeeds) {
  const Store store(path_);
  EXPECT_NO_THROW(store.check(model_.graph));
  EXPECT_THAT(store.layers(),
              ElementsAre("input_1", "conv", "conv_bn", "conv_relu", "sep", "sep_bn", "add", "pool",
                          "alone_bn", "depth", "depth_bn", "flatten", "top"));
  EXPECT_THAT(store.datasets("sep"),
              ElementsAre("/sep/sep/depthwise_kernel:0", "/sep/sep/pointwise_kernel:0"));
  EXPECT_THAT(store.extents("/conv/conv/kernel:0"), ElementsAre(3, 3, 3, 6));
  EXPECT_TRUE(store.datasets("pool").empty());
}

TEST_F(StoreTest, ShardsAreSlicesOfTheWhole) {
  const Store store(path_);
  testing::Random random(3);
  for (std::size_t i = 0; i < lowered_.size(); ++i) {
    const LayerId layer{i};
    if (lowered_.weights(layer).empty()) continue;
    const LayerWeights all = whole(store, layer);
    const auto part_of = [&](Range range, Index grain) {
      const Index begin = random.between(0, range.end / grain - 1);
      return Range{begin * grain, random.between(begin + 1, range.end / grain) * grain};
    };
    for (int repeat = 0; repeat < 20; ++repeat) {
      // Two outputs of `depth` share a channel of its kernel.
      const Range out = part_of(outputs(layer), 2);
      const Range in = part_of(inputs(layer), 1);
      const LayerWeights part = store.load(lowered_, layer, in, out);
      const LayerWeights expected = testing::slice(lowered_, layer, all, in, out);
      EXPECT_EQ(values(part.kernel.span()), values(expected.kernel.span())) << lowered_[layer].name;
      const auto bias = all.bias.span();
      EXPECT_EQ(values(part.bias.span()),
                bias.empty() ? values(bias)
                             : values(bias.subspan(static_cast<std::size_t>(out.begin),
                                                   static_cast<std::size_t>(out.size()))))
          << lowered_[layer].name;
    }
  }
}

TEST_F(StoreTest, WithoutInputsThereIsTheBiasAlone) {
  const Store store(path_);
  for (const char* name : {"conv", "depth", "top"}) {
    const LayerId layer = lowered_.find(name).value();
    const LayerWeights weights = store.load(lowered_, layer, {}, outputs(layer));
    EXPECT_EQ(weights.kernel.size(), 0U);
    EXPECT_EQ(values(weights.bias.span()), values(whole(store, layer).bias.span())) << name;
  }
}

TEST_F(StoreTest, RoundsDenseKernelsToTheTypeOfTheGraph) {
  const Store store(path_);
  for (const graph::WeightsType type : {graph::WeightsType::float16, graph::WeightsType::int8}) {
    graph::Graph narrow = lowered_;
    narrow.set_weights_type(type);
    std::size_t dense = 0;
    for (std::size_t i = 0; i < lowered_.size(); ++i) {
      const LayerId layer{i};
      if (lowered_.weights(layer).empty()) continue;
      const Range some{inputs(layer).end / 3, inputs(layer).end};
      const LayerWeights wide = store.load(lowered_, layer, some, outputs(layer));
      const LayerWeights loaded = store.load(narrow, layer, some, outputs(layer));
      EXPECT_EQ(values(loaded.bias.span()), values(wide.bias.span()));
      if (!std::holds_alternative<graph::Dense>(lowered_[layer].op)) {
        EXPECT_EQ(values(loaded.kernel.span()), values(wide.kernel.span()));
        continue;
      }
      ++dense;
      EXPECT_EQ(loaded.kernel.size(), 0U);
      graph::NarrowKernel expected(type, some.size(), outputs(layer).size());
      expected.scale_for(wide.kernel.span());
      expected.set_rows(0, wide.kernel.span());
      ASSERT_EQ(loaded.narrow.bytes(), expected.bytes());
      const bool halves = type == graph::WeightsType::float16;
      for (Index row = 0; row < some.size() * expected.stride(); ++row) {
        if (halves) {
          ASSERT_EQ(loaded.narrow.halves()[row], expected.halves()[row]);
        } else {
          ASSERT_EQ(loaded.narrow.integers()[row], expected.integers()[row]);
        }
      }
    }
    EXPECT_GT(dense, 0U);
  }
}

TEST_F(StoreTest, FoldsBatchNormalisationIntoTheLayerBeforeIt) {
  const Store store(path_);
  struct Case {
    std::string layer, kernel, norm;
    bool bias;
  };
  for (const auto& [name, kernel_name, norm, has_bias] :
       {Case{"conv", "kernel:0", "conv_bn", true},
        Case{"sep", "pointwise_kernel:0", "sep_bn", false},
        Case{"depth", "depthwise_kernel:0", "depth_bn", true}}) {
    const LayerWeights folded = whole(store, lowered_.find(name).value());
    const std::vector<double> kernel = stored(name, kernel_name);
    const std::vector<double> gamma = stored(norm, "gamma:0");
    const std::vector<double> beta = stored(norm, "beta:0");
    const std::vector<double> mean = stored(norm, "moving_mean:0");
    const std::vector<double> variance = stored(norm, "moving_variance:0");
    const std::size_t channels = gamma.size();
    const std::vector<double> bias =
        has_bias ? stored(name, "bias:0") : std::vector<double>(channels, 0.0);
    ASSERT_EQ(folded.kernel.size(), kernel.size()) << name;
    ASSERT_EQ(folded.bias.size(), channels) << name;
    for (std::size_t i = 0; i < kernel.size(); ++i) {
      const std::size_t c = i % channels;
      EXPECT_NEAR(folded.kernel.data()[i], kernel[i] * gamma[c] / std::sqrt(variance[c] + 1e-3),
                  1e-6 * std::abs(kernel[i]))
          << name;
    }
    for (std::size_t c = 0; c < channels; ++c) {
      EXPECT_NEAR(folded.bias.data()[c],
                  gamma[c] * (bias[c] - mean[c]) / std::sqrt(variance[c] + 1e-3) + beta[c], 1e-6)
          << name;
    }
  }
}

TEST_F(StoreTest, MakesScalesAndOffsetsOfABatchNormalisationThatStandsAlone) {
  const LayerId layer = lowered_.find("alone_bn").value();
  const LayerWeights weights = Store(path_).load(lowered_, layer, {2, 5}, {2, 5});
  ASSERT_EQ(weights.kernel.size(), 3U);
  for (std::size_t c = 2; c < 5; ++c) {
    const double scale = stored("alone_bn", "gamma:0")[c] /
                         std::sqrt(stored("alone_bn", "moving_variance:0")[c] + 1e-3);
    EXPECT_NEAR(weights.kernel.data()[c - 2], scale, 1e-6);
    EXPECT_NEAR(weights.bias.data()[c - 2],
                stored("alone_bn", "beta:0")[c] - stored("alone_bn", "moving_mean:0")[c] * scale,
                1e-6);
  }
}

/// Four megabytes at a time; each is read once.
TEST_F(StoreTest, SaysBeforehandWhatItReads) {
  const graph::Model model = graph::make_model("fc:3000:1000");
  const std::string path = folder_.file("dense.h5");
  initialize(model, 7, path);
  std::vector<Bytes> announced;
  const Store store(path, NotFinite::refuse, [&](Bytes bytes) { announced.push_back(bytes); });
  const graph::Graph lowered = graph::lower(model.graph);
  const LayerId dense{lowered.size() - 1};
  const LayerWeights weights = store.load(lowered, dense, {0, 3000}, {0, 1000});
  EXPECT_THAT(announced, ElementsAre(4000, 4192000, 4192000, 3616000));
  const LayerWeights some = Store(path).load(lowered, dense, {2000, 3000}, {0, 1000});
  EXPECT_EQ(values(weights.kernel.span().last(1000000)), values(some.kernel.span()));
}

TEST_F(StoreTest, ReadsWhatKerasWrites) {
  const Store ours(path_);
  for (const char* kind : {"save_weights", "full_model", "cut_lists", "nested", "old_names",
                           "doubles", "compressed"}) {
    const Store theirs(write(kind));
    EXPECT_NO_THROW(theirs.check(model_.graph)) << kind;
    for (std::size_t i = 0; i < lowered_.size(); ++i) {
      if (lowered_.weights({i}).empty()) continue;
      const LayerWeights a = whole(ours, {i});
      const LayerWeights b = whole(theirs, {i});
      EXPECT_EQ(values(a.kernel.span()), values(b.kernel.span())) << kind << i;
      EXPECT_EQ(values(a.bias.span()), values(b.bias.span())) << kind << i;
    }
  }
}

TEST_F(StoreTest, SaysInOneLineWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"missing_layer", ": there is no layer conv"},
      {"missing_bias", ": layer conv has no bias:0"},
      {"missing_dataset", ": there is no /conv/conv/kernel:0"},
      {"wrong_shape", ": conv/kernel:0 is 3x3x3x3, the network needs 3x3x3x6"},
      {"external_link", ": there is no /conv/conv/kernel:0"},
      {"lzf",
       ": /conv/conv/kernel:0 is compressed by the filter 32000 (lzf); deflate and shuffle are "
       "read: h5repack -f GZIP=6 writes the file so"},
      {"huge", ": /conv/conv/kernel:0 claims more than the file holds"}};
  for (const auto& [kind, words] : cases) {
    const std::string path = write(kind);
    const Store store(path);
    const std::string at_check = error_text([&, &store = store] { store.check(model_.graph); });
    EXPECT_EQ(at_check, path + words);
    const LayerId conv = lowered_.find("conv").value();
    EXPECT_EQ(error_text([&] { static_cast<void>(whole(store, conv)); }), at_check);
  }
}

TEST_F(StoreTest, SaysWhyAFileCannotBeRead) {
  EXPECT_THAT(error_text([&] { Store(folder_.file("none.h5")); }),
              AllOf(StartsWith(folder_.file("none.h5")), HasSubstr("No such file")));
  const std::string plain = write("without_lists");
  EXPECT_EQ(error_text([&] { Store{plain}; }),
            plain + ": is not a weights file of Keras: no layer_names");
  const std::string odd = write("odd_name");
  EXPECT_EQ(error_text([&] { Store{odd}; }),
            odd + ": a name of a layer or weight has control characters: the file is damaged");
  std::ofstream(folder_.file("text.h5")) << "layer_names\n";
  EXPECT_THAT(error_text([&] { Store(folder_.file("text.h5")); }),
              HasSubstr("is not an HDF5 file"));
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 100);
  EXPECT_THAT(error_text([&] { Store{path_}; }), AllOf(StartsWith(path_), HasSubstr("cut short")));
}

}  // namespace
}  // namespace shoal::weights
