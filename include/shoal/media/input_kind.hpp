#pragma once

#include <string>

namespace shoal::media {

/// Kind of thing that the frames of an input come from.
enum class InputKind {
  picture,  ///< one file that is a picture or a video
  folder,   ///< of pictures
  camera,
  stored,  ///< frames in HDF5, which are preprocessed already
};

/// By the path and what is there, without opening it; what is not there counts as a picture.
InputKind input_kind(const std::string& path);

}  // namespace shoal::media
