#include "cli/options.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/text.hpp"

#include "cli/outcome.hpp"
#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

Command command() {
  return {.verb = "swim",
          .usage = "swim [WHERE] [options]",
          .groups = {{"Options",
                      {{.name = "where",
                        .takes = Word{"WHERE", {"sea", "lake"}},
                        .otherwise = "sea",
                        .word = true},
                       {.name = "depth", .takes = Number{0, 100, "METRES", "metres"}},
                       {.name = "laps,n", .takes = Whole{.least = 1, .most = 9}, .otherwise = "3"},
                       {.name = "log", .takes = WrittenFile{}, .excludes = {"quiet"}},
                       {.name = "quiet", .takes = Flag{}},
                       {.name = "with", .takes = Text{"NAME"}, .repeated = true},
                       {.name = "waves",
                        .takes = Flag{},
                        .help = "only the sea has waves, and only deep water is worth it, which "
                                "makes this a long text that has to be wrapped",
                        .needs = {{"where", "sea"}}},
                       {.name = "hold", .takes = Flag{}, .needs = {{"depth", ""}}}}}},
          .words = {"where"}};
}

OptionValues values(const std::vector<std::string>& words) {
  return parse(words, command()).value();
}

std::string refusal(const std::vector<std::string>& words) {
  return shoal::testing::error_text([&] { values(words); });
}

TEST(Options, HaveTheirValuesAndDefaults) {
  const OptionValues read = values({"lake", "--depth", "2.5", "-n2", "--with", "Ann", "--with=Bo"});
  EXPECT_EQ(read.text("where"), "lake");
  EXPECT_EQ(read.number("depth"), 2.5);
  EXPECT_EQ(read.whole<int>("laps"), 2);
  EXPECT_EQ(read.all("with"), (std::vector<std::string>{"Ann", "Bo"}));
  EXPECT_FALSE(read.given("quiet"));
  EXPECT_TRUE(values({"--quiet"}).given("quiet"));
  EXPECT_EQ(values({}).whole<int>("laps"), 3);
  EXPECT_FALSE(values({}).given("laps")) << "a default was not given";
  EXPECT_EQ(values({}).number("depth"), 0);
}

TEST(Options, AreRefusedByName) {
  EXPECT_EQ(refusal({"--laps", "-1"}), "--laps is 1 to 9, not '-1'");
  EXPECT_EQ(refusal({"--laps", "1", "-n", "2"}), "--laps is given twice");
  EXPECT_EQ(refusal({"--quiet", "--quiet"}), "--quiet is given twice");
  EXPECT_EQ(refusal({"--log", ""}), "--log has an empty value; it takes FILE");
  EXPECT_EQ(refusal({"pool"}), "WHERE is sea or lake, not 'pool'");
  EXPECT_EQ(refusal({"sea", "lake"}), "unexpected word 'lake'");
  EXPECT_EQ(refusal({"--lap", "2"}),
            "unknown option '--lap'; did you mean --laps?; shoal swim --help lists the options");
  EXPECT_THAT(refusal({"--laps"}), HasSubstr("--laps"));
  EXPECT_THAT(refusal({"--quiet=yes"}), HasSubstr("--quiet"));
}

TEST(Options, WithoutEffectAreRefused) {
  EXPECT_EQ(refusal({"lake", "--waves"}), "--waves does nothing with lake; it goes with sea");
  EXPECT_TRUE(values({"--waves"}).given("waves")) << "the default counts";
  EXPECT_EQ(refusal({"--hold"}), "--hold does nothing without --depth");
  EXPECT_EQ(refusal({"--log", "x", "--quiet"}), "give --log or --quiet, not both");
}

TEST(Options, ThatMustBeGivenSayWhatToDo) {
  Command one = command();
  one.groups[0].options[5].missing = "nobody swims alone";
  EXPECT_EQ(shoal::testing::error_text([&] { parse({}, one); }),
            "--with is missing; nobody swims alone");
}

TEST(Options, HelpNamesEveryValueInEightyColumns) {
  const std::string text = help_text(command());
  for (const char* part :
       {"usage: shoal swim [WHERE] [options]\n", "\nOptions:\n", "  -n, --laps N ",
        "(1 to 9; default 3)", "  --depth METRES ", "(0 to 100 metres)", "sea or lake"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), 80U) << line;
}

/// What every verb shows; a tool that reads `arg` there knows no more than before.
TEST(Help, OfEveryVerbNamesItsValuesAndFits) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"--help"},
                                                                 {"help", "run"},
                                                                 {"run", "-h"},
                                                                 {"plan", "--help"},
                                                                 {"profile", "-h"},
                                                                 {"simulate", "--help"},
                                                                 {"model", "-h"},
                                                                 {"draw", "-h"},
                                                                 {"weights", "-h"},
                                                                 {"weights", "init", "-h"},
                                                                 {"weights", "inspect", "-h"},
                                                                 {"weights", "shard", "-h"},
                                                                 {"help", "weights", "shard"}}) {
    const Outcome outcome = shoal(words);
    EXPECT_EQ(outcome.code, 0) << words.front();
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr(" arg ")));
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), 80U) << line;
  }
}

}  // namespace
}  // namespace shoal::cli
