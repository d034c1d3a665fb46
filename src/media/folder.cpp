#include <algorithm>
#include <filesystem>

#include "shoal/base/error.hpp"

#include "media/natural_order.hpp"
#include "media/picture_file.hpp"
#include "media/pictures.hpp"

namespace shoal::media {
namespace {

namespace fs = std::filesystem;

class Folder final : public Pictures {
 public:
  explicit Folder(const std::string& path) {
    std::error_code error;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      take(*entry);
    }
    if (error) throw Error("{}: cannot be read: {}", path, error.message());
    if (files_.empty()) throw Error("{}: has no pictures in it{}", path, passed_over());
    std::sort(files_.begin(), files_.end(), comes_before);
  }

  std::optional<ReadPicture> next() override {
    if (next_ == files_.size()) return std::nullopt;
    const std::string& file = files_[next_++];
    try {
      auto read = read_first(file);
      read.label = file;
      return read;
    } catch (const Error& error) {
      const std::string_view text = error.what();
      const std::string begin = file + ": ";
      const bool is_named = text.substr(0, begin.size()) == begin;
      return ReadPicture{file, {}, std::string(is_named ? text.substr(begin.size()) : text)};
    }
  }
  [[nodiscard]] std::optional<std::size_t> count() const override { return files_.size(); }
  [[nodiscard]] std::string note() const override {
    if (others_ + folders_ == 0) return "";
    return fmt::format("{} pictures{}", files_.size(), passed_over());
  }

 private:
  void take(const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    if (name.front() == '.') return;
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      ++folders_;
    } else if (is_picture_name(name)) {
      files_.push_back(entry.path().string());
    } else {
      ++others_;
    }
  }

  static ReadPicture read_first(const std::string& file) {
    std::error_code ignored;
    const auto type = fs::status(file, ignored).type();
    if (type != fs::file_type::regular && type != fs::file_type::not_found &&
        type != fs::file_type::none) {
      throw Error("is no file");
    }
    auto read = open_file(file, Animation::first)->next();
    if (!read) throw Error("has no pictures");
    return std::move(*read);
  }

  [[nodiscard]] std::string passed_over() const {
    std::string text;
    if (others_ > 0) {
      text += fmt::format("; {} file{} passed over (not called {})", others_,
                          others_ == 1 ? "" : "s", ".jpg, .png, .bmp, .webp, .ppm, .tif or .gif");
    }
    if (folders_ > 0) {
      text +=
          fmt::format("; {} folder{} in it not looked into", folders_, folders_ == 1 ? "" : "s");
    }
    return text;
  }

  std::vector<std::string> files_;
  std::size_t next_ = 0;
  std::size_t others_ = 0;   ///< files that are no pictures by their names
  std::size_t folders_ = 0;  ///< in this one
};

}  // namespace

std::unique_ptr<Pictures> open_folder(const std::string& path) {
  return std::make_unique<Folder>(path);
}

}  // namespace shoal::media
