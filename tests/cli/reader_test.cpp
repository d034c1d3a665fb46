#include "cli/reader.hpp"

#include <atomic>
#include <chrono>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using runtime::Supply;

/// What a source does, and what was asked of it: it may be read by another thread.
struct Script {
  std::size_t items = 0;
  bool fails_at_end = false;
  bool may_be_read_aside = true;
  std::optional<std::size_t> count = std::nullopt;
  std::atomic<std::size_t> given = 0;
  std::atomic<bool> gone = false;
  std::thread::id reader = {};
};

class ScriptedSource final : public media::Source {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {}
  ~ScriptedSource() override { script_.gone = true; }
  std::optional<media::Item> next() override {
    script_.reader = std::this_thread::get_id();
    if (script_.given == script_.items) {
      if (script_.fails_at_end) throw Error("sea.mp4#{}: cannot be read", script_.items);
      return std::nullopt;
    }
    Tensor tensor(Shape::features(1));
    tensor.span()[0] = static_cast<float>(script_.given);
    return media::Item{std::to_string(script_.given++), std::move(tensor), {}};
  }
  [[nodiscard]] bool may_be_read_aside() const override { return script_.may_be_read_aside; }
  [[nodiscard]] std::optional<std::size_t> count() const override { return script_.count; }

 private:
  Script& script_;
};

Reader reader_of(Script& script, std::size_t most = 0) {
  return {std::make_unique<ScriptedSource>(script), most};
}

/// The next frame or the end, which may come later.
Supply wait_for(Reader& reader, runtime::Frame& frame) {
  while (true) {
    const Supply supply = reader.next(frame);
    if (supply != Supply::later) return supply;
    std::this_thread::yield();
  }
}

/// How many frames come, each in its turn.
std::size_t count_frames(Reader& reader) {
  runtime::Frame frame;
  std::size_t count = 0;
  for (; wait_for(reader, frame) == Supply::frame; ++count) {
    EXPECT_EQ(frame.label, std::to_string(count));
    EXPECT_EQ(frame.tensor.span()[0], static_cast<float>(count));
  }
  // The end stays the end.
  EXPECT_EQ(reader.next(frame), Supply::end);
  return count;
}

class ReaderTest : public ::testing::TestWithParam<bool> {};

TEST_P(ReaderTest, GivesEveryFrameOnceInOrder) {
  for (const std::size_t items : {0U, 1U, 2U, 50U}) {
    Script script{.items = items, .may_be_read_aside = GetParam()};
    Reader reader = reader_of(script);
    EXPECT_EQ(count_frames(reader), items);
  }
}

TEST_P(ReaderTest, GivesNoMoreThanAskedFor) {
  Script script{.items = 50, .may_be_read_aside = GetParam(), .count = 50};
  Reader reader = reader_of(script, 7);
  EXPECT_EQ(reader.count(), 7U);
  EXPECT_EQ(count_frames(reader), 7U);
  EXPECT_EQ(script.given, 7U) << "a camera's next picture would be lost";
}

TEST_P(ReaderTest, GivesWhatWasReadBeforeTheError) {
  Script script{.items = 3, .fails_at_end = true, .may_be_read_aside = GetParam()};
  Reader reader = reader_of(script);
  runtime::Frame frame;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wait_for(reader, frame), Supply::frame);
  EXPECT_EQ(shoal::testing::error_text([&] { wait_for(reader, frame); }),
            "sea.mp4#3: cannot be read");
}

INSTANTIATE_TEST_SUITE_P(AsideOrNot, ReaderTest, ::testing::Bool());

TEST(Reader, CountsWhatTheSourceHasOrWhatWasAskedFor) {
  Script known{.items = 5, .count = 5};
  EXPECT_EQ(reader_of(known).count(), 5U);
  EXPECT_EQ(reader_of(known, 9).count(), 5U);
  Script unknown{.items = 5};
  EXPECT_EQ(reader_of(unknown, 3).count(), std::nullopt);
}

TEST(Reader, ReadsInTheAskersThreadWhatIsNotMadeForThreads) {
  Script script{.items = 2, .may_be_read_aside = false};
  Reader reader = reader_of(script);
  EXPECT_EQ(script.given, 0U);
  runtime::Frame frame;
  EXPECT_EQ(reader.next(frame), Supply::frame);
  EXPECT_EQ(script.reader, std::this_thread::get_id());
}

/// Of an endless source only a few frames wait, and whoever stops asking does not wait for it.
TEST(Reader, ReadsOnlyAFewAheadAndStopsWithItsOwner) {
  Script script{.items = 1'000'000'000};
  {
    Reader reader = reader_of(script);
    runtime::Frame frame;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(wait_for(reader, frame), Supply::frame);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_LE(script.given, 13U);
  }
  EXPECT_TRUE(script.gone);
}

}  // namespace
}  // namespace shoal::cli
