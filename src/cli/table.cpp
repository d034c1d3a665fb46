#include "cli/table.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace shoal::cli {

std::string Table::text() const {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string>& titles = lines.emplace_back();
  for (const Column& column : columns_) titles.push_back(column.title);
  lines.insert(lines.end(), rows_.begin(), rows_.end());

  std::string text;
  for (const auto& line : lines) {
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : lines) width = std::max(width, other[i].size());
      const std::string gap = i == 0 ? "" : "  ";
      out += columns_[i].align == Align::left ? fmt::format("{}{:<{}}", gap, line[i], width)
                                              : fmt::format("{}{:>{}}", gap, line[i], width);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

}  // namespace shoal::cli
