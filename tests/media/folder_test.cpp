#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/media/writer.hpp"

#include "media/read_back.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FolderTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  void add(const std::string& name) const { write_picture(Picture(8, 8), file(name)); }
  void add_text(const std::string& name) const { std::ofstream(file(name)) << "words\n"; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Item& item : read_all(file(""), options_)) {
      result.push_back(std::filesystem::path(item.label).filename().string());
    }
    return result;
  }
  SourceOptions options_ = options_for(Shape::image(8, 8, 3));

  [[nodiscard]] std::string why() const {
    return error_text([&] { read_all(file(""), options_); });
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(FolderTest, IsReadInTheOrderOfNames) {
  for (const char* name : {"c.png", "a.jpg", "b.jpeg", "B.png"}) add(name);
  std::filesystem::rename(file("c.png"), file("c.PNG"));
  EXPECT_THAT(names(), ElementsAre("B.png", "a.jpg", "b.jpeg", "c.PNG"));
}

TEST_F(FolderTest, NumbersInNamesCountAsNumbers) {
  for (const char* name : {"img10.png", "img2.png", "img1.png", "img02.png", "img.png"}) add(name);
  EXPECT_THAT(names(), ElementsAre("img.png", "img1.png", "img02.png", "img2.png", "img10.png"));
}

TEST_F(FolderTest, SaysHowManyFilesItPassesOver) {
  add("a.png");
  EXPECT_EQ(open(file(""), options_)->note(), "");
  for (const char* name : {"a.svg", "b.heic", ".hidden"}) add_text(name);
  std::filesystem::create_directory(file("more"));
  EXPECT_THAT(open(file(""), options_)->note(),
              AllOf(HasSubstr("2 files passed over"), HasSubstr("1 folder in it")));
}

TEST_F(FolderTest, PassesOverWhatIsNoPicture) {
  add("b.png");
  for (const char* name : {"a.txt", "png", "z", "._b.png", ".hidden.jpg"}) add_text(name);
  std::filesystem::create_directory(file("c.png"));
  std::filesystem::create_symlink(file("b.png"), file("e.png"));
  EXPECT_THAT(names(), ElementsAre("b.png", "e.png"));
}

TEST_F(FolderTest, GoesOnBehindWhatCannotBeRead) {
  for (const char* name : {"a.png", "c.png", "g.png"}) add(name);
  add_text("b.png");
  std::filesystem::create_symlink(file("nowhere"), file("d.png"));
  ASSERT_EQ(::mkfifo(file("e.png").c_str(), 0600), 0);
  std::ofstream(file("f.jpg")).flush();
  const auto items = read_all(file(""), options_);
  std::vector<std::string> errors;
  for (const Item& item : items) errors.push_back(item.error);
  EXPECT_THAT(errors, ElementsAre("", StartsWith("is no JPEG, PNG,"), "",
                                  "cannot be read: No such file or directory", "is no file",
                                  "is empty", ""));
  EXPECT_EQ(items[1].label, file("b.png"));
}

TEST_F(FolderTest, SaysThatThereAreNoPictures) {
  add_text("a.txt");
  EXPECT_THAT(why(), HasSubstr("has no pictures in it"));
}

TEST_F(FolderTest, SaysThatItCannotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every folder";
  add("a.png");
  std::filesystem::permissions(file(""), std::filesystem::perms::none);
  EXPECT_THAT(why(), HasSubstr("cannot be read: Permission denied"));
  std::filesystem::permissions(file(""), std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace shoal::media
