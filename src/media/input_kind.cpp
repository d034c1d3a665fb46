#include "shoal/media/input_kind.hpp"

#include <filesystem>

namespace shoal::media {

namespace fs = std::filesystem;

InputKind input_kind(const std::string& path) {
  const std::string ending = fs::path(path).extension().string();
  if (ending == ".h5" || ending == ".hdf5") return InputKind::stored;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_character_file(status) || path.starts_with("/dev/video")) return InputKind::camera;
  return fs::is_directory(status) ? InputKind::folder : InputKind::picture;
}

}  // namespace shoal::media
