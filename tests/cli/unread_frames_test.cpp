#include "cli/unread_frames.hpp"

#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

TEST(UnreadFrames, NamesTheFirstAndCountsAll) {
  UnreadFrames unread(false);
  unread.note({"good.jpg", {}});
  EXPECT_EQ(unread.count(), 0U);
  unread.note({"a\n.jpg", {}, "is damaged"});
  EXPECT_EQ(unread.text(), "1 of 2 frames could not be read: a\\n.jpg");
  for (const char* label : {"b", "c", "d", "e"}) unread.note({label, {}, "is damaged"});
  EXPECT_EQ(unread.count(), 5U);
  EXPECT_EQ(unread.text(), "5 of 6 frames could not be read: a\\n.jpg, b, c and 2 more");
}

TEST(UnreadFrames, EndsAtTheFirstWhereThatIsWanted) {
  UnreadFrames unread(true);
  unread.note({"good.jpg", {}});
  EXPECT_EQ(testing::error_text([&] {
              unread.note({"a.jpg", {}, "is damaged"});
            }),
            "a.jpg: is damaged (--strict ends the run here)");
}

}  // namespace
}  // namespace shoal::cli
