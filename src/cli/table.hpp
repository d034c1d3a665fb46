#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace shoal::cli {

/// Rows of text in aligned columns: the first to the left, the others as given. Where a row has no
/// room in the columns of the terminal, the table falls into blocks, one below the other, each with
/// the columns in front that name the rows.
class Table {
 public:
  enum class Align { left, right };

  struct Column {
    std::string title;
    Align align = Align::right;
  };

  /// @param names so many columns say which row it is
  explicit Table(std::vector<Column> columns, std::size_t names = 1)
      : columns_(std::move(columns)), names_(names) {}

  /// As many cells as there are columns.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// @param columns that a line may take; those of the terminal without it
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text(std::size_t columns) const;

 private:
  using Lines = std::vector<std::vector<std::string>>;

  [[nodiscard]] std::vector<std::size_t> widths(const Lines& lines) const;
  /// Columns that stand beside each other, those that name the rows left out.
  [[nodiscard]] std::vector<std::vector<std::size_t>> blocks(const std::vector<std::size_t>& widths,
                                                             std::size_t columns) const;

  std::vector<Column> columns_;
  std::size_t names_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace shoal::cli
