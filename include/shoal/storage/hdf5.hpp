#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/base/units.hpp"

namespace shoal::storage {

/// Offset and count along one axis of a dataset.
struct Hyperslab {
  Index begin = 0;
  Index count = 0;
};

/// Datasets of this size and more begin on a cache line in the files that are written here, and can
/// be mapped. Smaller ones are read as quickly.
inline constexpr Bytes mapped_bytes = Bytes{1} << 16U;

/// An HDF5 file, opened for reading. The file is not trusted: a child process, with limits on
/// memory and time, learns by the HDF5 library where in the file each dataset lies; this process
/// only reads bytes there. Nothing outside of the file is followed (external links, external
/// storage), and what a dataset claims to hold is compared with the size of the file before any
/// memory is taken. Chunks may be compressed by deflate, shuffled, and have checksums, as h5py and
/// h5repack write them; other filters are refused by name. Every Error begins with the file's name.
class InputFile {
 public:
  explicit InputFile(const std::string& name);
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;
  ~InputFile();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether there is such a group or dataset, by links inside this file alone.
  [[nodiscard]] bool has(const std::string& path) const;
  /// The extents of a dataset of numbers.
  [[nodiscard]] std::vector<Index> extents(const std::string& dataset) const;
  /// The part of a dataset of numbers in `hyperslabs` (one for each axis), as floats, row-major.
  void read(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
            std::span<float> to) const;
  /// The same where it lies in the file: mapped into memory, which changes nothing of the file, and
  /// read from the disk by now. Nothing where that cannot be: of less than mapped_bytes, of a part
  /// that is no single run from a cache line on, of other numbers than this processor's floats. A
  /// file that is cut short while its numbers are in use ends the process.
  [[nodiscard]] std::optional<AlignedBuffer> map(const std::string& dataset,
                                                 std::span<const Hyperslab> hyperslabs) const;
  /// A list of strings that is an attribute of a group, also one that Keras cut into NAME0, NAME1 …
  [[nodiscard]] std::optional<std::vector<std::string>> strings(const std::string& group,
                                                                const std::string& name) const;
  /// A few whole numbers that are an attribute of a group or a dataset.
  [[nodiscard]] std::optional<std::vector<Index>> numbers(const std::string& object,
                                                          const std::string& name) const;

 private:
  struct State;
  /// A part of the file.
  struct ByteRange {
    Bytes begin = 0;
    Bytes bytes = 0;
  };
  void expect_within(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
                     std::span<const Index> whole) const;
  /// Place of the floats of a part of a dataset, if they lie one after the other, just as in
  /// memory, and are mapped_bytes at least.
  [[nodiscard]] std::optional<ByteRange> byte_range(const std::string& dataset,
                                                    std::span<const Hyperslab> hyperslabs) const;

  std::string name_;
  std::unique_ptr<State> state_;
};

/// An HDF5 file that appears under its name when commit() is called (see PendingFile).
class OutputFile {
 public:
  explicit OutputFile(const std::string& name);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  void create_group(const std::string& path);
  void set_string(const std::string& group, const std::string& name, const std::string& value);
  /// As Keras and h5py write it: strings of one fixed length, cut into several attributes where
  /// they are more than HDF5 takes in one.
  void set_strings(const std::string& group, const std::string& name,
                   const std::vector<std::string>& values);
  void set_numbers(const std::string& object, const std::string& name,
                   std::span<const Index> values);

  /// A dataset of floats; groups on the way are made.
  void create(const std::string& dataset, std::span<const Index> extents);
  void write(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
             std::span<const float> from);

  /// Writes what the library still holds, so that a full disk is noticed now.
  void flush();
  void commit();

 private:
  struct State;
  PendingFile file_;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::storage
