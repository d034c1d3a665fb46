#include "shoal/runtime/weight_cache.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

/// Gives as many floats as the shard has outputs, and counts how often it is asked.
struct Loader {
  int asked = 0;

  graph::LayerWeights operator()(graph::LayerId /*layer*/, Range /*inputs*/, Range outputs) {
    ++asked;
    graph::LayerWeights weights;
    weights.bias = AlignedBuffer(static_cast<std::size_t>(outputs.size()));
    return weights;
  }
};

const Shard first{{1}, {0, 3}, {0, 10}};
const Shard second{{1}, {0, 3}, {10, 15}};

TEST(WeightCache, LoadsAShardOnce) {
  Loader loader;
  WeightCache cache(std::ref(loader));
  const kernels::SharedWeights weights = cache.get(first);
  EXPECT_EQ(cache.get(first), weights);
  EXPECT_EQ(loader.asked, 1);
  EXPECT_NE(cache.get(second), weights);
  EXPECT_EQ(cache.loaded(), 15 * sizeof(float));
  EXPECT_EQ(cache.bytes(), 15 * sizeof(float));
}

TEST(WeightCache, KeepsWhatIsWantedAndLoadsTheRestAnew) {
  Loader loader;
  WeightCache cache(std::ref(loader));
  cache.get(first);
  cache.get(second);
  cache.keep({second});
  EXPECT_EQ(cache.bytes(), 5 * sizeof(float));
  cache.get(second);
  EXPECT_EQ(loader.asked, 2) << "loaded what it kept";
  cache.get(first);
  EXPECT_EQ(loader.asked, 3);
  EXPECT_EQ(cache.loaded(), 25 * sizeof(float));
}

TEST(WeightCache, HoldsNothingOfAShardThatCouldNotBeLoaded) {
  int asked = 0;
  WeightCache cache([&](graph::LayerId, Range, Range) -> graph::LayerWeights {
    if (++asked == 1) throw std::runtime_error("unreadable");
    return {};
  });
  EXPECT_THROW(cache.get(first), std::runtime_error);
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_NE(cache.get(first), nullptr);
}

}  // namespace
}  // namespace shoal::runtime
