#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::storage {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::Not;

class OutputFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string show(const std::string& name) const {
    return testing::run_python("storage/files.py", {"show", path_, name});
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("a.h5");
};

TEST_F(OutputFileTest, GivesBackWhatWasWrittenInParts) {
  OutputFile out(path_);
  out.create("/group/data", std::vector<Index>{4, 3});
  std::vector<float> values(6);
  std::iota(values.begin(), values.end(), 6.0F);
  out.write("/group/data", std::vector<Hyperslab>{{2, 2}, {0, 3}}, values);
  std::iota(values.begin(), values.end(), 0.0F);
  out.write("/group/data", std::vector<Hyperslab>{{0, 2}, {0, 3}}, values);
  out.commit();

  const InputFile in(path_);
  EXPECT_THAT(in.extents("/group/data"), ElementsAre(4, 3));
  std::vector<float> back(4);
  in.read("/group/data", std::vector<Hyperslab>{{0, 4}, {1, 1}}, back);
  EXPECT_THAT(back, ElementsAre(1, 4, 7, 10));
  EXPECT_EQ(show("group/data"),
            "((4, 3), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0], [9.0, 10.0, 11.0]])\n");
}

/// Behind one whose size is no multiple of that.
TEST_F(OutputFileTest, LargeDatasetsCanBeMapped) {
  const std::vector<Index> extents = {19, 1001};
  const std::vector<Hyperslab> whole = {{0, 19}, {0, 1001}};
  std::vector<float> values(std::size_t{19} * 1001);
  std::iota(values.begin(), values.end(), 0.0F);
  OutputFile out(path_);
  for (const char* dataset : {"/first", "/second"}) {
    out.create(dataset, extents);
    out.write(dataset, whole, values);
  }
  out.commit();
  for (const char* dataset : {"/first", "/second"}) {
    const auto mapped = InputFile(path_).map(dataset, whole);
    ASSERT_TRUE(mapped) << dataset;
    EXPECT_TRUE(std::equal(values.begin(), values.end(), mapped->data()));
  }
}

TEST_F(OutputFileTest, GivesBackNumbersOfADataset) {
  OutputFile out(path_);
  out.create("/data", std::vector<Index>{2, 0});
  out.set_numbers("/data", "begin", std::vector<Index>{3, std::int64_t{1} << 40});
  out.set_numbers("/data", "many", std::vector<Index>(33));
  out.set_strings("/data", "words", {"a"});
  out.commit();
  const InputFile in(path_);
  EXPECT_THAT(in.extents("/data"), ElementsAre(2, 0));
  EXPECT_THAT(in.numbers("/data", "begin").value(), ElementsAre(3, std::int64_t{1} << 40));
  EXPECT_FALSE(in.numbers("/data", "none"));
  EXPECT_FALSE(in.numbers("/nowhere", "begin"));
  for (const char* name : {"many", "words"}) {
    EXPECT_EQ(error_text([&] { static_cast<void>(in.numbers("/data", name)); }),
              path_ + ": /data " + name + ": not a few whole numbers");
  }
}

TEST_F(OutputFileTest, WritesStringsAsH5pyDoes) {
  OutputFile out(path_);
  out.create_group("/layer");
  out.set_strings("/layer", "weight_names", {"kernel:0", "b:0"});
  out.set_strings("/layer", "none", {});
  out.set_string("/", "backend", "tensorflow");
  out.commit();
  EXPECT_EQ(show("layer@weight_names"), "((2,), [b'kernel:0', b'b:0'])\n");
  EXPECT_EQ(show("layer@none"), "((0,), [])\n");
  EXPECT_EQ(show("/@backend"), "tensorflow\n");
  EXPECT_THAT(InputFile(path_).strings("/layer", "weight_names").value(),
              ElementsAre("kernel:0", "b:0"));
}

TEST_F(OutputFileTest, CutsListsThatAreTooLongForOneAttribute) {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back(fmt::format("a_layer_with_a_long_name_{}", i));
  OutputFile out(path_);
  out.set_strings("/", "layer_names", names);
  out.commit();
  EXPECT_EQ(InputFile(path_).strings("/", "layer_names"), names);
  EXPECT_EQ(show("/@layer_names"), "None\n");
  EXPECT_THAT(show("/@layer_names0"), HasSubstr("[b'a_layer_with_a_long_name_0',"));
  EXPECT_THAT(show("/@layer_names2"), HasSubstr("b'a_layer_with_a_long_name_4999']"));
}

TEST_F(OutputFileTest, LeavesNothingWhenItIsNotCommitted) {
  {
    OutputFile out(path_);
    out.create("/data", std::vector<Index>{4});
  }
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_F(OutputFileTest, RecordsNoTimesSoThatEqualContentsAreEqualBytes) {
  const auto bytes = [&] {
    OutputFile out(path_);
    out.create("/data", std::vector<Index>{2});
    out.write("/data", std::vector<Hyperslab>{{0, 2}}, std::vector<float>{1, 2});
    out.set_string("/", "name", "two");
    out.commit();
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = bytes();
  // HDF5's times are whole seconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(bytes(), before);
}

TEST_F(OutputFileTest, SaysThatTheDiskIsFullAndKeepsWhatWasThere) {
  std::ofstream(path_) << "old";
  const std::vector<float> row(1000, 1.0F);
  const std::string text = error_text([&] {
    const testing::FullDisk full(100'000);
    OutputFile out(path_);
    out.create("/answers", std::vector<Index>{100, 1000});
    for (Index i = 0; i < 100; ++i) {
      out.write("/answers", std::vector<Hyperslab>{{i, 1}, {0, 1000}}, row);
    }
    out.commit();
  });
  EXPECT_THAT(text, AllOf(HasSubstr("a.h5: cannot be written: "), HasSubstr("File too large"),
                          Not(HasSubstr("errno"))));
  EXPECT_EQ(folder_.size(), 1U);
  EXPECT_EQ(std::filesystem::file_size(path_), 3U);
}

TEST_F(OutputFileTest, SaysThatTheDiskIsFullWhenItIsNoticedAtTheEnd) {
  const std::string text = error_text([&] {
    const testing::FullDisk full(500);
    OutputFile out(path_);
    out.create("/answers", std::vector<Index>{4});
    out.commit();
  });
  EXPECT_THAT(text, HasSubstr("a.h5: cannot be written: "));
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_F(OutputFileTest, SaysWhyAFileCannotBeWritten) {
  EXPECT_THAT(error_text([] {
                OutputFile out("/dev/full");
                out.create_group("/group");
                out.commit();
              }),
              AllOf(HasSubstr("/dev/full: cannot be written"), HasSubstr("No space left")));
  EXPECT_THAT(error_text([&] { OutputFile(folder_.file("none/a.h5")); }),
              HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace shoal::storage
