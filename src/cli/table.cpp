#include "cli/table.hpp"

#include <algorithm>

#include <unistd.h>

#include "shoal/base/text.hpp"

#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

constexpr std::size_t gap = 2;
/// A name that is longer would leave no room for what is told of it.
constexpr std::size_t widest_cell = 40;

std::string padded(const std::string& cell, std::size_t width, Table::Align align) {
  const std::string space(width - text_width(cell), ' ');
  return align == Table::Align::left ? cell + space : space + cell;
}

}  // namespace

std::vector<std::size_t> Table::widths(const Lines& lines) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(line[i]));
    }
  }
  return widths;
}

std::vector<std::vector<std::size_t>> Table::blocks(const std::vector<std::size_t>& widths,
                                                    std::size_t columns) const {
  std::vector<std::vector<std::size_t>> blocks(1);
  std::size_t names = 0;
  for (std::size_t i = 0; i < names_; ++i) names += (i == 0 ? 0 : gap) + widths[i];
  std::size_t used = names;
  for (std::size_t i = names_; i < widths.size(); ++i) {
    if (used + gap + widths[i] > columns && !blocks.back().empty()) {
      blocks.emplace_back();
      used = names;
    }
    used += gap + widths[i];
    blocks.back().push_back(i);
  }
  return blocks;
}

std::string Table::text() const {
  return text(terminal_columns(STDOUT_FILENO));
}

std::string Table::text(std::size_t columns) const {
  Lines lines(1);
  for (const Column& column : columns_) lines.front().push_back(column.title);
  for (const auto& row : rows_) {
    auto& line = lines.emplace_back();
    for (const std::string& cell : row) line.push_back(printable(cell, widest_cell));
  }
  const std::vector<std::size_t> width = widths(lines);
  std::string text;
  for (const auto& block : blocks(width, columns)) {
    if (!text.empty()) text += "\n";
    for (const auto& line : lines) {
      std::string out;
      const auto put = [&](std::size_t i) {
        if (i > 0) out.append(gap, ' ');
        out += padded(line[i], width[i], columns_[i].align);
      };
      for (std::size_t i = 0; i < names_; ++i) put(i);
      for (const std::size_t i : block) put(i);
      out.erase(out.find_last_not_of(' ') + 1);
      text += out + "\n";
    }
  }
  return text;
}

}  // namespace shoal::cli
