#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "shoal/media/source.hpp"
#include "shoal/runtime/runner.hpp"

namespace shoal::cli {

/// Reads frames ahead in a thread of its own, so that nobody computes later because a camera has no
/// picture yet. A source that must not be read from another thread is read when it is asked.
class Reader {
 public:
  /// @param most frames, passed over ones included; 0: all
  /// @param passed_over frames that are read already, the last of which must have this label
  Reader(std::unique_ptr<media::Source> source, std::size_t most, std::size_t passed_over = 0,
         const std::string& last_label = {});
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  /// As runtime::Ends wants it. An Error of the source is thrown here, when all frames that it gave
  /// before are taken.
  runtime::Supply next(runtime::Frame& frame);
  [[nodiscard]] std::optional<std::size_t> count() const { return count_; }

 private:
  void pass_over(std::size_t count, const std::string& last_label);
  void read_ahead();
  std::optional<media::Item> read();

  std::unique_ptr<media::Source> source_;
  std::size_t most_;
  std::size_t read_ = 0;
  std::optional<std::size_t> count_;

  std::mutex mutex_;
  std::condition_variable taken_;
  std::deque<media::Item> ahead_;
  std::exception_ptr failure_;
  bool ended_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace shoal::cli
