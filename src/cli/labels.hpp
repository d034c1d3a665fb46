#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace shoal::cli {

/// The names of classes in order, from text with a line for each, or from JSON: a list of names,
/// or an object from the number of a class to its name, `{"0": "tench", …}`. In place of a name
/// JSON may have a list whose last entry it is, `["n01440764", "tench"]`, as in Keras's
/// imagenet_class_index.json. Names are printable and at most 200 characters long.
/// @param origin file name; begins the message of every Error
std::vector<std::string> parse_labels(const std::string& text, const std::string& origin,
                                      std::size_t classes);

/// The same from a file.
std::vector<std::string> read_label_file(const std::string& path, std::size_t classes);

}  // namespace shoal::cli
