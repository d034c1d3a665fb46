#include "shoal/json/value.hpp"

#include <cstdint>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/json/entry.hpp"

namespace shoal::json {
namespace {

/// More than any document of ours has; what is deeper would only fill the stack.
constexpr std::size_t deepest = 64;
/// A profile of five networks on 64 devices has as many; they take up to 150 MB.
constexpr std::size_t most_values = 1'000'000;
/// Names are short; a message that repeats one is to stay a line.
constexpr std::size_t longest_string = 10'000;

/// Follows the parser and builds the value. Each of the open values is the last one of the one
/// before it, so that none moves while it is pointed to.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  [[nodiscard]] Value take() { return std::move(root_); }

  bool null() override { return put({nullptr}); }
  bool boolean(bool value) override { return put({value}); }
  bool number_integer(std::int64_t value) override { return put({static_cast<double>(value)}); }
  bool number_unsigned(std::uint64_t value) override { return put({static_cast<double>(value)}); }
  bool number_float(double value, const std::string& /*text*/) override { return put({value}); }
  bool string(std::string& value) override {
    check_length(value);
    return put({std::move(value)});
  }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open({Value::Object{}}); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return open({Value::Array{}}); }
  bool end_array() override { return close(); }

  bool key(std::string& key) override {
    auto& object = std::get<Value::Object>(open_.back()->data);
    check_length(key);
    if (!keys_.back().insert(key).second) throw Error("{}: is given twice", pointer(path(), key));
    object.push_back({std::move(key), {}});
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    constexpr int first_out_of_range = 400;
    if (error.id >= first_out_of_range) throw Error("has a number that is too large");
    throw Error("not JSON: error at byte {}", position);
  }

 private:
  void check_length(const std::string& string) const {
    if (string.size() <= longest_string) return;
    const std::string place = path();
    throw Error("{}: has a string of more than {} bytes", place.empty() ? "/" : place,
                longest_string);
  }
  /// Where the next value goes.
  Value& place() {
    if (++values_ > most_values) throw Error("has more than {} values", most_values);
    if (open_.empty()) return root_;
    if (auto* array = std::get_if<Value::Array>(&open_.back()->data)) return array->emplace_back();
    return std::get<Value::Object>(open_.back()->data).back().value;
  }
  bool put(Value value) {
    place() = std::move(value);
    return true;
  }
  bool open(Value value) {
    if (open_.size() == deepest) throw Error("{}: is nested too deeply", path());
    Value& here = place();
    here = std::move(value);
    open_.push_back(&here);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }
  /// Of the innermost open value.
  [[nodiscard]] std::string path() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      if (const auto* array = std::get_if<Value::Array>(&open_[i]->data)) {
        path = pointer(std::move(path), std::to_string(array->size() - 1));
      } else {
        path = pointer(std::move(path), std::get<Value::Object>(open_[i]->data).back().key);
      }
    }
    return path;
  }

  Value root_;
  std::vector<Value*> open_;
  std::vector<std::unordered_set<std::string>> keys_;  ///< of each open value
  std::size_t values_ = 0;
};

}  // namespace

Value parse(const std::string& text) {
  Builder builder;
  nlohmann::json::sax_parse(text, &builder);
  return builder.take();
}

}  // namespace shoal::json
