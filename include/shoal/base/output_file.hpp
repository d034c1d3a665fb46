#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace shoal {

/// Treatment of a `NAME.part` that an earlier run left.
enum class Leftover {
  replace,    ///< it is of no use
  set_aside,  ///< renamed to `NAME.part.old`, if there is anything in it
  append,     ///< written on
};

/// A file that gets its name only when it is whole. It is written as `NAME.part` and renamed by
/// commit(); what had the name until then stays. Without commit() it is removed, unless keep() was
/// called. One process writes it: another one is refused. A link is followed to the file that it
/// stands for; what is no regular file (a pipe, a device, `/dev/stdout`) is written directly.
class PendingFile {
 public:
  /// An Error where the folder is missing or not writable, the name is that of a folder or a link
  /// to nothing, or another process writes the file.
  explicit PendingFile(std::string name, Leftover leftover = Leftover::replace);
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Path of what is written: `NAME.part`, or the name itself of what is written directly.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Path that the file has when it is whole.
  [[nodiscard]] const std::string& final_path() const { return final_path_; }
  /// Whether the name is that of a pipe, a device or an open file.
  [[nodiscard]] bool is_direct() const { return path_ == final_path_; }
  /// The open file, for writing.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Whether an earlier run's file was set aside.
  [[nodiscard]] bool has_set_aside() const { return has_set_aside_; }

  /// Keeps what was written so far, however the program ends.
  void keep() { is_kept_ = true; }
  /// Brings what was written to the disk and gives it its name; an Error where the disk is full.
  void commit();

 private:
  void open(Leftover leftover);

  std::string name_;
  std::string final_path_;
  std::string path_;
  int descriptor_ = -1;
  bool has_set_aside_ = false;
  bool is_kept_ = false;
};

/// Opens a file for writing, made if it is not there, and locks it as long as it is open. Readers
/// are not kept out. An Error, which names `name`, where it cannot be opened, is a link, or another
/// process has the lock.
int open_locked(const std::string& path, const std::string& name);

/// Brings a file's contents to the disk, where it is on one. An Error names `name`.
void synchronize(int descriptor, const std::string& name);

/// Brings the names in a path's folder to the disk, where that is possible.
void synchronize_folder(const std::string& path);

/// A PendingFile that is written bit by bit. What is written is whole: where the disk is full, it
/// ends with the last bytes that fitted as a whole.
class PendingStream {
 public:
  /// Between two times that what is written is brought to the disk.
  static constexpr std::chrono::seconds synchronization_interval{5};

  /// An Error as of PendingFile.
  explicit PendingStream(std::string name, Leftover leftover = Leftover::replace);

  [[nodiscard]] const PendingFile& file() const { return file_; }
  /// Cuts an appended file to its first bytes: what is behind them is not whole.
  void truncate(std::int64_t bytes);
  /// Hands `bytes` on to the system: a full disk is an Error at once, not at the end of a long run.
  void write(std::string_view bytes);
  void keep() { file_.keep(); }
  /// Brings what was written to the disk.
  void synchronize();
  /// Ends the file: it gets its name.
  void commit() { file_.commit(); }

 private:
  [[noreturn]] void undo(std::int64_t begin, int reason) const;

  PendingFile file_;
  std::chrono::steady_clock::time_point synchronized_ = std::chrono::steady_clock::now();
};

}  // namespace shoal
