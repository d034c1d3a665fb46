#pragma once

#include <memory>
#include <optional>
#include <string>

#include "shoal/media/picture.hpp"

namespace shoal::media {

/// Input of a network and its label, or the reason why it could not be read.
struct Item {
  std::string label;  ///< `fish.jpg`, `sea.mp4#32`: the file and the number of its first frame
  Tensor tensor;
  std::string error = {};  ///< without the label; empty where the item is good
};

/// Item after item.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Nothing at the end. A frame that cannot be read is an item with an error, and so is, as the
  /// last one, the missing rest of a video that was cut short. An Error where nothing else can
  /// come: the only picture is damaged, a camera gives nothing but errors.
  virtual std::optional<Item> next() = 0;
  /// Passes over items, as many as there are. The label of the last one; empty for none.
  virtual std::string skip(std::size_t count);
  /// Limits of this source that the user may not expect, in a line; empty without any.
  [[nodiscard]] virtual std::string note() const { return ""; }
  /// Whether another thread may call next() while this one uses HDF5, which is not made for
  /// threads.
  [[nodiscard]] virtual bool may_be_read_aside() const { return true; }
  /// Number of items, where it is known beforehand.
  [[nodiscard]] virtual std::optional<std::size_t> count() const { return std::nullopt; }
};

/// Whether a file of this name is a picture.
bool is_picture_name(const std::string& path);

struct SourceOptions {
  Shape input;  ///< the network's: one picture, or a clip of `depth` frames
  graph::Preprocessing preprocessing = graph::Preprocessing::caffe;
  Aspect aspect = Aspect::stretch;
  int clip_stride = 1;          ///< frames from one frame of a clip to the next
  std::optional<int> clip_hop;  ///< frames from the start of a clip to the next; all of its own
  std::string camera_size;      ///< `640x480`; empty: the camera's own choice
  std::string camera_rate;      ///< frames per second; empty: the camera's own choice
  bool allow_nan = false;       ///< whether stored frames may hold what is no finite number
};

/// Opens whatever `path` is:
/// - a picture (JPEG, PNG, BMP, WebP, PPM, TIFF) or a video file, which a GIF and an animated PNG
///   are too;
/// - a folder: its pictures in the order of their names, numbers in them counting as numbers (other
///   files, hidden ones and folders are passed over; of an animation the first picture is taken);
/// - a camera, `/dev/video0` (Video4Linux);
/// - frames in HDF5: `NAME.h5` with a dataset `frames`, (N, height, width, 3) or, for clips,
///   (N, depth, height, width, 3) floats that are preprocessed already.
///
/// Pictures and videos are turned as their files say (EXIF, display matrix). A clip with a picture
/// that cannot be read cannot be read.
///
/// For a network that takes clips, the pictures of a video, camera or folder make them: as many
/// frames as a clip has, `clip_stride` apart. What is left at the end and makes no whole clip is
/// dropped; if there is not one clip, that is an Error.
std::unique_ptr<Source> open(const std::string& path, const SourceOptions& options);

}  // namespace shoal::media
