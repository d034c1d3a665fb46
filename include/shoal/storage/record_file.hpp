#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "shoal/base/output_file.hpp"
#include "shoal/base/units.hpp"

namespace shoal::storage {

/// An HDF5 file that grows by records and can be read whenever its writer is killed: a row of
/// floats, a name, and an error where there are no floats (the row is then not-a-number).
///
/// What is seen as `NAME.part` is never written to. There are two files of equal contents, the seen
/// one and a hidden `.NAME.part~` beside it; the latest records go into the hidden one, are brought
/// to the disk, and then the two change names in one step of the system. So the seen file is always
/// whole, and lacks what came in the last tenth of a second. It costs twice the space until the
/// end. Where a file system cannot do that (FAT), the seen file itself is written to.
class RecordFile {
 public:
  /// @param width floats in a row
  /// @param leftover `append`: records of an earlier run are kept and counted
  RecordFile(const std::string& name, Index width, Leftover leftover);
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;
  ~RecordFile();

  /// Number of records, those of an earlier run included.
  [[nodiscard]] std::size_t count() const;
  /// Number of records that can be seen, all that are left where writing has failed.
  [[nodiscard]] std::size_t seen() const;
  [[nodiscard]] std::optional<std::string> last_name() const;
  [[nodiscard]] const PendingFile& file() const;

  /// @param values a row, or none where there is an error
  void append(std::span<const float> values, const std::string& name, const std::string& error);
  /// Makes what was appended seen, if the last time is long enough ago.
  void settle();
  /// Makes all that was appended seen, and safe on the disk.
  void checkpoint();
  /// Ends the file: it is marked as complete and gets its name.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::storage
