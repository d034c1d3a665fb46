#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/weights/initialize.hpp"
#include "shoal/weights/shard.hpp"
#include "shoal/weights/store.hpp"

#include "support/python.hpp"
#include "support/small_model.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::weights {
namespace {

using graph::LayerId;

constexpr const char* way_out = "; --allow-nan computes with it";

/// What an Error says; empty where there is none.
template <typename Step>
std::string error_text(const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// Weights in which a single number is another.
class FiniteTest : public ::testing::Test {
 protected:
  FiniteTest() { initialize(model_, 7, path_); }

  [[nodiscard]] std::string with(const std::string& dataset, int place, const std::string& value) {
    std::string path = folder_.file("bad.h5");
    testing::run_python("weights/keras_file.py",
                        {"put", path_, path, dataset, std::to_string(place), value});
    return path;
  }
  [[nodiscard]] graph::LayerWeights load(const Store& store, const std::string& name,
                                         graph::WeightsType type) const {
    graph::Graph typed = lowered_;
    typed.set_weights_type(type);
    const LayerId layer = typed.find(name).value();
    return store.load(typed, layer, {0, typed.input_shape(layer)[Axis::channel]},
                      {0, typed[layer].output[Axis::channel]});
  }
  [[nodiscard]] std::string complaint(const std::string& path, const std::string& layer,
                                      graph::WeightsType type = graph::WeightsType::float32) const {
    return error_text([&] { static_cast<void>(load(Store(path), layer, type)); });
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("small.h5");
  graph::Model model_ = testing::small_model();
  graph::Graph lowered_ = graph::lower(model_.graph);
};

TEST_F(FiniteTest, NamesLayerWeightAndIndex) {
  struct Case {
    std::string dataset;
    int place;
    std::string value, layer, words;
  };
  const std::vector<Case> cases = {
      {"conv/conv/kernel:0", 161, "nan", "conv", "layer conv, kernel: nan at (2, 2, 2, 5)"},
      {"conv/conv/bias:0", 3, "inf", "conv", "layer conv, bias: inf at (3)"},
      {"conv_bn/conv_bn/gamma:0", 0, "-inf", "conv", "layer conv_bn, gamma: -inf at (0)"},
      {"sep_bn/sep_bn/beta:0", 5, "nan", "sep", "layer sep_bn, beta: nan at (5)"},
      {"alone_bn/alone_bn/moving_mean:0", 1, "inf", "alone_bn",
       "layer alone_bn, moving_mean: inf at (1)"},
      {"depth_bn/depth_bn/moving_variance:0", 2, "nan", "depth",
       "layer depth_bn, moving_variance: nan at (2)"},
      {"top/top/kernel:0", 27, "-inf", "top", "layer top, kernel: -inf at (2, 7)"}};
  for (const Case& bad : cases) {
    const std::string path = with(bad.dataset, bad.place, bad.value);
    EXPECT_EQ(complaint(path, bad.layer), path + ": " + bad.words + way_out);
  }
  for (const auto type : {graph::WeightsType::float16, graph::WeightsType::int8}) {
    const std::string path = with("top/top/kernel:0", 27, "nan");
    EXPECT_THAT(complaint(path, "top", type), ::testing::HasSubstr("kernel: nan at (2, 7)"));
  }
}

TEST_F(FiniteTest, IsAskedOfOneThatReadsTheNumberAlone) {
  const Store store(with("top/top/kernel:0", 27, "nan"));
  const LayerId top = lowered_.find("top").value();
  const auto text = [&](Range in, Range out) {
    return error_text([&] { static_cast<void>(store.load(lowered_, top, in, out)); });
  };
  EXPECT_EQ(text({0, 2}, {0, 10}), "");
  EXPECT_EQ(text({0, 4}, {0, 7}), "");
  EXPECT_THAT(text({1, 4}, {5, 9}), ::testing::HasSubstr("at (2, 7)"));
}

TEST_F(FiniteTest, OfARanksOwnShardsToo) {
  const Store whole(with("top/top/kernel:0", 27, "nan"));
  const LayerId top = lowered_.find("top").value();
  ShardWriter writer(whole);
  writer.add(lowered_, top, {2, 6}, {0, 10});
  const std::string path = folder_.file("rank0.h5");
  writer.write(path);
  EXPECT_EQ(error_text([&] {
              static_cast<void>(Store(path).load(lowered_, top, {2, 6}, {0, 10}));
            }),
            path + ": layer top, kernel: nan at (2, 7)" + way_out);
}

TEST_F(FiniteTest, NoticesWhatFoldingMakesOfSoundNumbers) {
  const std::string negative = with("conv_bn/conv_bn/moving_variance:0", 4, "-1");
  EXPECT_THAT(
      complaint(negative, "conv"),
      ::testing::AllOf(::testing::StartsWith(negative + ": layer conv_bn: channel 4 "),
                       ::testing::HasSubstr("by a variance of -1"), ::testing::EndsWith(way_out)));
  // As rounding leaves it: the epsilon is larger.
  EXPECT_EQ(complaint(with("conv_bn/conv_bn/moving_variance:0", 4, "-1e-9"), "conv"), "");
}

TEST_F(FiniteTest, NoticesWhatFloat16DoesNotReach) {
  const auto half = graph::WeightsType::float16;
  const std::string path = with("top/top/kernel:0", 27, "70000");
  EXPECT_EQ(complaint(path, "top", half),
            path +
                ": layer top, kernel: 70000 at (2, 7), beyond float16's range, 65504: give "
                "another --weights-dtype" +
                way_out);
  EXPECT_EQ(complaint(path, "top"), "");
  EXPECT_EQ(complaint(path, "top", graph::WeightsType::int8), "");
  EXPECT_EQ(complaint(with("top/top/kernel:0", 27, "65504"), "top", half), "");
  EXPECT_NE(complaint(with("top/top/kernel:0", 27, "-65520"), "top", half), "");
}

TEST_F(FiniteTest, AllowedItArrives) {
  const auto loaded = [&](const std::string& path, const std::string& layer) {
    return load(Store(path, NotFinite::allow), layer, graph::WeightsType::float32);
  };
  EXPECT_TRUE(std::isnan(loaded(with("top/top/kernel:0", 27, "nan"), "top").kernel.span()[27]));
  EXPECT_TRUE(std::isinf(loaded(with("conv/conv/bias:0", 3, "inf"), "conv").bias.span()[3]));
  EXPECT_TRUE(std::isnan(
      loaded(with("conv_bn/conv_bn/moving_variance:0", 4, "-1"), "conv").bias.span()[4]));
}

}  // namespace
}  // namespace shoal::weights
