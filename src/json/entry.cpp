#include "shoal/json/entry.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/error.hpp"

namespace shoal::json {

std::string pointer(std::string path, std::string_view key) {
  path += '/';
  for (const char c : key) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path += c;
    }
  }
  return path;
}

void Entry::refuse(const std::string& why) const {
  throw Error("{}: {}", path_.empty() ? "/" : path_, why);
}

const Value* Entry::find(std::string_view key) const {
  const auto* object = std::get_if<Value::Object>(&value_->data);
  if (object == nullptr) return nullptr;
  const auto found = std::find_if(object->begin(), object->end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == object->end() ? nullptr : &found->value;
}

Entry Entry::at(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) refuse(fmt::format("'{}' is missing", key));
  return {*value, pointer(path_, key)};
}

void Entry::expect_object(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, entry] : members()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) entry.refuse("unknown key");
  }
}

std::vector<Entry> Entry::elements() const {
  const auto* array = std::get_if<Value::Array>(&value_->data);
  if (array == nullptr) refuse("must be an array");
  std::vector<Entry> result;
  for (std::size_t i = 0; i < array->size(); ++i) {
    result.emplace_back((*array)[i], fmt::format("{}/{}", path_, i));
  }
  return result;
}

std::vector<std::pair<std::string, Entry>> Entry::members() const {
  const auto* object = std::get_if<Value::Object>(&value_->data);
  if (object == nullptr) refuse("must be an object");
  std::vector<std::pair<std::string, Entry>> result;
  for (const auto& [key, value] : *object) {
    result.emplace_back(key, Entry(value, pointer(path_, key)));
  }
  return result;
}

std::string Entry::string() const {
  const auto* string = std::get_if<std::string>(&value_->data);
  if (string == nullptr) refuse("must be a string");
  return *string;
}

int Entry::integer() const {
  // JSON has one kind of number: 4.0 is 4, as it is for JSON Schema.
  const auto* number = std::get_if<double>(&value_->data);
  if (number == nullptr || *number != std::trunc(*number)) refuse("must be a whole number");
  if (*number < 0 || *number > 1'000'000) refuse("must be 0 to 1000000");
  return static_cast<int>(*number);
}

double Entry::number() const {
  const auto* number = std::get_if<double>(&value_->data);
  if (number == nullptr) refuse("must be a number");
  return *number;
}

bool Entry::boolean() const {
  const auto* boolean = std::get_if<bool>(&value_->data);
  if (boolean == nullptr) refuse("must be true or false");
  return *boolean;
}

}  // namespace shoal::json
