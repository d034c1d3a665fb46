#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/error_text.hpp"
#include "support/python.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::storage {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class InputFileTest : public ::testing::Test {
 protected:
  /// A file that h5py made; see files.py.
  [[nodiscard]] std::string make(const std::string& kind) const {
    std::string path = folder_.file(kind + ".h5");
    testing::run_python("storage/files.py", {"make", kind, path});
    return path;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(InputFileTest, ReadsSlabsOfEveryTypeOfNumber) {
  const InputFile file(make("numbers"));
  const std::vector<Hyperslab> hyperslabs = {{1, 2}, {0, 1}, {3, 2}};
  for (const char* dataset : {"/f4", "/f8", "/f2", "/i4", "/chunked", "/group/inner"}) {
    EXPECT_THAT(file.extents(dataset), ElementsAre(3, 4, 5)) << dataset;
    std::vector<float> values(4);
    file.read(dataset, hyperslabs, values);
    EXPECT_THAT(values, ElementsAre(23, 24, 43, 44)) << dataset;
  }
}

TEST_F(InputFileTest, ReadsTheWholeTheEmptyAndTheScalar) {
  const InputFile file(make("numbers"));
  std::vector<float> whole(60);
  file.read("/f4", std::vector<Hyperslab>{{0, 3}, {0, 4}, {0, 5}}, whole);
  std::vector<float> expected(60);
  std::iota(expected.begin(), expected.end(), 0.0F);
  EXPECT_EQ(whole, expected);
  file.read("/f4", std::vector<Hyperslab>{{0, 3}, {2, 0}, {0, 5}}, {});
  EXPECT_TRUE(file.extents("/scalar").empty());
  std::vector<float> scalar(1);
  file.read("/scalar", {}, scalar);
  EXPECT_EQ(scalar.front(), 7);
}

/// Of 64x512 floats, in which element (i, j) is 512 i + j.
TEST_F(InputFileTest, MapsRunsOfFloatsOnly) {
  const InputFile file(make("large"));
  const std::vector<Hyperslab> whole = {{0, 64}, {0, 512}};
  const auto mapped = file.map("/f4", whole);
  ASSERT_TRUE(mapped);
  ASSERT_EQ(mapped->size(), 64U * 512U);
  for (std::size_t i = 0; i < mapped->size(); ++i) ASSERT_EQ(mapped->data()[i], i);
  const auto rows = file.map("/f4", std::vector<Hyperslab>{{7, 40}, {0, 512}});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->span().front(), 7 * 512);
  EXPECT_EQ(rows->span().back(), 47 * 512 - 1);
  EXPECT_FALSE(file.map("/f4", std::vector<Hyperslab>{{0, 64}, {0, 511}})) << "no single run";
  EXPECT_FALSE(file.map("/f4", std::vector<Hyperslab>{{0, 2}, {0, 512}})) << "not worth it";
  for (const char* other : {"/f8", "/>f4", "/chunked"})
    EXPECT_FALSE(file.map(other, whole)) << other;
  EXPECT_THAT(error_text([&] {
                static_cast<void>(file.map("/f4", std::vector<Hyperslab>{{25, 40}, {0, 512}}));
              }),
              HasSubstr("has only 64 elements along axis 0"));
}

TEST_F(InputFileTest, AMappingOutlivesItsFileAndKeepsChangesToItself) {
  const std::string path = make("large");
  std::optional<AlignedBuffer> mapped;
  const std::vector<Hyperslab> whole = {{0, 64}, {0, 512}};
  mapped = InputFile(path).map("/f4", whole);
  ASSERT_TRUE(mapped);
  mapped->data()[5] = -1;
  std::vector<float> again(std::size_t{64} * 512);
  InputFile(path).read("/f4", whole, again);
  EXPECT_EQ(again[5], 5);
  std::filesystem::remove(path);
  EXPECT_EQ(mapped->data()[64 * 512 - 1], 64 * 512 - 1);
}

/// To touch a page behind the end of the file would end the process.
TEST_F(InputFileTest, MapsNothingBehindTheEndOfTheFile) {
  const std::string path = make("large");
  const InputFile file(path);
  std::filesystem::resize_file(path, 8192);
  EXPECT_EQ(error_text([&] {
              static_cast<void>(file.map("/f4", std::vector<Hyperslab>{{0, 64}, {0, 512}}));
            }),
            path + ": is cut short");
}

