#include "support/python.hpp"

#include <array>
#include <cstdio>

#include <gtest/gtest.h>

namespace shoal::testing {

std::string run_python(const std::string& script, const std::vector<std::string>& words) {
  std::string command = "'" SHOAL_PYTHON "' -B '" SHOAL_TESTS "/" + script + "'";
  for (const std::string& word : words) command += " '" + word + "'";
  command += " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (pipe != nullptr) {
    const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe);
    if (count == 0) break;
    text.append(piece.data(), count);
  }
  const int status = pipe == nullptr ? -1 : ::pclose(pipe);
  EXPECT_EQ(status, 0) << command << "\n" << text;
  return text;
}

}  // namespace shoal::testing
