#include "shoal/base/text.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Printable, KeepsWhatATerminalShows) {
  for (const char* text : {"", "fish.png", "Füße 鱼 🐟", "a\\b"}) EXPECT_EQ(printable(text), text);
}

/// One line, and nothing that moves the cursor, colours the screen or turns the text around.
TEST(Printable, EscapesWhatWouldSteerTheTerminal) {
  EXPECT_EQ(printable("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "CSI as one character of C1";
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "gnp"),
            "\\xe2\\x80\\xaegnp")
      << "right to left";
  EXPECT_EQ(printable("\xe2\x80\xa8"), "\\xe2\\x80\\xa8") << "line separator";
}

TEST(Printable, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc3"), "\\xc3") << "cut short";
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xc3\xa4\xa4"), "ä\\xa4");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(printable("Füße", 4), "Füße");
  EXPECT_EQ(printable("Füßen", 4), "Füße…");
  EXPECT_EQ(printable("\x1b\x1b", 1), "\\x1b…");
}

TEST(TextWidth, CountsCharacters) {
  EXPECT_EQ(text_width(""), 0U);
  EXPECT_EQ(text_width("Füße…"), 5U);
}

TEST(Counted, SaysOneOfOne) {
  EXPECT_EQ(counted(1, "frame"), "1 frame");
  EXPECT_EQ(counted(0, "frame"), "0 frames");
  EXPECT_EQ(counted(2, "class", "classes"), "2 classes");
}

}  // namespace
}  // namespace shoal
