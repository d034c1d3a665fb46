#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace shoal {

/// A file that appears under its name only when it is whole. It is written as `NAME.part` and
/// renamed by commit(); without that it is removed, so that nothing half-written is ever left
/// looking whole. What exists under the name and is not a regular file (a pipe, a device) is
/// written to directly.
class PendingFile {
 public:
  /// An Error where the folder is missing or not writable, or the name is that of a folder.
  explicit PendingFile(std::string name);
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Where to write.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Brings what was written (and closed) to the disk and gives it its name; an Error where the
  /// disk is full.
  void commit();

 private:
  std::string name_;
  std::string path_;
  bool committed_ = false;
};

/// A PendingFile that is written bit by bit.
class PendingStream {
 public:
  /// An Error as of PendingFile.
  explicit PendingStream(std::string name);

  /// Hands `bytes` on to the system: a full disk is an Error at once, not at the end of a long run.
  void write(std::string_view bytes);
  /// That was all: the file gets its name.
  void commit();

 private:
  void check() const;

  PendingFile file_;
  std::ofstream stream_;
};

}  // namespace shoal
