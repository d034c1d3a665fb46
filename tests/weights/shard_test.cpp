#include "shoal/weights/shard.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/weights/initialize.hpp"

#include "support/error_text.hpp"
#include "support/python.hpp"
#include "support/small_model.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::weights {
namespace {

using graph::LayerId;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<float> values(std::span<const float> span) {
  return {span.begin(), span.end()};
}

std::string bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ShardTest : public ::testing::Test {
 protected:
  ShardTest() { initialize(model_, 7, path_); }

  [[nodiscard]] LayerId layer(const std::string& name) const { return lowered_.find(name).value(); }
  [[nodiscard]] Range inputs(LayerId layer) const {
    return {0, lowered_.input_shape(layer)[Axis::channel]};
  }
  /// Of `conv` the first two filters, of `top` three rows and, beside them, another two.
  [[nodiscard]] std::string write(const Store& whole, const std::string& name) const {
    ShardWriter writer(whole);
    writer.add(lowered_, layer("conv"), inputs(layer("conv")), {0, 2});
    writer.add(lowered_, layer("top"), {8, 11}, {0, 10});
    writer.add(lowered_, layer("top"), {11, 13}, {0, 10});
    writer.add(lowered_, layer("depth"), {}, {4, 8});
    writer.add(lowered_, layer("alone_bn"), {2, 5}, {2, 5});
    std::string path = folder_.file(name);
    writer.write(path);
    return path;
  }
  void expect_equal(const Store& a, const Store& b, const std::string& name, Range in,
                    Range out) const {
    const graph::LayerWeights one = a.load(lowered_, layer(name), in, out);
    const graph::LayerWeights other = b.load(lowered_, layer(name), in, out);
    EXPECT_EQ(values(one.kernel.span()), values(other.kernel.span())) << name;
    EXPECT_EQ(values(one.bias.span()), values(other.bias.span())) << name;
    EXPECT_GT(one.kernel.size() + one.bias.size(), 0U) << name;
  }
  [[nodiscard]] std::string error_of(const Store& store, const std::string& name, Range in,
                                     Range out) const {
    return error_text([&] { static_cast<void>(store.load(lowered_, layer(name), in, out)); });
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("small.h5");
  graph::Model model_ = testing::small_model();
  graph::Graph lowered_ = graph::lower(model_.graph);
};

TEST_F(ShardTest, GivesWhatTheWholeFileGives) {
  for (const char* kind : {"save_weights", "full_model", "nested", "old_names"}) {
    const std::string path = folder_.file(std::string(kind) + ".h5");
    testing::run_python("weights/keras_file.py", {"write", kind, path_, path});
    const Store whole(path);
    const Store shard(write(whole, "shard.h5"));
    EXPECT_NO_THROW(shard.check(model_.graph)) << kind;
    expect_equal(shard, whole, "conv", inputs(layer("conv")), {0, 2});
    expect_equal(shard, whole, "conv", {1, 2}, {1, 2});
    expect_equal(shard, whole, "top", {8, 11}, {0, 10});
    expect_equal(shard, whole, "top", {10, 13}, {3, 7});
    expect_equal(shard, whole, "depth", {}, {4, 8});
    expect_equal(shard, whole, "alone_bn", {2, 5}, {2, 5});
  }
}

/// A dense layer of 300 features: its kernel is large enough to be mapped.
graph::Graph large_layer() {
  graph::Graph graph("large");
  const LayerId input = graph.add("input", graph::Input(Shape::image(1, 1, 300)), {});
  graph::Dense dense;
  dense.units = 64;
  graph.add("dense", dense, {input});
  return graph;
}

bool is_mapped(const std::string& path) {
  const std::string real = std::filesystem::canonical(path).string();
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(real) != std::string::npos) return true;
  }
  return false;
}

