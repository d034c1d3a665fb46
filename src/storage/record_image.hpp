#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"

#include "storage/handle.hpp"

namespace shoal::storage {

/// A row of values, what it is called, and why there are none, if so.
struct Record {
  std::vector<float> values;
  std::string name;
  std::string error;
};

/// One HDF5 file of records: `/probabilities` (N, width), `/frames` and `/errors` (N), and the
/// attributes `answered` (N) and `complete` (0 or 1) of the root.
class RecordImage {
 public:
  /// Makes an empty file, or opens that which is there at `path`.
  /// @param name for errors
  static RecordImage create(const std::string& path, const std::string& name, Index width);
  static RecordImage open(const std::string& path, const std::string& name, Index width);

  [[nodiscard]] Index count() const { return count_; }
  /// The name of the last record, if there is one.
  [[nodiscard]] std::optional<std::string> last_name() const;
  void append(std::span<const Record> records);
  /// Writes the attributes and what the library still holds.
  void flush(bool complete);
  /// Closes the file; an Error where what was left could not be written.
  void close();

 private:
  RecordImage(std::string name, Index width) : name_(std::move(name)), width_(width) {}
  void make(const std::string& path);
  void read(const std::string& path);
  void set_attribute(const char* attribute, Index value) const;
  void extend(const Handle& dataset, Index rows) const;

  std::string name_;
  Index width_;
  Index count_ = 0;
  Handle file_;
  Handle values_;
  Handle names_;
  Handle errors_;
};

}  // namespace shoal::storage
