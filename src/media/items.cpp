#include "media/items.hpp"

#include <algorithm>
#include <deque>
#include <new>

#include "shoal/base/error.hpp"

namespace shoal::media {
namespace {

/// Makes the network's floats of a picture; gives why not where that fails.
std::string prepare(const ReadPicture& read, const SourceOptions& options, std::span<float> to) {
  if (!read.error.empty()) return read.error;
  try {
    const Picture sized = resize(read.picture, static_cast<int>(options.input[Axis::width]),
                                 static_cast<int>(options.input[Axis::height]), options.aspect);
    preprocess(sized, options.preprocessing, to);
  } catch (const Error& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return "is too large for the memory of this computer";
  }
  return "";
}

class PictureItems final : public Source {
 public:
  PictureItems(std::string path, std::unique_ptr<Pictures> pictures, const SourceOptions& options)
      : path_(std::move(path)), pictures_(std::move(pictures)), options_(options) {}

  std::optional<Item> next() override {
    const auto read = pictures_->next();
    if (!read) return std::nullopt;
    Item item{read->label, Tensor(options_.input)};
    item.error = prepare(*read, options_, item.tensor.span());
    if (item.error.empty()) return item;
    if (pictures_->is_single()) throw Error("{}: {}", path_, item.error);
    item.tensor = {};
    return item;
  }
  [[nodiscard]] std::optional<std::size_t> count() const override { return pictures_->count(); }
  [[nodiscard]] std::string note() const override { return pictures_->note(); }

 private:
  std::string path_;
  std::unique_ptr<Pictures> pictures_;
  SourceOptions options_;
};

/// Keeps the preprocessed pictures that a later clip may use.
class ClipItems final : public Source {
 public:
  ClipItems(std::string path, std::unique_ptr<Pictures> pictures, const SourceOptions& options)
      : path_(std::move(path)), pictures_(std::move(pictures)), options_(options) {
    frames_ = static_cast<std::size_t>(options.input[Axis::depth]);
    stride_ = static_cast<std::size_t>(options.clip_stride);
    hop_ = options.clip_hop ? static_cast<std::size_t>(*options.clip_hop) : frames_ * stride_;
    if (pictures_->is_single()) {
      throw Error(
          "{}: is one picture; this network takes clips of {} frames: give a video or a "
          "folder of pictures",
          path_, frames_);
    }
  }

  std::optional<Item> next() override {
    while (read_ < start_ + reach()) {
      auto read = is_over_ ? std::nullopt : pictures_->next();
      if (!read) return end();
      if (read->ends) {
        is_over_ = true;
        return Item{read->label, {}, read->error};
      }
      keep(*read);
    }
    Item item = make_clip();
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
  [[nodiscard]] std::string note() const override { return pictures_->note(); }

 private:
  struct Kept {
    std::string label;
    std::vector<float> floats;
    std::string error;
  };

  /// Pictures from the first to behind the last one of a clip.
  [[nodiscard]] std::size_t reach() const { return (frames_ - 1) * stride_ + 1; }

  void keep(const ReadPicture& read) {
    const std::size_t number = read_++;
    if (number < start_) return;
    Kept kept{read.label, {}, read.error};
    if (kept.error.empty()) {
      kept.floats.resize(static_cast<std::size_t>(options_.input.volume()) / frames_);
      kept.error = prepare(read, options_, kept.floats);
    }
    kept_.push_back(std::move(kept));
  }

  [[nodiscard]] Item make_clip() const {
    Item item{kept_.front().label, Tensor(options_.input)};
    const std::size_t floats = item.tensor.span().size() / frames_;
    for (std::size_t i = 0; i < frames_; ++i) {
      const Kept& frame = kept_[i * stride_];
      if (!frame.error.empty()) {
        return {item.label, {}, fmt::format("of this clip {} {}", frame.label, frame.error)};
      }
      std::copy(frame.floats.begin(), frame.floats.end(),
                item.tensor.span().subspan(i * floats).begin());
    }
    return item;
  }

  void forget() {
    const std::size_t count = std::min(hop_, kept_.size());
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  [[nodiscard]] std::optional<Item> end() const {
    if (clips_ == 0 && !is_over_) {
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
  std::deque<Kept> kept_;  ///< from `start_` on
  bool is_over_ = false;   ///< the video ended early
};

}  // namespace

std::unique_ptr<Source> make_picture_items(const std::string& path,
                                           std::unique_ptr<Pictures> pictures,
                                           const SourceOptions& options) {
  return std::make_unique<PictureItems>(path, std::move(pictures), options);
}

std::unique_ptr<Source> make_clip_items(const std::string& path, std::unique_ptr<Pictures> pictures,
                                        const SourceOptions& options) {
  return std::make_unique<ClipItems>(path, std::move(pictures), options);
}

}  // namespace shoal::media
