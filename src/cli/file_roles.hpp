#pragma once

#include <span>
#include <string>

namespace shoal::cli {

/// A file that an option names.
struct FileRole {
  std::string option;  ///< `--output`
  std::string path;    ///< empty: not given
  bool is_written = false;
};

/// Refuses with an Error what would overwrite a file that is read, or that is written for something
/// else: by whatever names, links included. Of a folder that is read, its pictures and HDF5 files
/// are.
void check_file_roles(std::span<const FileRole> files);

}  // namespace shoal::cli
