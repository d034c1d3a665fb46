#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shoal::cli {

/// `; did you mean --weights?` with the known word that is most like `word`; empty where none is
/// like it: more than a third of its characters would have to change.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace shoal::cli
