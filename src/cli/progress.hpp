#pragma once

#include <cstddef>
#include <optional>

namespace shoal::cli {

/// A bar on the terminal, on the standard error; nothing where that is none. Under mpirun the
/// standard error is a pipe to it: then the question is whether mpirun's is a terminal.
class Progress {
 public:
  Progress(bool wanted, std::optional<std::size_t> total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void advance(double seconds);

 private:
  void clear() const;

  bool shown_;
  std::optional<std::size_t> total_;
  std::size_t done_ = 0;
};

}  // namespace shoal::cli
