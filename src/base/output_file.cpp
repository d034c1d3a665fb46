#include "shoal/base/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

#include "base/output_target.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& name, int reason) {
  throw Error("{}: cannot be written: {}", name, std::strerror(reason));
}

/// A lock of the open file, not of the process, and not the one by which HDF5 refuses readers.
/// @return whether no other process has it; also where files cannot be locked
bool lock(int descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0 || (errno != EAGAIN && errno != EACCES);
}

/// Whether the path still is that of the open file, and not of one that came after it.
bool is_at(const std::string& path, int descriptor) {
  struct stat by_path {};
  struct stat opened {};
  return ::lstat(path.c_str(), &by_path) == 0 && ::fstat(descriptor, &opened) == 0 &&
         by_path.st_dev == opened.st_dev && by_path.st_ino == opened.st_ino;
}

bool is_empty(int descriptor) {
  struct stat opened {};
  return ::fstat(descriptor, &opened) == 0 && opened.st_size == 0;
}

}  // namespace

/// Whoever gets the lock may find that the file got its name, or was set aside, meanwhile.
int open_locked(const std::string& path, const std::string& name) {
  while (true) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0 && errno == ELOOP) throw Error("{}: {} is a link; remove it", name, path);
    if (file < 0) refuse(name, errno);
    const bool is_ours = lock(file);
    if (is_ours && is_at(path, file)) return file;
    ::close(file);
    if (!is_ours) throw Error("{}: another process is writing it", name);
  }
}

void synchronize(int descriptor, const std::string& name) {
  if (::fsync(descriptor) == 0) return;
  if (errno != EINVAL && errno != EROFS && errno != ENOTSUP) refuse(name, errno);
}

void synchronize_folder(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

PendingFile::PendingFile(std::string name, Leftover leftover) : name_(std::move(name)) {
  const OutputTarget target = resolve_output(name_);
  final_path_ = target.path;
  descriptor_ = target.descriptor;
  path_ = descriptor_ >= 0 ? final_path_ : final_path_ + ".part";
  if (!is_direct()) open(leftover);
}

void PendingFile::open(Leftover leftover) {
  descriptor_ = open_locked(path_, name_);
  if (leftover == Leftover::set_aside && !is_empty(descriptor_)) {
    if (::rename(path_.c_str(), (path_ + ".old").c_str()) != 0) refuse(name_, errno);
    has_set_aside_ = true;
    ::close(descriptor_);
    descriptor_ = open_locked(path_, name_);
  }
  if (leftover == Leftover::append) {
    is_kept_ = !is_empty(descriptor_);
    ::lseek(descriptor_, 0, SEEK_END);
  } else if (::ftruncate(descriptor_, 0) != 0) {
    refuse(name_, errno);
  }
}

PendingFile::~PendingFile() {
  if (!is_direct() && !is_kept_ && is_at(path_, descriptor_)) ::unlink(path_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void PendingFile::commit() {
  shoal::synchronize(descriptor_, name_);
  if (is_direct()) return;
  if (::rename(path_.c_str(), final_path_.c_str()) != 0) refuse(name_, errno);
  synchronize_folder(final_path_);
  is_kept_ = true;
}

PendingStream::PendingStream(std::string name, Leftover leftover)
    : file_(std::move(name), leftover) {}

void PendingStream::truncate(std::int64_t bytes) {
  if (::ftruncate(file_.descriptor(), bytes) != 0) refuse(file_.name(), errno);
  ::lseek(file_.descriptor(), bytes, SEEK_SET);
}

void PendingStream::write(std::string_view bytes) {
  const std::int64_t begin = ::lseek(file_.descriptor(), 0, SEEK_CUR);
  while (!bytes.empty()) {
    const auto written = ::write(file_.descriptor(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) undo(begin, written < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (std::chrono::steady_clock::now() - synchronized_ > synchronization_interval) synchronize();
}

/// Half of what was to be written is worth nothing.
void PendingStream::undo(std::int64_t begin, int reason) const {
  if (!file_.is_direct() && begin >= 0) {
    static_cast<void>(::ftruncate(file_.descriptor(), begin));
    ::lseek(file_.descriptor(), begin, SEEK_SET);
  }
  throw Error("{}: cannot be written: {}", file_.name(), std::strerror(reason));
}

void PendingStream::synchronize() {
  shoal::synchronize(file_.descriptor(), file_.name());
  synchronized_ = std::chrono::steady_clock::now();
}

}  // namespace shoal
