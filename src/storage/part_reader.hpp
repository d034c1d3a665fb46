#pragma once

#include <span>
#include <string>

#include "shoal/storage/hdf5.hpp"

#include "storage/catalog.hpp"
#include "storage/chunks.hpp"
#include "storage/file_bytes.hpp"

namespace shoal::storage {

/// The numbers of a part of a dataset, whatever its layout, as floats: row-major, without gaps.
/// @param hyperslabs within the dataset's extents, none of them empty
/// @param where begins an Error
void read_part(const FileBytes& file, ChunkReader& chunks, const Dataset& dataset,
               std::span<const Hyperslab> hyperslabs, const std::string& where,
               std::span<float> to);

}  // namespace shoal::storage
