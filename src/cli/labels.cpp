#include "cli/labels.hpp"

#include <charconv>
#include <optional>
#include <sstream>

#include "shoal/base/error.hpp"
#include "shoal/base/text.hpp"
#include "shoal/json/document.hpp"

#include "cli/text_file.hpp"

namespace shoal::cli {
namespace {

constexpr std::size_t longest_label = 200;

std::string name_of(const json::Entry& entry, const json::Value& value) {
  if (!std::holds_alternative<json::Value::Array>(value.data)) return entry.string();
  const std::vector<json::Entry> parts = entry.elements();
  if (parts.empty()) entry.refuse("must be a name, or a list that ends with it");
  return parts.back().string();
}

/// `7`, and nothing else that could be read as 7.
std::optional<std::size_t> class_of(const std::string& key, std::size_t classes) {
  std::size_t number = 0;
  const auto result = std::from_chars(key.data(), key.data() + key.size(), number);
  if (result.ec != std::errc() || key != std::to_string(number) || number >= classes) {
    return std::nullopt;
  }
  return number;
}

[[noreturn]] void refuse_count(std::size_t found, const char* noun, std::size_t classes) {
  throw Error("has {}, the network has {}", counted(found, noun),
              counted(classes, "class", "classes"));
}

std::vector<std::string> from_list(const json::Value& value, const json::Entry& entry,
                                   std::size_t classes) {
  const auto& values = std::get<json::Value::Array>(value.data);
  const std::vector<json::Entry> entries = entry.elements();
  if (values.size() != classes) refuse_count(values.size(), "label", classes);
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < classes; ++i) labels.push_back(name_of(entries[i], values[i]));
  return labels;
}

std::vector<std::string> from_object(const json::Value& value, const json::Entry& entry,
                                     std::size_t classes) {
  const auto& values = std::get<json::Value::Object>(value.data);
  if (values.size() != classes) refuse_count(values.size(), "label", classes);
  std::vector<std::string> labels(classes);
  const auto members = entry.members();
  for (std::size_t i = 0; i < classes; ++i) {
    const auto& [key, named] = members[i];
    const auto number = class_of(key, classes);
    if (!number) named.refuse(fmt::format("the key must be a class, 0 to {}", classes - 1));
    labels[*number] = name_of(named, values[i].value);
  }
  return labels;
}

std::vector<std::string> from_json(const std::string& text, std::size_t classes) {
  const json::Value document = json::parse(text);
  const json::Entry entry(document, "");
  return text.front() == '{' ? from_object(document, entry, classes)
                             : from_list(document, entry, classes);
}

std::vector<std::string> from_lines(const std::string& text, std::size_t classes) {
  std::istringstream lines(text);
  std::vector<std::string> labels;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  if (labels.size() != classes) refuse_count(labels.size(), "line", classes);
  return labels;
}

}  // namespace

std::vector<std::string> parse_labels(const std::string& text, const std::string& origin,
                                      std::size_t classes) {
  constexpr const char* byte_order_mark = "\xef\xbb\xbf";
  const std::string plain = text.starts_with(byte_order_mark) ? text.substr(3) : text;
  try {
    const bool is_json = plain.starts_with('{') || plain.starts_with('[');
    std::vector<std::string> labels =
        is_json ? from_json(plain, classes) : from_lines(plain, classes);
    for (std::string& label : labels) label = printable(label, longest_label);
    return labels;
  } catch (const Error& error) {
    throw error.in(origin);
  }
}

std::vector<std::string> read_label_file(const std::string& path, std::size_t classes) {
  return parse_labels(read_text(path), path, classes);
}

}  // namespace shoal::cli
