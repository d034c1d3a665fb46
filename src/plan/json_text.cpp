#include "plan/json_text.hpp"

#include <set>
#include <vector>

#include "shoal/base/error.hpp"

namespace shoal::plan {
namespace {

/// Follows the parser through objects and arrays.
class DuplicateKeys {
 public:
  void operator()(Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    switch (event) {
      case Event::object_start:
      case Event::array_start:
        levels_.push_back({event == Event::array_start, 0, {}, {}});
        break;
      case Event::key:
        levels_.back().key = parsed.get<std::string>();
        if (!levels_.back().keys.insert(levels_.back().key).second) {
          throw Error("{}: is given twice", path());
        }
        break;
      case Event::object_end:
      case Event::array_end:
        levels_.pop_back();
        if (!levels_.empty()) ++levels_.back().index;
        break;
      case Event::value:
        if (!levels_.empty()) ++levels_.back().index;
        break;
    }
  }

 private:
  struct Level {
    bool is_array;
    std::size_t index;
    std::string key;
    std::set<std::string> keys;
  };
  [[nodiscard]] std::string path() const {
    std::string path;
    for (const Level& level : levels_) {
      path = pointer(std::move(path), level.is_array ? std::to_string(level.index) : level.key);
    }
    return path;
  }

  std::vector<Level> levels_;
};

}  // namespace

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

Json parse_json(const std::string& text) {
  DuplicateKeys duplicates;
  try {
    return Json::parse(text, [&](int /*depth*/, Json::parse_event_t event, const Json& parsed) {
      duplicates(event, parsed);
      return true;
    });
  } catch (const Json::parse_error& error) {
    throw Error("not JSON: error at byte {}", error.byte);
  } catch (const Json::out_of_range&) {
    throw Error("has a number that is too large");
  }
}

}  // namespace shoal::plan
