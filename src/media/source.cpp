#include "shoal/media/source.hpp"

#include <filesystem>

#include <fmt/ranges.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "media/pictures.hpp"

namespace shoal::media {
namespace {

namespace fs = std::filesystem;

/// Each picture is an item.
class PictureItems final : public Source {
 public:
  PictureItems(std::unique_ptr<Pictures> pictures, const SourceOptions& options)
      : pictures_(std::move(pictures)), options_(options) {}

  std::optional<Item> next() override {
    const auto picture = pictures_->next();
    if (!picture) return std::nullopt;
    Item item{pictures_->label(), Tensor(options_.input)};
    const Picture sized = resize(*picture, static_cast<int>(options_.input[Axis::width]),
                                 static_cast<int>(options_.input[Axis::height]), options_.aspect);
    preprocess(sized, options_.preprocessing, item.tensor.span());
    return item;
  }
  [[nodiscard]] std::optional<std::size_t> count() const override { return pictures_->count(); }

 private:
  std::unique_ptr<Pictures> pictures_;
  SourceOptions options_;
};

/// Runs of pictures are items. Keeps the preprocessed pictures that a later clip may use.
class ClipItems final : public Source {
 public:
  ClipItems(const std::string& path, std::unique_ptr<Pictures> pictures,
            const SourceOptions& options)
      : path_(path), pictures_(std::move(pictures)), options_(options) {
    frames_ = static_cast<std::size_t>(options.input[Axis::depth]);
    stride_ = static_cast<std::size_t>(options.clip_stride);
    hop_ = options.clip_hop ? static_cast<std::size_t>(*options.clip_hop) : frames_ * stride_;
    if (pictures_->is_single()) {
      throw Error(
          "{}: is one picture; this network takes clips of {} frames: give a video or a "
          "folder of pictures",
          path, frames_);
    }
  }

  std::optional<Item> next() override {
    while (read_ < start_ + reach()) {
      const auto picture = pictures_->next();
      if (!picture) return end();
      keep(*picture);
    }
    Item item{labels_.front(), Tensor(options_.input)};
    const std::size_t floats = item.tensor.span().size() / frames_;
    for (std::size_t i = 0; i < frames_; ++i) {
      const std::vector<float>& frame = kept_[i * stride_];
      std::copy(frame.begin(), frame.end(), item.tensor.span().subspan(i * floats).begin());
    }
    ++clips_;
    start_ += hop_;
    forget();
    return item;
  }
  [[nodiscard]] std::optional<std::size_t> count() const override {
    const auto pictures = pictures_->count();
    if (!pictures) return std::nullopt;
    return *pictures < reach() ? 0 : (*pictures - reach()) / hop_ + 1;
  }

 private:
  /// Pictures from the first to behind the last one of a clip.
  [[nodiscard]] std::size_t reach() const { return (frames_ - 1) * stride_ + 1; }

  void keep(const Picture& picture) {
    const std::size_t number = read_++;
    if (number < start_) return;
    const Picture sized = resize(picture, static_cast<int>(options_.input[Axis::width]),
                                 static_cast<int>(options_.input[Axis::height]), options_.aspect);
    kept_.emplace_back(sized.rgb.size());
    preprocess(sized, options_.preprocessing, kept_.back());
    labels_.push_back(pictures_->label());
  }

  void forget() {
    const std::size_t count = std::min(hop_, kept_.size());
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
    labels_.erase(labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  [[nodiscard]] std::optional<Item> end() const {
    if (clips_ == 0) {
      throw Error("{}: has {} frames, a clip of this network spans {}", path_, read_, reach());
    }
    return std::nullopt;
  }

  std::string path_;
  std::unique_ptr<Pictures> pictures_;
  SourceOptions options_;
  std::size_t frames_ = 0;
  std::size_t stride_ = 1;
  std::size_t hop_ = 1;
  std::size_t start_ = 0;  ///< number of the next clip's first picture
  std::size_t read_ = 0;
  std::size_t clips_ = 0;
  std::vector<std::vector<float>> kept_;  ///< from `start_` on
  std::vector<std::string> labels_;
};

/// Rows of a dataset `frames` are items.
class StoredItems final : public Source {
 public:
  StoredItems(const std::string& path, const Shape& input) : file_(path), input_(input) {
    if (!file_.has("/frames")) throw Error("{}: has no dataset 'frames'", path);
    extents_ = file_.extents("/frames");
    std::vector<Index> wanted = {extents_.empty() ? 0 : extents_.front()};
    if (input[Axis::depth] > 1) wanted.push_back(input[Axis::depth]);
    for (const Axis axis : {Axis::height, Axis::width, Axis::channel}) {
      wanted.push_back(input[axis]);
    }
    if (extents_ != wanted) {
      throw Error("{}: 'frames' is {}, the network needs Nx{}", path, fmt::join(extents_, "x"),
                  fmt::join(wanted.begin() + 1, wanted.end(), "x"));
    }
    if (extents_.front() == 0) throw Error("{}: 'frames' is empty", path);
  }

  std::optional<Item> next() override {
    if (next_ == extents_.front()) return std::nullopt;
    Item item{fmt::format("{}#{}", file_.name(), next_), Tensor(input_)};
    std::vector<storage::Slab> slabs = {{next_, 1}};
    for (std::size_t i = 1; i < extents_.size(); ++i) slabs.push_back({0, extents_[i]});
    file_.read("/frames", slabs, item.tensor.span());
    ++next_;
    return item;
  }
  [[nodiscard]] bool may_be_read_aside() const override { return false; }
  [[nodiscard]] std::optional<std::size_t> count() const override {
    return static_cast<std::size_t>(extents_.front());
  }

 private:
  storage::InputFile file_;
  Shape input_;
  std::vector<Index> extents_;
  Index next_ = 0;
};

std::unique_ptr<Pictures> open_pictures(const std::string& path, const SourceOptions& options) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_character_file(status) || path.rfind("/dev/video", 0) == 0) {
    return open_camera(path, options);
  }
  if (!fs::exists(status)) throw Error("{}: there is no such file or folder", path);
  if (fs::is_directory(status)) return open_folder(path);
  if (fs::file_size(path, error) == 0) throw Error("{}: is empty", path);
  return open_file(path);
}

}  // namespace

std::unique_ptr<Source> open(const std::string& path, const SourceOptions& options) {
  if (options.clip_stride < 1 || options.clip_hop.value_or(1) < 1) {
    throw Error("the stride and the hop of clips are at least 1");
  }
  const std::string ending = fs::path(path).extension().string();
  if (ending == ".h5" || ending == ".hdf5") {
    return std::make_unique<StoredItems>(path, options.input);
  }
  auto pictures = open_pictures(path, options);
  if (options.input[Axis::depth] == 1) {
    return std::make_unique<PictureItems>(std::move(pictures), options);
  }
  return std::make_unique<ClipItems>(path, std::move(pictures), options);
}

}  // namespace shoal::media
