#include "shoal/cli/cli.hpp"

#include <algorithm>
#include <exception>
#include <vector>

#include <fmt/core.h>

#include "shoal/kernels/blas.hpp"

#include "cli/verb.hpp"

namespace shoal::cli {
namespace {

void print_help(std::FILE* stream) {
  fmt::print(
      stream,
      "shoal: one convolutional network over many small computers\n\n"
      "usage: shoal VERB [options]; shoal VERB --help tells a verb's options; shoal --version\n\n");
  for (const Verb& verb : verbs()) fmt::print(stream, "  {:<10} {}\n", verb.name, verb.summary);
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty() || words.front() == "--help" || words.front() == "-h") {
    print_help(words.empty() ? stderr : stdout);
    return words.empty() ? 2 : 0;
  }
  if (words.front() == "--version") {
    fmt::print("shoal {}, BLAS for {}\n", SHOAL_VERSION, kernels::blas_core());
    return 0;
  }
  const auto found = std::find_if(verbs().begin(), verbs().end(),
                                  [&](const Verb& verb) { return verb.name == words.front(); });
  if (found == verbs().end()) {
    fmt::print(stderr, "shoal: unknown verb '{}'; shoal --help lists them\n", words.front());
    return 2;
  }
  return found->run(Arguments(words).subspan(1));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    fmt::print(stderr, "shoal: {}\n", error.what());
    return 1;
  }
}

}  // namespace shoal::cli
