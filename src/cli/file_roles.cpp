#include "cli/file_roles.hpp"

#include <filesystem>

#include "shoal/media/source.hpp"

#include "cli/usage_error.hpp"

namespace shoal::cli {
namespace {

namespace fs = std::filesystem;

/// Pipes, terminals and the like may have several uses.
bool may_be_shared(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// Where there is no such file yet, the name decides.
bool are_same(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  return fs::weakly_canonical(fs::absolute(one), error) ==
         fs::weakly_canonical(fs::absolute(other), error);
}

/// Whether a written file is one that is read as part of a folder.
bool is_part_of(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error) || !fs::exists(file, error)) return false;
  const fs::path whole = fs::weakly_canonical(fs::absolute(file), error);
  if (!are_same(whole.parent_path(), folder)) return false;
  return media::is_picture_name(whole.string()) || whole.extension() == ".h5";
}

void check(const FileRole& written, const FileRole& other) {
  if (may_be_shared(written.path)) return;
  if (!other.is_written && is_part_of(written.path, other.path)) {
    throw UsageError("{} {}: is one of the files of {} {}", written.option, written.path,
                     other.option, other.path);
  }
  if (!are_same(written.path, other.path)) return;
  throw UsageError("{} and {} are the same file: {}", written.option, other.option, written.path);
}

}  // namespace

void check_file_roles(std::span<const FileRole> files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!files[i].is_written || files[i].path.empty() || files[i].path == "-") continue;
    for (std::size_t j = 0; j < files.size(); ++j) {
      const bool is_seen = files[j].is_written && j <= i;
      if (!is_seen && !files[j].path.empty()) check(files[i], files[j]);
    }
  }
}

}  // namespace shoal::cli
