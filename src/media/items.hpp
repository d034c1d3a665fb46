#pragma once

#include <memory>
#include <string>

#include "shoal/media/source.hpp"

#include "media/pictures.hpp"

namespace shoal::media {

/// Each picture is an item.
std::unique_ptr<Source> make_picture_items(const std::string& path,
                                           std::unique_ptr<Pictures> pictures,
                                           const SourceOptions& options);

/// Runs of pictures are items.
std::unique_ptr<Source> make_clip_items(const std::string& path, std::unique_ptr<Pictures> pictures,
                                        const SourceOptions& options);

/// Rows of an HDF5 file's dataset `frames` are items.
std::unique_ptr<Source> make_stored_items(const std::string& path, const SourceOptions& options);

}  // namespace shoal::media
