#include "cli/terminal.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

namespace shoal::cli {
namespace {

class Columns : public ::testing::Test {
 protected:
  void TearDown() override { ::unsetenv("COLUMNS"); }
};

TEST_F(Columns, AreThoseThatTheUserSays) {
  ::setenv("COLUMNS", "33", 1);
  EXPECT_EQ(terminal_columns(STDOUT_FILENO), 33U);
  ::unsetenv("COLUMNS");
  const std::size_t own = terminal_columns(STDOUT_FILENO);
  for (const char* text : {"0", "19", "-80", "80x", "", "99999999999999999999"}) {
    ::setenv("COLUMNS", text, 1);
    EXPECT_EQ(terminal_columns(STDOUT_FILENO), own) << text;
  }
}

TEST_F(Columns, OfTextAreKeptByBreakingBetweenWords) {
  ::setenv("COLUMNS", "20", 1);
  EXPECT_EQ(wrapped("  one two three four five", 4), "  one two three four\n    five");
  EXPECT_EQ(wrapped("a word-that-has-no-room-at-all b", 2),
            "a\n  word-that-has-no-room-at-all\n  b");
  EXPECT_EQ(wrapped("", 2), "");
}

}  // namespace
}  // namespace shoal::cli
