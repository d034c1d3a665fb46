#include "shoal/storage/record_file.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

#include "storage/record_image.hpp"

namespace shoal::storage {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Records that come sooner wait for the next ones.
constexpr std::chrono::milliseconds settle_interval{100};

std::string hidden_beside(const std::string& path) {
  const fs::path whole(path);
  return (whole.parent_path() / fmt::format(".{}~", whole.filename().string())).string();
}

/// Two files change their names, in one step.
bool exchange_names(const std::string& one, const std::string& other) {
  return ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

/// The hidden file, locked as the seen one is, which it will be: for as long as this lives.
class HiddenFile {
 public:
  HiddenFile(std::string path, const std::string& name)
      : path_(std::move(path)), descriptor_(open_locked(path_, name)) {}
  HiddenFile(const HiddenFile&) = delete;
  HiddenFile& operator=(const HiddenFile&) = delete;
  ~HiddenFile() {
    ::unlink(path_.c_str());
    ::close(descriptor_);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace

struct RecordFile::State {
  State(const std::string& name, Index row, Leftover leftover) : file(name, leftover), width(row) {
    if (file.is_direct()) throw Error("{}: HDF5 needs a file", name);
    hidden.emplace(hidden_beside(file.path()), name);
    if (leftover == Leftover::append && fs::file_size(file.path()) > 0) {
      open_both();
    } else {
      create_both();
    }
    if (images.size() == 1) hidden.reset();
    count = static_cast<std::size_t>(images.front().count());
  }

  /// That of an earlier run, and a copy of it.
  void open_both() {
    images.push_back(RecordImage::open(file.path(), file.name(), width));
    fs::copy_file(file.path(), hidden->path(), fs::copy_options::overwrite_existing);
    if (!exchange_names(hidden->path(), file.path())) return;
    if (!exchange_names(hidden->path(), file.path())) {
      throw Error("{}: cannot be written: {}", file.name(), std::strerror(errno));
    }
    images.push_back(RecordImage::open(hidden->path(), file.name(), width));
  }

  /// Nobody sees a file that is being made, where names can be exchanged.
  void create_both() {
    images.push_back(RecordImage::create(hidden->path(), file.name(), width));
    if (exchange_names(hidden->path(), file.path())) {
      images.push_back(RecordImage::create(hidden->path(), file.name(), width));
      exchange();
    } else {
      images.front() = RecordImage::create(file.path(), file.name(), width);
    }
  }

  /// The hidden file becomes the seen one.
  void exchange() {
    if (!exchange_names(hidden->path(), file.path())) {
      throw Error("{}: cannot be written: {}", file.name(), std::strerror(errno));
    }
    std::swap(images.front(), images.back());
  }

  /// The one that is written to: the hidden one, if there are two.
  [[nodiscard]] RecordImage& written() { return images.back(); }

  void write(bool complete) {
    // What failed half-way must not be written on, and is never seen.
    is_torn = true;
    written().append(before);
    written().append(pending);
    written().flush(complete);
    const auto now = Clock::now();
    if (complete || now - synchronized > PendingStream::synchronization_interval) {
      synchronize_written();
      synchronized = now;
    }
    if (hidden) {
      exchange();
      before = std::move(pending);
    }
    pending.clear();
    settled = now;
    is_torn = false;
    file.keep();
  }

  void synchronize_written() const {
    const std::string& path = hidden ? hidden->path() : file.path();
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) throw Error("{}: cannot be written: {}", file.name(), std::strerror(errno));
    const auto close = [](const int* number) { ::close(*number); };
    const std::unique_ptr<const int, decltype(close)> closed(&opened, close);
    synchronize(opened, file.name());
  }

  PendingFile file;
  Index width;
  std::optional<HiddenFile> hidden;
  std::vector<RecordImage> images;  ///< the seen one, then the hidden one
  std::vector<Record> before;       ///< what the hidden one lacks and the seen one has
  std::vector<Record> pending;      ///< what both lack
  std::size_t count = 0;
  bool is_torn = false;
  Clock::time_point settled;
  Clock::time_point synchronized = Clock::now();
};

RecordFile::RecordFile(const std::string& name, Index width, Leftover leftover)
    : state_(std::make_unique<State>(name, width, leftover)) {}

RecordFile::~RecordFile() = default;

std::size_t RecordFile::count() const {
  return state_->count;
}

std::size_t RecordFile::seen() const {
  if (state_->images.empty()) return state_->count;
  return static_cast<std::size_t>(state_->images.front().count());
}

std::optional<std::string> RecordFile::last_name() const {
  return state_->images.empty() ? std::nullopt : state_->images.front().last_name();
}

const PendingFile& RecordFile::file() const {
  return state_->file;
}

void RecordFile::append(std::span<const float> values, const std::string& name,
                        const std::string& error) {
  Record record{{values.begin(), values.end()}, name, error};
  record.values.resize(static_cast<std::size_t>(state_->width),
                       std::numeric_limits<float>::quiet_NaN());
  state_->pending.push_back(std::move(record));
  ++state_->count;
  settle();
}

void RecordFile::settle() {
  if (state_->pending.empty() || state_->is_torn ||
      Clock::now() - state_->settled < settle_interval)
    return;
  state_->write(false);
}

void RecordFile::checkpoint() {
  if (!state_->pending.empty() && !state_->is_torn) state_->write(false);
}

void RecordFile::commit() {
  state_->write(true);
  for (RecordImage& image : state_->images) image.close();
  state_->images.clear();
  state_->hidden.reset();
  state_->file.commit();
}

}  // namespace shoal::storage