TEST_F(InputFileTest, ReadsListsOfStrings) {
  const InputFile file(make("numbers"));
  EXPECT_THAT(file.strings("/group", "fixed").value(), ElementsAre("one", "three", ""));
  EXPECT_THAT(file.strings("/group", "variable").value(), ElementsAre("one", "drei", ""));
  EXPECT_THAT(file.strings("/group", "single").value(), ElementsAre("tensorflow"));
  EXPECT_THAT(file.strings("/group", "cut").value(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(file.strings("/group", "empty").value(), ElementsAre());
  EXPECT_FALSE(file.strings("/group", "none"));
  EXPECT_FALSE(file.strings("/nowhere", "fixed"));
  EXPECT_THAT(error_text([&] { static_cast<void>(file.strings("/group", "number")); }),
              HasSubstr("not strings"));
}

TEST_F(InputFileTest, KnowsWhatIsThere) {
  const InputFile file(make("numbers"));
  for (const char* path : {"/", "/group", "/group/inner", "f4"})
    EXPECT_TRUE(file.has(path)) << path;
  for (const char* path : {"/grou", "/group/other", "/f4/inner", "/nowhere/inner"}) {
    EXPECT_FALSE(file.has(path)) << path;
  }
}

TEST_F(InputFileTest, RefusesSlabsOutsideOfTheDataset) {
  const InputFile file(make("numbers"));
  std::vector<float> values(60);
  EXPECT_THAT(error_text([&] {
                file.read("/f4", std::vector<Hyperslab>{{1, 3}, {0, 4}, {0, 5}}, values);
              }),
              HasSubstr("has only 3 elements along axis 0"));
  EXPECT_THAT(error_text([&] {
                file.read("/f4", std::vector<Hyperslab>{{0, 60}}, values);
              }),
              HasSubstr("has 3 axes, not 1"));
  EXPECT_THROW(file.read("/f4", std::vector<Hyperslab>{{0, 1}, {0, 1}, {0, 1}}, values),
               std::logic_error);
}

TEST_F(InputFileTest, RefusesWhatAHostileFileMayAskFor) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"external_link", "there is no /data"},
      {"external_storage", "lies outside of the file"},
      {"virtual", "lies outside of the file"},
      {"lzf", "is compressed by the filter 32000 (lzf)"},
      {"scale_offset", "is compressed by the filter 6"},
      {"too_many_chunks", "has 20001 chunks"},
      {"huge", "claims more than the file holds"},
      {"huge_contiguous", "claims more than the file holds"},
      {"wide_elements", "claims more than the file holds"},
      {"text", "does not hold numbers"},
      {"compound", "does not hold numbers"},
      {"group", "/data"},
      {"numbers", "there is no /data"}};
  for (const auto& [kind, words] : cases) {
    const std::string path = make(kind);
    const InputFile file(path);
    EXPECT_THAT(error_text([&] { static_cast<void>(file.extents("/data")); }),
                AllOf(StartsWith(path + ": "), HasSubstr(words)))
        << kind;
    std::vector<float> values(4);
    EXPECT_THROW(file.read("/data", std::vector<Hyperslab>{{0, 4}}, values), Error) << kind;
  }
}

/// Of any part, not only whole chunks; of files by both formats of the library.
TEST_F(InputFileTest, UndoesTheFiltersOfChunks) {
  for (const char* kind : {"filtered", "filtered_latest"}) {
    const InputFile file(make(kind));
    testing::Random random(5);
    for (const char* dataset : {"/chunked", "/deflate", "/shuffle", "/both", "/checked", "/all",
                                "/odd_checked", "/doubles", "/shorts", "/one_chunk"}) {
      ASSERT_THAT(file.extents(dataset), ElementsAre(37, 50, 9)) << dataset;
      for (int repeat = 0; repeat < 20; ++repeat) {
        std::vector<Hyperslab> hyperslabs;
        for (const Index extent : {37, 50, 9}) {
          const Index begin = repeat == 0 ? 0 : random.between(0, extent - 1);
          hyperslabs.push_back({begin, repeat == 0 ? extent : random.between(1, extent - begin)});
        }
        std::vector<float> values(static_cast<std::size_t>(
            hyperslabs[0].count * hyperslabs[1].count * hyperslabs[2].count));
        file.read(dataset, hyperslabs, values);
        std::vector<float> expected;
        for (Index i = 0; i < hyperslabs[0].count; ++i) {
          for (Index j = 0; j < hyperslabs[1].count; ++j) {
            for (Index k = 0; k < hyperslabs[2].count; ++k) {
              expected.push_back(static_cast<float>(1000 * (hyperslabs[0].begin + i) +
                                                    10 * (hyperslabs[1].begin + j) +
                                                    hyperslabs[2].begin + k));
            }
          }
        }
        ASSERT_EQ(values, expected) << kind << dataset << " " << repeat;
      }
    }
  }
}

TEST_F(InputFileTest, ReadsTheFillValueWhereNothingWasWritten) {
  const InputFile file(make("sparse"));
  std::vector<float> values(12);
  file.read("/data", std::vector<Hyperslab>{{11, 2}, {0, 6}}, values);
  EXPECT_THAT(values, ElementsAre(-3, -3, -3, -3, -3, -3, 1, 1, 1, 1, 1, 1));
  file.read("/data", std::vector<Hyperslab>{{30, 2}, {0, 6}}, values);
  EXPECT_THAT(values, ::testing::Each(-3));
}