TEST_F(ShardTest, MapsLargeKernelsOfShardsAlone) {
  const std::string path = folder_.file("large.h5");
  const std::string shard_file = folder_.file("large_shard.h5");
  const graph::Model model{large_layer(), graph::Preprocessing::caffe};
  initialize(model, 3, path);
  const Store whole(path);
  ShardWriter writer(whole);
  writer.add(model.graph, LayerId{1}, {10, 290}, {0, 64});
  writer.write(shard_file);
  {
    const Store shard(shard_file);
    const graph::LayerWeights one = whole.load(model.graph, {1}, {10, 290}, {0, 64});
    EXPECT_FALSE(is_mapped(path)) << "the user may write to that file";
    const graph::LayerWeights other = shard.load(model.graph, {1}, {10, 290}, {0, 64});
    EXPECT_TRUE(is_mapped(shard_file));
    EXPECT_EQ(values(one.kernel.span()), values(other.kernel.span()));
    EXPECT_EQ(values(one.bias.span()), values(other.bias.span()));
  }
  EXPECT_FALSE(is_mapped(shard_file)) << "still held when nobody needs it";
}

TEST_F(ShardTest, HoldsOnlyWhatIsNeeded) {
  const Store whole(path_);
  const std::string path = write(whole, "shard.h5");
  const storage::InputFile file(path);
  EXPECT_THAT(file.extents("/conv/conv/kernel:0"), ElementsAre(3, 3, 3, 2));
  EXPECT_THAT(file.extents("/conv_bn/conv_bn/gamma:0"), ElementsAre(2));
  EXPECT_THAT(file.extents("/top/top/kernel:0"), ElementsAre(5, 10));
  EXPECT_THAT(file.numbers("/top/top/kernel:0", shard_begin).value(), ElementsAre(8, 0));
  EXPECT_THAT(file.numbers("/top/top/kernel:0", shard_whole).value(), ElementsAre(192, 10));
  EXPECT_THAT(file.extents("/depth/depth/depthwise_kernel:0"), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(file.extents("/sep/sep/pointwise_kernel:0"), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(bytes(path), bytes(write(whole, "again.h5")));
}

TEST_F(ShardTest, SaysWhatItLacks) {
  const Store whole(path_);
  const std::string path = write(whole, "shard.h5");
  const Store shard(path);
  for (const auto& [name, in, out] :
       {std::tuple{"conv", Range{0, 3}, Range{1, 3}}, std::tuple{"top", Range{7, 11}, Range{0, 10}},
        std::tuple{"depth", Range{0, 6}, Range{4, 8}},
        std::tuple{"alone_bn", Range{0, 5}, Range{0, 5}}}) {
    EXPECT_THAT(error_of(shard, name, in, out),
                AllOf(StartsWith(path + ": holds not all that is needed of /" + name),
                      HasSubstr("shoal weights shard")));
  }
}

TEST_F(ShardTest, IsNotBelievedWhereItContradictsItself) {
  for (const std::vector<Index>& begin :
       std::vector<std::vector<Index>>{{5, 0}, {-1, 0}, {0}, {std::int64_t{1} << 62, 0}}) {
    const std::string path = folder_.file("wrong.h5");
    {
      storage::OutputFile file(path);
      const std::vector<Index> extents = {4, 2};
      const std::vector<Index> whole = {8, 2};
      file.create_group("/a");
      file.create("/a/a/kernel:0", extents);
      file.set_numbers("/a/a/kernel:0", shard_begin, begin);
      file.set_numbers("/a/a/kernel:0", shard_whole, whole);
      file.set_strings("/a", "weight_names", {"a/kernel:0"});
      file.set_strings("/", "layer_names", {"a"});
      file.commit();
    }
    EXPECT_EQ(error_text([&] { static_cast<void>(Store(path).extents("/a/a/kernel:0")); }),
              path + ": /a/a/kernel:0 is no part of what it says that it is");
  }
}

TEST_F(ShardTest, ARankFindsItsFileInAFolder) {
  EXPECT_EQ(file_of_rank(path_, Rank{3}), path_);
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  EXPECT_EQ(error_text([&] { file_of_rank(folder, Rank{3}); }),
            folder + "/rank3.h5: there is no such file of shards; shoal weights shard makes it");
  std::ofstream(shard_path(folder, Rank{3})) << "x";
  EXPECT_EQ(file_of_rank(folder, Rank{3}), folder + "/rank3.h5");
}

}  // namespace
}  // namespace shoal::weights
