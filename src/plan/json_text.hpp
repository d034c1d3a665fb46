#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace shoal::plan {

using Json = nlohmann::ordered_json;

/// The JSON pointer (RFC 6901) of an entry of what `path` points to: `/layers` and
/// `sepconv/depthwise` are `/layers/sepconv~1depthwise`.
std::string pointer(std::string path, std::string_view key);

/// The document in `text`; an Error where it is none or where an object has a key twice, of which
/// JSON's readers keep one and drop the other without a word.
Json parse_json(const std::string& text);

}  // namespace shoal::plan
