#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/outcome.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string pi3 = std::string(SHOAL_SOURCE) + "/profiles/pi3-keras.json";

class Planning : public ::testing::Test {
 protected:
  static std::vector<std::string> words(std::vector<std::string> more) {
    more.insert(more.begin(), {"plan", "--model", "alexnet", "--profile", pi3});
    return more;
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }

  shoal::testing::TemporaryFolder folder_;
};

TEST_F(Planning, WritesAPlanThatCanBeShownAndExplained) {
  const std::string file = folder_.file("plan.json");
  const Outcome made = shoal(words({"--devices", "4", "--objective", "latency", "-o", file}));
  EXPECT_EQ(made.code, 0) << made.error;
  EXPECT_EQ(made.out, "");
  EXPECT_EQ(shoal({"plan", "show", file, "--summary"}).code, 0);
  const Outcome explained = shoal({"plan", "explain", file, "--profile", pi3});
  EXPECT_EQ(explained.code, 0) << explained.error;
  EXPECT_THAT(explained.out, AllOf(HasSubstr("bound"), HasSubstr("one device alone"),
                                   HasSubstr("busiest"), HasSubstr("memory")));
}

TEST_F(Planning, RoundsWhatMovesAsFarAsItMay) {
  const auto made = [](const char* bound) {
    return shoal(words({"--devices", "4", "--objective", "latency", "--explain", "--wire-error",
                        bound}))
        .out;
  };
  EXPECT_EQ(made("0"), shoal(words({"--devices", "4", "--objective", "latency", "--explain"})).out);
  EXPECT_EQ(made("0.0004"), made("0"));
  EXPECT_THAT(made("0.0005"), HasSubstr("float16"));
  EXPECT_THAT(made("0.004"), HasSubstr("int8"));
  const auto interval = [](const std::string& text) {
    const std::size_t after = text.find("each after ") + 11;
    return std::stod(text.substr(after));
  };
  EXPECT_LT(interval(made("0.0005")), interval(made("0")));
  EXPECT_LT(interval(made("0.004")), interval(made("0.0005")));
  expect_refused(words({"--devices", "4", "--wire-error", "-1"}), "--wire-error is 0 to 1, not");
}

TEST_F(Planning, ExplainsAnEditedPlanByTheSameModel) {
  const std::string file = folder_.file("plan.json");
  const Outcome made =
      shoal(words({"--devices", "2", "--objective", "latency", "-o", file, "--explain"}));
  const Outcome explained =
      shoal({"plan", "explain", file, "--profile", pi3, "--objective", "latency"});
  const auto second_line = [](const std::string& text) {
    const std::size_t begin = text.find('\n') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(second_line(made.out), second_line(explained.out));
}

TEST_F(Planning, TakesTheHostsOfAHostfile) {
  const std::string hosts =
      write("hosts.txt", "# a shelf\npi1 slots=1 max-slots=1\npi2 slots=2\n\npi3 max-slots=4\n");
  const Outcome outcome = shoal(words({"--devices", hosts, "--explain"}));
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("on 4 devices"), HasSubstr("pi2"), HasSubstr("pi3")));
}

TEST_F(Planning, OneDeviceIsEnoughWhereMoreDoNotHelp) {
  // A line so slow that a frame takes longer to send than to compute.
  std::ostringstream text;
  text << std::ifstream(pi3).rdbuf();
  auto profile = nlohmann::json::parse(text.str());
  profile["network"]["bytes_per_second"] = 1000.0;
  const std::string slow = write("slow.json", profile.dump());
  const Outcome outcome =
      shoal({"plan", "--model", "alexnet", "--profile", slow, "--devices", "6"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  const auto plan = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(plan["stages"].size(), 1U);
  EXPECT_EQ(plan["stages"][0]["ranks"], nlohmann::json::array({0}));
}

TEST_F(Planning, RefusesWhatMakesNoSense) {
  expect_refused({"plan", "--model", "alexnet"}, "--profile is missing");
  expect_refused({"plan", "--profile", pi3}, "--model is missing");
  expect_refused(words({"--devices", "0"}), "--devices is 1 to 4096");
  expect_refused(words({"--devices", "no-such-file"}), "no-such-file: cannot be read");
  expect_refused(words({"--objective", "both"}), "--objective is throughput or latency");
  expect_refused(words({"--devices", "2", "--memory", "much"}), "--memory is a number of bytes");
  expect_refused(words({"--devices", "2", "--max-latency", "-1"}), "--max-latency");
  expect_refused(words({"--devices", "2", "--output-rank", "2"}),
                 "--output-rank is 0 to 1, not 2: there are 2 devices");
  expect_refused({"plan", "--preset", "none"}, "paper-alexnet-4, ");
}

TEST_F(Planning, SaysWhatIsMissingWhereANetworkDoesNotFit) {
  const Outcome outcome =
      shoal({"plan", "--model", "vgg16", "--profile", pi3, "--devices", "8", "--memory", "60MB"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("layer fc1"), HasSubstr("9.2 MB more than"),
                                   HasSubstr("such devices would do")));
}

TEST_F(Planning, SaysHowSoonAFrameCanBeAnswered) {
  const Outcome outcome = shoal(words({"--devices", "2", "--max-latency", "0.001"}));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("no plan answers within 0.001 s: the soonest one takes"));
}

}  // namespace
}  // namespace shoal::cli
