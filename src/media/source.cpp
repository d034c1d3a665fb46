#include "shoal/media/source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "shoal/base/error.hpp"

#include "media/items.hpp"
#include "media/pictures.hpp"

namespace shoal::media {

std::string Source::skip(std::size_t count) {
  std::string label;
  for (; count > 0; --count) {
    const auto item = next();
    if (!item) break;
    label = item->label;
  }
  return label;
}
namespace {

namespace fs = std::filesystem;

/// `http://host/a.mp4`: letters, digits, `+`, `-` and `.` before `://`.
bool is_address(std::string_view path) {
  const std::size_t end = path.find("://");
  if (end == std::string_view::npos || end == 0) return false;
  return std::all_of(
      path.begin(), path.begin() + static_cast<std::ptrdiff_t>(end),
      [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

/// An Error where there is nothing at `path`.
fs::file_status status_of(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) || path.rfind("/dev/video", 0) == 0) return status;
  if (is_address(path)) {
    throw Error(
        "{}: addresses are not read; save what is there to a file first (ffmpeg -i ADDRESS -c copy "
        "FILE.mkv), or give a camera of this computer, /dev/videoN",
        path);
  }
  if (status.type() == fs::file_type::not_found) {
    throw Error("{}: there is no such file or folder", path);
  }
  throw Error("{}: cannot be read: {}", path, error.message());
}

std::unique_ptr<Pictures> open_pictures(const std::string& path, const SourceOptions& options) {
  const fs::file_status status = status_of(path);
  if (fs::is_character_file(status) || path.rfind("/dev/video", 0) == 0) {
    return open_camera(path, options);
  }
  if (fs::is_directory(status)) return open_folder(path);
  if (!fs::is_regular_file(status)) {
    throw Error("{}: is no file, folder or camera; what comes through a pipe must be saved first",
                path);
  }
  return open_file(path, Animation::frames);
}

}  // namespace

std::unique_ptr<Source> open(const std::string& path, const SourceOptions& options) {
  if (options.clip_stride < 1 || options.clip_hop.value_or(1) < 1) {
    throw Error("the stride and the hop of clips are at least 1");
  }
  const std::string ending = fs::path(path).extension().string();
  if ((ending == ".h5" || ending == ".hdf5") && !is_address(path)) {
    return make_stored_items(path, options);
  }
  auto pictures = open_pictures(path, options);
  if (options.input[Axis::depth] == 1) {
    return make_picture_items(path, std::move(pictures), options);
  }
  return make_clip_items(path, std::move(pictures), options);
}

}  // namespace shoal::media
