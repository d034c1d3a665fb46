#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shoal/json/value.hpp"

namespace shoal::json {

/// The JSON pointer (RFC 6901) of an entry of what `path` points to: `/layers` and
/// `sepconv/depthwise` are `/layers/sepconv~1depthwise`.
std::string pointer(std::string path, std::string_view key);

/// An entry of a document, which it must not outlive, and where it is. What is not as it should be
/// is refused by an Error that begins with the entry's JSON pointer.
class Entry {
 public:
  Entry(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

  [[noreturn]] void refuse(const std::string& why) const;

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] Entry at(std::string_view key) const;
  /// Only these keys, so that a misspelt one is not silently ignored.
  void expect_object(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] std::vector<Entry> elements() const;
  [[nodiscard]] std::vector<std::pair<std::string, Entry>> members() const;
  [[nodiscard]] std::string string() const;
  /// 0 to 1000000.
  [[nodiscard]] int integer() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] bool boolean() const;

 private:
  [[nodiscard]] const Value* find(std::string_view key) const;

  const Value* value_;
  std::string path_;
};

}  // namespace shoal::json
