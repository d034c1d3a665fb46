#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/mutant.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::storage {
namespace {

/// Asks for all that a rank may ask for; each may be an Error, of this file.
void read_all(const std::string& path) {
  const auto tried = [&](const auto& ask) {
    try {
      ask();
    } catch (const Error& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.rfind(path, 0), 0U) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  };
  tried([&] {
    const InputFile file(path);
    for (const char* group : {"/", "/conv", "/top"}) {
      tried([&] { static_cast<void>(file.strings(group, "layer_names")); });
      tried([&] { static_cast<void>(file.strings(group, "weight_names")); });
    }
    for (const char* dataset : {"/conv/conv/kernel:0", "/conv/conv/bias:0", "/top/top/kernel:0",
                                "/top/top/bias:0", "/grows", "/words"}) {
      tried([&] { static_cast<void>(file.numbers(dataset, "shard_begin")); });
      tried([&] {
        std::vector<Hyperslab> hyperslabs;
        std::size_t volume = 1;
        for (const Index extent : file.extents(dataset)) {
          hyperslabs.push_back({0, std::min<Index>(extent, 64)});
          volume *= static_cast<std::size_t>(hyperslabs.back().count);
          if (volume > 1U << 20U) return;
        }
        std::vector<float> values(volume);
        file.read(dataset, hyperslabs, values);
      });
    }
  });
}

/// The HDF5 library crashes on some of them: an Error must come of it, and nothing else.
TEST(Mutants, NeitherCrashNorHang) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("mutant.h5");
  for (const std::string kind : {"mutable", "mutable_latest"}) {
    const std::string source = folder.file(kind + ".h5");
    testing::run_python("storage/files.py", {"make", kind, source});
    const std::string whole = testing::bytes_of(source);
    for (int seed = 0; seed < testing::mutants(300) / 2; ++seed) {
      SCOPED_TRACE(kind + " " + std::to_string(seed));
      std::mt19937 random(static_cast<unsigned>(seed));
      std::ofstream(path, std::ios::binary) << testing::mutated(whole, random);
      read_all(path);
    }
  }
}

}  // namespace
}  // namespace shoal::storage
