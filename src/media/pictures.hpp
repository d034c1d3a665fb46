#pragma once

#include <memory>
#include <optional>
#include <string>

#include "shoal/media/picture.hpp"
#include "shoal/media/source.hpp"

namespace shoal::media {

/// A picture, or why there is none in its place.
struct ReadPicture {
  std::string label;
  Picture picture = {};
  std::string error = {};  ///< without the label; empty where the picture is good
  bool ends = false;       ///< no more pictures come, though there should be more
};

/// Picture after picture, from a file, a folder or a camera.
class Pictures {
 public:
  Pictures() = default;
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;
  virtual ~Pictures() = default;

  /// Nothing at the end. An Error where nothing can be read at all.
  virtual std::optional<ReadPicture> next() = 0;
  [[nodiscard]] virtual std::optional<std::size_t> count() const { return std::nullopt; }
  /// Whether there is never more than one.
  [[nodiscard]] virtual bool is_single() const { return false; }
  /// As Source::note().
  [[nodiscard]] virtual std::string note() const { return ""; }
};

/// Pictures of a file that are wanted.
enum class Animation {
  frames,  ///< a GIF or an animated PNG is a video
  first    ///< it is a picture: its first
};

std::unique_ptr<Pictures> open_file(const std::string& path, Animation animation);
std::unique_ptr<Pictures> open_folder(const std::string& path);
std::unique_ptr<Pictures> open_camera(const std::string& path, const SourceOptions& options);

}  // namespace shoal::media
