#include <algorithm>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/weights/initialize.hpp"
#include "shoal/weights/store.hpp"

#include "support/mutant.hpp"
#include "support/python.hpp"
#include "support/small_model.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::weights {
namespace {

/// The sanitizer's own memory is no matter.
#ifdef __SANITIZE_ADDRESS__
constexpr long most_megabytes = 2000;
#else
constexpr long most_megabytes = 200;
#endif

/// What this process, or the largest of its children, had at most.
long megabytes(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return usage.ru_maxrss / 1024;
}

/// A damaged file is an Error of one line, which begins with its name, at whichever step.
template <typename Step>
bool tried(const std::string& path, const Step& step) {
  try {
    step();
    return true;
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.rfind(path, 0), 0U) << text;
    EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; }))
        << text;
    EXPECT_LT(text.size(), 2000U);
    return false;
  }
}

class WeightsMutants : public ::testing::Test {
 protected:
  WeightsMutants() { initialize(model_, 7, sound_); }

  /// As `run` and `weights show` read a file.
  void read_all(const std::string& path) {
    tried(path, [&] {
      const Store store(path);
      for (const std::string& layer : store.layers()) {
        tried(path, [&] {
          for (const std::string& dataset : store.datasets(layer)) {
            tried(path, [&] { static_cast<void>(store.extents(dataset)); });
          }
        });
      }
      if (!tried(path, [&] { store.check(model_.graph); })) return;
      bool is_sound = true;
      for (std::size_t i = 0; i < lowered_.size(); ++i) {
        const graph::LayerId layer{i};
        if (lowered_.weights(layer).empty()) continue;
        is_sound = tried(path,
                         [&] {
                           static_cast<void>(store.load(
                               lowered_, layer, {0, lowered_.input_shape(layer)[Axis::channel]},
                               {0, lowered_[layer].output[Axis::channel]}));
                         }) &&
                   is_sound;
      }
      if (is_sound) ++loaded_;
    });
  }

  testing::TemporaryFolder folder_;
  std::string sound_ = folder_.file("small.h5");
  graph::Model model_ = testing::small_model();
  graph::Graph lowered_ = graph::lower(model_.graph);
  int loaded_ = 0;
};

TEST_F(WeightsMutants, NeitherCrashNorHangNorFillTheMemory) {
  const std::vector<std::string> kinds = {"save_weights", "full_model", "cut_lists", "old_names",
                                          "compressed"};
  const std::string path = folder_.file("mutant.h5");
  const int each = testing::mutants(100) / static_cast<int>(kinds.size());
  for (const std::string& kind : kinds) {
    const std::string source = folder_.file(kind + ".h5");
    testing::run_python("weights/keras_file.py", {"write", kind, sound_, source});
    const std::string whole = testing::bytes_of(source);
    for (int seed = 0; seed < each; ++seed) {
      SCOPED_TRACE(kind + " " + std::to_string(seed));
      std::mt19937 random(static_cast<unsigned>(seed));
      std::ofstream(path, std::ios::binary) << testing::mutated(whole, random);
      read_all(path);
    }
  }
  // Else the test would only see files that are refused at once.
  EXPECT_GT(loaded_, each / 10);
  EXPECT_LT(megabytes(RUSAGE_SELF), most_megabytes);
  EXPECT_LT(megabytes(RUSAGE_CHILDREN), most_megabytes);
}

}  // namespace
}  // namespace shoal::weights
