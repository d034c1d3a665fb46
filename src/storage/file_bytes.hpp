#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::storage {

/// An ordinary file open for reading. Errors begin with its name.
class FileBytes {
 public:
  /// An Error unless there is such a file; one that says what is there instead, if it is a folder
  /// or a device. Waits for no other end of a pipe.
  explicit FileBytes(const std::string& name);
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes();

  /// An Error where the file does not hold them all.
  void read(Bytes offset, std::span<std::byte> to) const;
  /// Asks the system to read these ahead, all at once.
  void want(Bytes offset, Bytes bytes) const;

  [[nodiscard]] Bytes size() const { return size_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  int descriptor_ = -1;
  Bytes size_ = 0;
};

/// An Error that says what the file is, unless it has the signature of HDF5.
void expect_hdf5(const FileBytes& file);

}  // namespace shoal::storage
