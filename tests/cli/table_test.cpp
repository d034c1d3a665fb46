#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

TEST(Table, AlignsItsColumnsAndEndsNoLineWithSpaces) {
  Table table({{"rank"}, {"host", Table::Align::left}, {"sent"}, {"note", Table::Align::left}});
  table.add({"0", "pi1.local", "1 B", ""});
  table.add({"10", "pi", "12.5 MB", "slow"});
  EXPECT_EQ(table.text(),
            "rank  host          sent  note\n"
            "   0  pi1.local      1 B\n"
            "  10  pi         12.5 MB  slow\n");
}

TEST(Table, WithoutRowsIsItsTitles) {
  EXPECT_EQ(Table({{"a"}, {"b"}}).text(), "a  b\n");
}

}  // namespace
}  // namespace shoal::cli