TEST_F(InputFileTest, ConvertsNumbersOfEveryTypeAndOrder) {
  const InputFile file(make("numbers_of_all_types"));
  for (const std::string order : {"<", ">"}) {
    const auto read = [&](const std::string& type) {
      std::vector<float> values(5);
      file.read("/" + order + type, std::vector<Hyperslab>{{0, 5}}, values);
      return values;
    };
    for (const char* type : {"f2", "f4", "f8"}) {
      const float large = 60000.0F;
      EXPECT_THAT(read(type), ElementsAre(1.5F, -0.25F, large, 0x1p-24F, 0)) << order << type;
    }
    for (const int bytes : {1, 2, 4, 8}) {
      const std::string size = std::to_string(bytes);
      EXPECT_THAT(read("i" + size), ElementsAre(0, 1, -1, -std::ldexp(1.0F, 8 * bytes - 1),
                                                std::ldexp(1.0F, 8 * bytes - 1) - 1))
          << order << bytes;
      EXPECT_THAT(read("u" + size), ElementsAre(0, 1, 2, std::ldexp(1.0F, 8 * bytes) - 1, 3))
          << order << bytes;
    }
  }
}

TEST_F(InputFileTest, AChunkThatInflatesToMoreIsDamaged) {
  const std::string path = make("bomb");
  std::vector<float> values(1000);
  EXPECT_EQ(error_text([&] {
              InputFile(path).read("/data", std::vector<Hyperslab>{{0, 1000}}, values);
            }),
            path + ": /data: a chunk is damaged");
}

/// Flipped bytes of a chunk are noticed by its checksum.
TEST_F(InputFileTest, NoticesAWrongChecksum) {
  const std::string path = make("filtered");
  std::vector<float> values(std::size_t{37} * 50 * 9);
  const std::vector<Hyperslab> whole = {{0, 37}, {0, 50}, {0, 9}};
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  // Elements (0, 0, 0) to (0, 0, 3) and (0, 1, 0), in the chunks without deflate or shuffle.
  const std::array<float, 5> first = {0, 1, 2, 3, 10};
  const std::string begin(reinterpret_cast<const char*>(first.data()), sizeof first);
  for (std::size_t at = bytes.find(begin); at != std::string::npos;
       at = bytes.find(begin, at + 1)) {
    stream.seekp(static_cast<std::streamoff>(at + 5));
    stream.put('\x55');
  }
  stream.close();
  const InputFile file(path);
  EXPECT_NO_THROW(file.read("/chunked", whole, values)) << "nothing tells there";
  EXPECT_EQ(error_text([&] { file.read("/checked", whole, values); }),
            path + ": /checked: a chunk has another checksum");
}

TEST_F(InputFileTest, FollowsNoLinkToAnotherFile) {
  const InputFile file(make("external_group"));
  EXPECT_FALSE(file.has("/outside"));
  EXPECT_FALSE(file.has("/outside/data"));
  EXPECT_FALSE(file.strings("/outside", "names"));
  EXPECT_THAT(error_text([&] { static_cast<void>(file.extents("/outside/data")); }),
              HasSubstr("there is no"));
}

TEST_F(InputFileTest, SaysWhyAFileCannotBeRead) {
  EXPECT_THAT(error_text([&] { InputFile(file("none.h5")); }),
              AllOf(StartsWith(file("none.h5")), HasSubstr("No such file or directory")));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "it is empty"},
      {"not what it says\n", "it is a text"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"},
      {"PK\x03\x04\x14", "it is a zip archive"},
      {"\x1f\x8b\x08", "gzip"},
      {std::string("\x1c\0\0\0TFL3\x14", 9), "TensorFlow Lite"},
      {"\x08\x08\x12\x07pytorch", "ONNX"},
      {"{\"class_name\": 1}", "it is JSON"},
      {"<!DOCTYPE html>", "it is a web page"},
      {std::string(100, '\0'), "it lacks the signature"}};
  for (const auto& [bytes, words] : cases) {
    std::ofstream(file("other.h5")) << bytes;
    EXPECT_THAT(error_text([&] { InputFile(file("other.h5")); }),
                AllOf(HasSubstr("is not an HDF5 file"), HasSubstr(words)));
  }
  std::ofstream(file("text.h5")) << "not what it says\n";
  EXPECT_THAT(error_text([&] { InputFile(file("text.h5")); }), HasSubstr("is not an HDF5 file"));
  EXPECT_THAT(error_text([&] { InputFile(file("")); }), HasSubstr("it is a folder"));
  ASSERT_EQ(::mkfifo(file("pipe").c_str(), 0600), 0);
  EXPECT_THAT(error_text([&] { InputFile(file("pipe")); }), HasSubstr("a device or a pipe"));
}

TEST_F(InputFileTest, NoticesThatAFileIsCutShort) {
  const std::string path = make("numbers");
  const auto whole = std::filesystem::file_size(path);
  for (const std::uintmax_t part : {whole - 1, whole / 2, whole / 10, std::uintmax_t{0}}) {
    std::filesystem::resize_file(path, part);
    EXPECT_THAT(error_text([&] { InputFile{path}; }), StartsWith(path + ": ")) << part;
  }
}

}  // namespace
}  // namespace shoal::storage
