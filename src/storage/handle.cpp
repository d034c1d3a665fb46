#include "storage/handle.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal::storage {
namespace {

/// Keeps the description of the innermost entry of HDF5's error stack.
herr_t keep_innermost(unsigned depth, const H5E_error2_t* entry, void* data) {
  if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(data) = entry->desc;
  return 0;
}

/// The system's own words where HDF5 wraps them in times, addresses and a second line.
std::string shortened(std::string text) {
  constexpr std::string_view label = "error message = '";
  if (const std::size_t reason = text.find(label); reason != std::string::npos) {
    const std::size_t begin = reason + label.size();
    const std::size_t head = std::min(text.find(':'), text.find(", errno"));
    text = text.substr(0, head) + ": " + text.substr(begin, text.find('\'', begin) - begin);
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

void prepare_library() {
  // At exit HDF5 would write what it could not write before, and crash on a full disk.
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

std::string last_error() {
  std::string text = "unknown error";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &text);
  return shortened(std::move(text));
}

Handle expect(Handle handle, const std::string& file, const std::string& what) {
  if (!handle.valid()) throw Error("{}: {}: {}", file, what, last_error());
  return handle;
}

void expect(herr_t status, const std::string& file, const std::string& what) {
  if (status < 0) throw Error("{}: {}: {}", file, what, last_error());
}

}  // namespace shoal::storage
