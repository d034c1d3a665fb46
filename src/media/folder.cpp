#include <algorithm>
#include <filesystem>

#include "shoal/base/error.hpp"

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
      const std::string name = entry->path().filename().string();
      std::error_code unreadable;
      if (name.front() != '.' && is_picture_name(name) && entry->is_regular_file(unreadable)) {
        files_.push_back(entry->path().string());
      }
    }
    if (error) throw Error("{}: cannot be read: {}", path, error.message());
    if (files_.empty()) throw Error("{}: has no pictures in it", path);
    std::sort(files_.begin(), files_.end());
  }

  std::optional<Picture> next() override {
    if (next_ == files_.size()) return std::nullopt;
    return open_file(files_[next_++])->next();
  }
  [[nodiscard]] std::string label() const override { return files_[next_ - 1]; }
  [[nodiscard]] std::optional<std::size_t> count() const override { return files_.size(); }

 private:
  std::vector<std::string> files_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Pictures> open_folder(const std::string& path) {
  return std::make_unique<Folder>(path);
}

}  // namespace shoal::media
