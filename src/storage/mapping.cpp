#include "storage/mapping.hpp"

#include <cerrno>
#include <memory>
#include <system_error>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal::storage {
namespace {

std::string last_words() {
  return std::generic_category().message(errno);
}

/// Pages of a file in memory, as long as this lives.
class Mapping {
 public:
  /// @param offset of a page
  Mapping(int file, Bytes offset, Bytes bytes)
      : begin_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file,
                      static_cast<off_t>(offset))),
        bytes_(bytes) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (valid()) ::munmap(begin_, bytes_);
  }

  [[nodiscard]] bool valid() const { return begin_ != MAP_FAILED; }
  [[nodiscard]] char* begin() const { return static_cast<char*>(begin_); }

  /// Reads the pages now: what the disk cannot give is an Error, where touching the page would end
  /// the process, and ranks that wait are told of loading, but not of a layer that takes so long.
  void read(const std::string& name) const {
    if (::madvise(begin_, bytes_, MADV_POPULATE_READ) == 0) return;
    if (errno == EFAULT || errno == EIO) throw Error("{}: cannot be read: {}", name, last_words());
    static_cast<void>(::madvise(begin_, bytes_, MADV_WILLNEED));
  }

 private:
  void* begin_;
  Bytes bytes_;
};

}  // namespace

std::optional<AlignedBuffer> map_floats(const std::string& name, int file, Bytes offset,
                                        Bytes bytes) {
  struct stat found {};
  if (::fstat(file, &found) != 0) throw Error("{}: cannot be read: {}", name, last_words());
  const auto size = static_cast<Bytes>(found.st_size);
  if (offset > size || bytes > size - offset) throw Error("{}: is cut short", name);
  const Bytes before = offset % static_cast<Bytes>(::sysconf(_SC_PAGESIZE));
  auto mapping = std::make_shared<Mapping>(file, offset - before, before + bytes);
  if (!mapping->valid()) return std::nullopt;
  mapping->read(name);
  auto* const floats = reinterpret_cast<float*>(mapping->begin() + before);
  return AlignedBuffer({floats, bytes / sizeof(float)}, std::move(mapping));
}

}  // namespace shoal::storage
