#pragma once

#include <cstddef>
#include <string>

namespace shoal::cli {

/// Whether what is written to this stream (1, 2) ends on a terminal. Under mpirun the stream is a
/// pipe to it: then the question is whether mpirun's is a terminal.
bool reaches_terminal(int stream);

/// Whether mpirun carries the streams of this process: then what is written to one may overtake
/// what is written to the other.
bool is_carried_by_launcher();

/// Columns that a line on this stream may take: `COLUMNS` where it is set to 20 to 10000; else
/// those of the terminal that it reaches; 80 where it reaches one that does not say, such as
/// another computer's; 10000 where it is a file or a pipe, whose lines stay whole.
std::size_t terminal_columns(int stream);

/// The text in lines of as many columns as the standard output has, broken between words; lines but
/// the first begin with `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent);

}  // namespace shoal::cli
