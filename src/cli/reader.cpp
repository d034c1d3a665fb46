#include "cli/reader.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/base/text.hpp"

namespace shoal::cli {
namespace {

/// Read but not yet in flight: enough to hide the time of one, few enough for a camera's pictures
/// to be fresh.
constexpr std::size_t most_ahead = 2;

}  // namespace

Reader::Reader(std::unique_ptr<media::Source> source, std::size_t most, std::size_t passed_over,
               const std::string& last_label)
    : source_(std::move(source)), most_(most), count_(source_->count()) {
  if (count_ && most_ > 0) count_ = std::min(*count_, most_);
  if (passed_over > 0) pass_over(passed_over, last_label);
  if (source_->may_be_read_aside()) thread_ = std::thread([this] { read_ahead(); });
}

Reader::~Reader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  taken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Reader::pass_over(std::size_t count, const std::string& last_label) {
  read_ = count;
  const std::string label = source_->skip(count);
  // In text what a terminal cannot show is escaped.
  if (printable(label) == printable(last_label)) return;
  throw Error("--resume: frame {} was '{}' and is '{}' now: the input is another one", count - 1,
              printable(last_label), printable(label));
}

std::optional<media::Item> Reader::read() {
  if (most_ > 0 && read_ == most_) return std::nullopt;
  ++read_;
  return source_->next();
}

void Reader::read_ahead() {
  while (true) {
    std::optional<media::Item> item;
    std::exception_ptr failure;
    try {
      item = read();
    } catch (...) {
      failure = std::current_exception();
    }
    std::unique_lock lock(mutex_);
    if (!item) {
      failure_ = failure;
      ended_ = true;
      return;
    }
    ahead_.push_back(std::move(*item));
    taken_.wait(lock, [this] { return stopping_ || ahead_.size() < most_ahead; });
    if (stopping_) return;
  }
}

runtime::Supply Reader::next(runtime::Frame& frame) {
  std::optional<media::Item> item;
  if (!thread_.joinable()) {
    item = read();
    if (!item) return runtime::Supply::end;
  } else {
    const std::lock_guard lock(mutex_);
    if (ahead_.empty()) {
      if (!ended_) return runtime::Supply::later;
      if (failure_) std::rethrow_exception(failure_);
      return runtime::Supply::end;
    }
    item = std::move(ahead_.front());
    ahead_.pop_front();
    taken_.notify_one();
  }
  frame = {std::move(item->label), std::move(item->tensor), std::move(item->error)};
  return runtime::Supply::frame;
}

}  // namespace shoal::cli
