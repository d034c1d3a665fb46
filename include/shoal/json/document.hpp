#pragma once

#include <string>
#include <string_view>

#include "shoal/base/error.hpp"
#include "shoal/json/entry.hpp"

namespace shoal::json {

/// Refuses a document that is not `"format": "shoal-WHAT"` of this version.
void expect_format(const Entry& document, std::string_view what, int version);

/// The same error in one line, whatever names the document holds, told as one of `origin`.
Error error_in(const Error& error, const std::string& origin);

/// Parses the document in `text` and returns the result of `read`. `origin` (a file name) begins
/// the message of every Error.
template <typename Read>
auto read_document(const std::string& text, const std::string& origin, const Read& read) {
  try {
    const Value document = parse(text);
    return read(Entry(document, ""));
  } catch (const Error& error) {
    throw error_in(error, origin);
  }
}

}  // namespace shoal::json
