#pragma once

#include <memory>
#include <optional>
#include <string>

#include "shoal/media/picture.hpp"
#include "shoal/media/source.hpp"

namespace shoal::media {

/// Picture after picture, from a file, a folder or a camera.
class Pictures {
 public:
  Pictures() = default;
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;
  virtual ~Pictures() = default;

  virtual std::optional<Picture> next() = 0;
  /// What to call the picture that next() gave last.
  [[nodiscard]] virtual std::string label() const = 0;
  [[nodiscard]] virtual std::optional<std::size_t> count() const { return std::nullopt; }
  /// Whether there is never more than one.
  [[nodiscard]] virtual bool is_single() const { return false; }
};

std::unique_ptr<Pictures> open_file(const std::string& path);
std::unique_ptr<Pictures> open_folder(const std::string& path);
std::unique_ptr<Pictures> open_camera(const std::string& path, const SourceOptions& options);

}  // namespace shoal::media
