#include "shoal/json/document.hpp"

#include <algorithm>

namespace shoal::json {

void expect_format(const Entry& document, std::string_view what, int version) {
  const std::string format = fmt::format("shoal-{}", what);
  if (!document.has("format") || document.at("format").string() != format) {
    document.refuse(fmt::format("not a {}: 'format' must be '{}'", what, format));
  }
  const int found = document.at("version").integer();
  if (found != version) {
    document.at("version").refuse(
        fmt::format("is version {}, this program reads version {}", found, version));
  }
}

Error error_in(const Error& error, const std::string& origin) {
  std::string message = error.what();
  std::replace_if(
      message.begin(), message.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return Error(message).in(origin);
}

}  // namespace shoal::json
