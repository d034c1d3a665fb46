#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/python.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::storage {
namespace {

/// How many damaged files are tried: a few in `check`, many under the label `long`.
int mutants() {
  const char* const wanted = std::getenv("SHOAL_MUTANTS");
  return wanted == nullptr ? 300 : std::atoi(wanted);
}

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Some bytes overwritten: at random, by what sizes and addresses of hostile files are made of.
std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t most) { return random() % most; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    // Most of what the library parses is at the begin.
    const std::size_t range =
        below(2) == 0 ? bytes.size() : std::min<std::size_t>(4096, bytes.size());
    const std::size_t at = below(range);
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 2:
        bytes.replace(at, 4, std::string(4, '\xff'), 0,
                      std::min<std::size_t>(4, bytes.size() - at));
        break;
      case 3:
        bytes.replace(at, 8, std::string(8, '\0'), 0, std::min<std::size_t>(8, bytes.size() - at));
        break;
      default: {
        const std::size_t from = below(bytes.size());
        const std::size_t count =
            std::min({std::size_t{16}, bytes.size() - at, bytes.size() - from});
        bytes.replace(at, count, bytes, from, count);
      }
    }
  }
  return bytes;
}

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
        std::vector<Slab> slabs;
        std::size_t volume = 1;
        for (const Index extent : file.extents(dataset)) {
          slabs.push_back({0, std::min<Index>(extent, 64)});
          volume *= static_cast<std::size_t>(slabs.back().count);
          if (volume > 1U << 20U) return;
        }
        std::vector<float> values(volume);
        file.read(dataset, slabs, values);
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
    const std::string whole = bytes_of(source);
    for (int seed = 0; seed < mutants() / 2; ++seed) {
      SCOPED_TRACE(kind + " " + std::to_string(seed));
      std::mt19937 random(static_cast<unsigned>(seed));
      std::ofstream(path, std::ios::binary) << mutated(whole, random);
      read_all(path);
    }
  }
}

}  // namespace
}  // namespace shoal::storage
