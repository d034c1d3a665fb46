#include "media/shared_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::media {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(SharedLibrary, FindsAFunction) {
  double (*square_root)(double) = nullptr;
  SharedLibrary("libm", 6).find("sqrt", square_root);
  ASSERT_NE(square_root, nullptr);
  EXPECT_EQ(square_root(16), 4);
}

/// Another version has other structures behind the same names.
TEST(SharedLibrary, SaysWhatToInstall) {
  EXPECT_THAT(
      testing::error_text([] { SharedLibrary("libavutil", 7); }),
      AllOf(HasSubstr("need FFmpeg's libavutil.so.7: "), HasSubstr("apt install libavutil7")));
  EXPECT_EQ(testing::error_text([] {
              void (*function)() = nullptr;
              SharedLibrary("libm", 6).find("no_such_function", function);
            }),
            "libm.so.6: has no no_such_function; is it FFmpeg's?");
}

}  // namespace
}  // namespace shoal::media
