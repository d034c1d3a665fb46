#include "cli/file_roles.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FileRolesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(weights_) << "weights";
    fs::create_directory(folder_.file("pictures"));
    std::ofstream(folder_.file("pictures/a.png")) << "picture";
  }
  /// What is said of writing to `output`.
  [[nodiscard]] std::string refusal(const std::string& output,
                                    const std::string& metrics = {}) const {
    const std::array files = {FileRole{"--weights", weights_},
                              FileRole{"--input", folder_.file("pictures")}, FileRole{"--plan", ""},
                              FileRole{"--output", output, true},
                              FileRole{"--metrics", metrics, true}};
    try {
      check_file_roles(files);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  testing::TemporaryFolder folder_;
  std::string weights_ = folder_.file("weights.h5");
};

TEST_F(FileRolesTest, RefusesAnInputByAnyName) {
  fs::create_symlink(weights_, folder_.file("link"));
  fs::create_hard_link(weights_, folder_.file("hard"));
  for (const char* name :
       {"weights.h5", "./weights.h5", "pictures/../weights.h5", "link", "hard"}) {
    EXPECT_THAT(refusal(folder_.file(name)), HasSubstr("--output and --weights are the same file"));
  }
}

TEST_F(FileRolesTest, RefusesWhatIsInAFolderThatIsRead) {
  EXPECT_THAT(refusal(folder_.file("pictures/a.png")), HasSubstr("is one of the files of --input"));
  fs::create_symlink(folder_.file("pictures/a.png"), folder_.file("link"));
  EXPECT_THAT(refusal(folder_.file("link")), HasSubstr("is one of the files of --input"));
}

TEST_F(FileRolesTest, RefusesTwoOutputsOfOneName) {
  const std::string path = folder_.file("a.jsonl");
  EXPECT_THAT(refusal(path, folder_.file("./a.jsonl")),
              HasSubstr("--output and --metrics are the same file"));
}

TEST_F(FileRolesTest, AllowsAllElse) {
  EXPECT_EQ(refusal(folder_.file("a.jsonl"), folder_.file("b.jsonl")), "");
  EXPECT_EQ(refusal(folder_.file("pictures/answers.jsonl")), "");
  EXPECT_EQ(refusal("/dev/null", "/dev/null"), "");
  EXPECT_EQ(refusal("", ""), "");
}

}  // namespace
}  // namespace shoal::cli
