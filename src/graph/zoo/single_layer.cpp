#include <charconv>
#include <vector>

#include "shoal/base/error.hpp"

#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {
namespace {

/// What a text means a layer to be: `fc:7680:4096`, `conv:128x128x64:128:3`,
/// `conv3d:16x56x56x64:128`.
class SingleLayer {
 public:
  explicit SingleLayer(std::string_view text) : text_(text), fields_(split(text, ':')) {}

  [[nodiscard]] Graph make() const {
    if (fields_.front() == "fc" && fields_.size() == 3) return dense();
    if (fields_.front() == "conv" && fields_.size() == 4) return conv();
    if (fields_.front() == "conv3d" && fields_.size() == 3) return conv3d();
    refuse();
  }

 private:
  [[noreturn]] void refuse() const {
    throw Error(
        "model '{}': a single layer is fc:INPUTS:OUTPUTS, "
        "conv:HEIGHTxWIDTHxCHANNELS:FILTERS:KERNEL "
        "or conv3d:FRAMESxHEIGHTxWIDTHxCHANNELS:FILTERS, all of them whole numbers from 1 to 65536",
        text_);
  }

  static std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
      parts.push_back(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
  }

  [[nodiscard]] Index number(std::string_view text) const {
    constexpr Index most = 65536;
    Index value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || value < 1 || value > most) refuse();
    return value;
  }

  [[nodiscard]] std::vector<Index> extents(std::size_t count) const {
    const std::vector<std::string_view> parts = split(fields_[1], 'x');
    if (parts.size() != count) refuse();
    std::vector<Index> values;
    for (const std::string_view part : parts) values.push_back(number(part));
    return values;
  }

  [[nodiscard]] Graph dense() const {
    Builder net(std::string(text_), "input_1", Shape::features(number(fields_[1])));
    net.dense("fc", number(fields_[2]), Activation::relu);
    return std::move(net).finish();
  }

  [[nodiscard]] Graph conv() const {
    const std::vector<Index> input = extents(3);
    Builder net(std::string(text_), "input_1", Shape::image(input[0], input[1], input[2]));
    net.conv("conv", number(fields_[2]), number(fields_[3]), 1, Padding::same, Activation::relu);
    return std::move(net).finish();
  }

  [[nodiscard]] Graph conv3d() const {
    const std::vector<Index> input = extents(4);
    Builder net(std::string(text_), "input_1", Shape::clip(input[0], input[1], input[2], input[3]));
    net.conv3d("conv", number(fields_[2]));
    return std::move(net).finish();
  }

  std::string_view text_;
  std::vector<std::string_view> fields_;
};

}  // namespace

Graph single_layer(std::string_view text) {
  return SingleLayer(text).make();
}

}  // namespace shoal::graph
