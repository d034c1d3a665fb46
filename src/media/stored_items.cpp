#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "media/items.hpp"

namespace shoal::media {
namespace {

class StoredItems final : public Source {
 public:
  StoredItems(const std::string& path, const SourceOptions& options)
      : file_(path), input_(options.input), allow_nan_(options.allow_nan) {
    if (!file_.has("/frames")) throw Error("{}: has no dataset 'frames'", path);
    extents_ = file_.extents("/frames");
    std::vector<Index> wanted = {extents_.empty() ? 0 : extents_.front()};
    if (input_[Axis::depth] > 1) wanted.push_back(input_[Axis::depth]);
    for (const Axis axis : {Axis::height, Axis::width, Axis::channel}) {
      wanted.push_back(input_[axis]);
    }
    if (extents_ != wanted) {
      throw Error("{}: 'frames' is {}, the network needs Nx{}", path, fmt::join(extents_, "x"),
                  fmt::join(wanted.begin() + 1, wanted.end(), "x"));
    }
    if (extents_.front() == 0) throw Error("{}: 'frames' is empty", path);
  }

  std::optional<Item> next() override {
    if (next_ == extents_.front()) return std::nullopt;
    Item item{label(next_), Tensor(input_)};
    item.error = read(item.tensor.span());
    if (!item.error.empty()) item.tensor = {};
    ++next_;
    return item;
  }
  std::string skip(std::size_t count) override {
    const Index passed = std::min(static_cast<Index>(count), extents_.front() - next_);
    next_ += passed;
    return passed > 0 ? label(next_ - 1) : std::string();
  }
  [[nodiscard]] bool may_be_read_aside() const override { return false; }
  [[nodiscard]] std::optional<std::size_t> count() const override {
    return static_cast<std::size_t>(extents_.front());
  }

 private:
  [[nodiscard]] std::string label(Index row) const {
    return fmt::format("{}#{}", file_.name(), row);
  }

  /// Reads the next row; gives why not where that fails.
  std::string read(std::span<float> to) {
    std::vector<storage::Hyperslab> hyperslabs = {{next_, 1}};
    for (std::size_t i = 1; i < extents_.size(); ++i) hyperslabs.push_back({0, extents_[i]});
    try {
      file_.read("/frames", hyperslabs, to);
    } catch (const Error& error) {
      return error.what();
    }
    const bool is_finite =
        std::all_of(to.begin(), to.end(), [](float value) { return std::isfinite(value); });
    return is_finite || allow_nan_ ? "" : "holds NaN or infinity";
  }

  storage::InputFile file_;
  Shape input_;
  bool allow_nan_;
  std::vector<Index> extents_;
  Index next_ = 0;
};

}  // namespace

std::unique_ptr<Source> make_stored_items(const std::string& path, const SourceOptions& options) {
  return std::make_unique<StoredItems>(path, options);
}

}  // namespace shoal::media
