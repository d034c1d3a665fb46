#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <vector>

#include "storage/catalog.hpp"
#include "storage/file_bytes.hpp"

namespace shoal::storage {

/// Of a whole chunk in memory.
Bytes bytes_of_chunk(const Dataset& dataset);

/// Undoes the filters of a chunk; an Error beginning with `where` unless exactly a chunk comes out.
/// Never takes more memory than twice a chunk, whatever the file says.
std::vector<std::byte> decode_chunk(const Dataset& dataset, const Chunk& chunk,
                                    std::vector<std::byte> raw, const std::string& where);

/// HDF5's checksum of bytes: Fletcher's of 16-bit words.
std::uint32_t fletcher32(std::span<const std::byte> bytes);

/// Reads chunks, and keeps the ones that were read last: a caller may want rows some at a time.
class ChunkReader {
 public:
  explicit ChunkReader(const FileBytes& file) : file_(file) {}

  /// The decoded numbers of a chunk, valid until the next call; nothing for one that was never
  /// written.
  const std::vector<std::byte>* read(const Dataset& dataset, std::uint64_t number,
                                     const std::string& where);

 private:
  struct Kept {
    const Dataset* dataset;
    std::uint64_t number;
    std::vector<std::byte> bytes;
  };

  const FileBytes& file_;
  std::list<Kept> kept_;  ///< the last one in front
  Bytes kept_bytes_ = 0;
};

}  // namespace shoal::storage
