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

/// What has no room stands below, and says again which row it is of.
TEST(Table, FallsIntoBlocksWhereALineHasNoRoom) {
  Table table({{"rank"}, {"host", Table::Align::left}, {"sent"}, {"received"}});
  table.add({"0", "pi1", "1 B", "2 B"});
  table.add({"1", "pi2", "3 B", "4 B"});
  EXPECT_EQ(table.text(27),
            "rank  host  sent  received\n"
            "   0  pi1    1 B       2 B\n"
            "   1  pi2    3 B       4 B\n");
  EXPECT_EQ(table.text(20),
            "rank  host  sent\n"
            "   0  pi1    1 B\n"
            "   1  pi2    3 B\n"
            "\n"
            "rank  received\n"
            "   0       2 B\n"
            "   1       4 B\n");
  EXPECT_EQ(table.text(1), table.text(10)) << "a column is never cut away";
}

TEST(Table, CountsCharactersAndShowsNoControls) {
  Table table({{"file", Table::Align::left}, {"n"}});
  table.add({"Füße", "1"});
  table.add({"a\x1b[2J", "2"});
  table.add({std::string(100, 'x'), "3"});
  EXPECT_EQ(table.text(80),
            "file                                       n\n"
            "Füße                                       1\n"
            "a\\x1b[2J                                   2\n" +
                std::string(40, 'x') + "…  3\n");
}

TEST(Table, WithoutRowsIsItsTitles) {
  EXPECT_EQ(Table({{"a"}, {"b"}}).text(), "a  b\n");
}

}  // namespace
}  // namespace shoal::cli
