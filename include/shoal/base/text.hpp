#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shoal {

/// The text as a terminal may show it, in one line: UTF-8 stays; control characters, those that
/// turn the direction of writing and bytes that are no UTF-8 become escapes such as `\n` and
/// `\x1b`.
std::string printable(std::string_view text);

/// At most `most` characters of the text, printable; what is left out is told by `…`.
std::string printable(std::string_view text, std::size_t most);

/// Columns that UTF-8 text takes on a terminal, of one for each character.
std::size_t text_width(std::string_view text);

/// `1 frame`, `12 frames`; `plural` where an `s` does not make it.
std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural = {});

}  // namespace shoal
