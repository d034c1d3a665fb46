#include "shoal/base/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

/// Makes sure that what was written is on the disk: a full one may say so only now.
void synchronise(const std::string& path, const std::string& name) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  const bool good = file >= 0 && (::fsync(file) == 0 || errno == EINVAL || errno == EROFS);
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Error("{}: cannot be written: {}", name, std::strerror(reason));
}

}  // namespace

PendingFile::PendingFile(std::string name) : name_(std::move(name)), path_(name_ + ".part") {
  std::error_code ignored;
  const fs::file_status status = fs::status(name_, ignored);
  if (fs::is_directory(status)) throw Error("{}: is a folder", name_);
  bool writable = false;
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    // Not opened to try: the reader of a pipe would take the closing for its end.
    path_ = name_;
    writable = ::access(path_.c_str(), W_OK) == 0;
  } else {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    writable = file >= 0;
    if (writable) ::close(file);
  }
  if (!writable) throw Error("{}: cannot be written: {}", name_, std::strerror(errno));
}

PendingFile::~PendingFile() {
  if (!committed_ && path_ != name_) ::unlink(path_.c_str());
}

void PendingFile::commit() {
  if (path_ != name_) {
    synchronise(path_, name_);
    if (std::rename(path_.c_str(), name_.c_str()) != 0) {
      throw Error("{}: cannot be written: {}", name_, std::strerror(errno));
    }
  }
  committed_ = true;
}

PendingStream::PendingStream(std::string name)
    : file_(std::move(name)), stream_(file_.path(), std::ios::binary) {}

void PendingStream::write(std::string_view bytes) {
  stream_ << bytes << std::flush;
  check();
}

void PendingStream::commit() {
  stream_.close();
  check();
  file_.commit();
}

void PendingStream::check() const {
  if (!stream_) throw Error("{}: cannot be written; is the disk full?", file_.name());
}

}  // namespace shoal
