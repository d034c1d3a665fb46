#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::storage {

/// Form in which the numbers of a dataset are written in the file.
struct NumberType {
  enum class Kind : std::uint8_t { floating, whole, natural };  ///< natural: without a sign
  Kind kind = Kind::floating;
  std::uint8_t bytes = 4;  ///< floating: 2, 4 or 8 (IEEE 754); else 1, 2, 4 or 8
  bool is_big_endian = false;
};

/// Filters of chunks that are undone here.
enum class Filter : std::uint8_t { deflate = 1, shuffle = 2, fletcher32 = 3 };

/// A part of the file that holds a chunk.
struct Chunk {
  std::uint64_t number = 0;  ///< row-major in the grid of chunks
  Bytes offset = 0;
  Bytes bytes = 0;
  std::uint32_t skipped = 0;  ///< bit i: filter i was not applied
};

/// Place of a dataset's numbers.
struct Dataset {
  enum class Layout : std::uint8_t { contiguous, compact, chunked, none };
  std::string refusal;  ///< why its numbers cannot be read; else empty
  std::vector<Index> extents;
  NumberType type;
  Layout layout = Layout::contiguous;  ///< none: nothing was ever written, all is `fill`
  Bytes offset = 0;                    ///< of a contiguous one
  std::string bytes;                   ///< of a compact one
  std::vector<Index> chunk;            ///< extents of a chunk
  std::vector<Filter> filters;         ///< in the order in which a writer applies them
  std::vector<Chunk> chunks;           ///< by number; what is not listed is `fill`
  float fill = 0;
};

/// Why an attribute cannot be read.
struct Unreadable {
  std::string reason;
};
using Strings = std::vector<std::string>;
using Numbers = std::vector<Index>;
using Attribute = std::variant<Unreadable, Strings, Numbers>;

/// A group or a dataset.
struct Object {
  bool is_dataset = false;
  Dataset dataset;
  std::map<std::string, Attribute> attributes;
};

/// Objects of an HDF5 file: every group and dataset that is reached by links inside of the file, by
/// its path (`/` is the root), without the numbers of datasets.
using Catalog = std::map<std::string, Object>;

/// Reads it by the HDF5 library, which a damaged or hostile file can crash, or send into an endless
/// loop. An Error where the file cannot be opened, or has more objects than any weights.
Catalog make_catalog(const std::string& file);

/// The same in a child process with limits on memory and time, so that of such a file comes an
/// Error. Nothing in this process depends on what the library did: the child sends the catalog as
/// bytes, which are checked.
Catalog make_catalog_aside(const std::string& file);

/// The catalog as bytes and back; an Error beginning with `file` where they are no catalog.
std::string to_bytes(const Catalog& catalog);
Catalog parse_catalog(const std::string& bytes, const std::string& file);

}  // namespace shoal::storage
