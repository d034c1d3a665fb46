#include "storage/file_bytes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal::storage {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n"sv;

std::string last_words() {
  return std::generic_category().message(errno);
}

/// The begin of a kind of file that is taken for weights now and then.
struct Known {
  std::string_view begin;
  std::string_view words;
};
constexpr std::array known = {
    Known{"version https://git-lfs"sv,
          "it is a pointer of Git LFS to the real file: git lfs pull fetches that"},
    Known{"PK\x03\x04"sv,
          "it is a zip archive, as .keras and PyTorch's .pt are; in Keras "
          "model.save_weights('NAME.h5') writes HDF5"},
    Known{"\x1f\x8b"sv, "it is compressed by gzip: gunzip it"},
    Known{"\xfd"
          "7zXZ"sv,
          "it is compressed by xz: unxz it"},
    Known{"CDF"sv, "it is netCDF 3"},
    Known{"\x93NUMPY"sv, "it is an array of NumPy"},
    Known{"<!DOCTYPE"sv, "it is a web page, as a download that failed leaves"},
    Known{"<html"sv, "it is a web page, as a download that failed leaves"},
    Known{"%PDF"sv, "it is a PDF document"},
    Known{"\x89PNG"sv, "it is a picture"},
    Known{"\xff\xd8\xff"sv, "it is a picture"},
};

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

std::string_view words_for(std::string_view bytes) {
  if (bytes.empty()) return "it is empty";
  const auto* const found = std::find_if(known.begin(), known.end(), [&](const Known& kind) {
    return bytes.substr(0, kind.begin.size()) == kind.begin;
  });
  if (found != known.end()) return found->words;
  // Formats without a fixed begin: FlatBuffers have their kind behind an offset, ONNX is a Protocol
  // Buffer that begins with its version and, mostly, the name of what wrote it.
  if (bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3") {
    return "it is a model of TensorFlow Lite; Keras's model.save_weights('NAME.h5') writes HDF5";
  }
  if (bytes.size() >= 3 && bytes[0] == 0x08 && bytes[1] < 0x20 && bytes[2] == 0x12) {
    return "it looks like a model of ONNX; Keras's model.save_weights('NAME.h5') writes HDF5";
  }
  if (bytes.front() == '{') return "it is JSON";
  return is_text(bytes) ? "it is a text" : "it lacks the signature";
}

bool has_signature(const FileBytes& file, Bytes offset) {
  std::array<char, hdf5_signature.size()> bytes{};
  if (offset + bytes.size() > file.size()) return false;
  file.read(offset, std::as_writable_bytes(std::span(bytes)));
  return std::string_view(bytes.data(), bytes.size()) == hdf5_signature;
}

}  // namespace

FileBytes::FileBytes(const std::string& name) : name_(name) {
  descriptor_ = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat found {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0) {
    const std::string words = last_words();
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error("{}: cannot be read: {}", name, words);
  }
  if (!S_ISREG(found.st_mode)) {
    ::close(descriptor_);
    throw Error("{}: cannot be read: it is {}, not a file", name,
                S_ISDIR(found.st_mode) ? "a folder" : "a device or a pipe");
  }
  size_ = static_cast<Bytes>(found.st_size);
}

FileBytes::~FileBytes() {
  ::close(descriptor_);
}

void FileBytes::read(Bytes offset, std::span<std::byte> to) const {
  while (!to.empty()) {
    const ssize_t now = ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(offset));
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) throw Error("{}: cannot be read: {}", name_, last_words());
    if (now == 0) throw Error("{}: is cut short", name_);
    offset += static_cast<Bytes>(now);
    to = to.subspan(static_cast<std::size_t>(now));
  }
}

void FileBytes::want(Bytes offset, Bytes bytes) const {
  static_cast<void>(::posix_fadvise(descriptor_, static_cast<off_t>(offset),
                                    static_cast<off_t>(bytes), POSIX_FADV_WILLNEED));
}

void expect_hdf5(const FileBytes& file) {
  // At the begin or behind a user block of 512 bytes, 1024, 2048 ...
  if (has_signature(file, 0)) return;
  for (Bytes offset = 512; offset < file.size(); offset *= 2) {
    if (has_signature(file, offset)) return;
  }
  std::array<char, 64> bytes{};
  const std::size_t count = std::min<std::size_t>(bytes.size(), file.size());
  file.read(0, std::as_writable_bytes(std::span(bytes).first(count)));
  throw Error("{}: is not an HDF5 file: {}", file.name(),
              words_for(std::string_view(bytes.data(), count)));
}

}  // namespace shoal::storage
