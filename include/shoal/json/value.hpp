#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace shoal::json {

struct Member;

/// A JSON value as it was read. JSON has one kind of number.
struct Value {
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;  ///< in the order of the document
  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> data;
};

struct Member {
  std::string key;
  Value value;
};

/// The document in `text`. An Error where it is none, where it is nested deeper than any document
/// of ours, has more values than a million, or where an object has a key twice, of which JSON's
/// readers keep one and drop the other without a word.
Value parse(const std::string& text);

}  // namespace shoal::json
