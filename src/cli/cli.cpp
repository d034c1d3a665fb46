#include "shoal/cli/cli.hpp"

#include <exception>
#include <vector>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/kernels/blas.hpp"

#include "cli/suggestion.hpp"
#include "cli/usage_error.hpp"
#include "cli/verb.hpp"

namespace shoal::cli {
namespace {

void print_help(std::FILE* stream) {
  fmt::print(stream,
             "shoal: one convolutional network over many small computers\n\n"
             "usage: shoal VERB [options]\n"
             "       shoal help VERB          lists a verb's options, as shoal VERB --help\n"
             "       shoal --version\n\n");
  for (const Verb& verb : verbs()) fmt::print(stream, "  {:<10} {}\n", verb.name, verb.summary);
  fmt::print(stream,
             "\nExit codes: 0 for success, 2 for a wrong command line, 1 for every other error.\n");
}

const Verb& verb_named(const std::string& name) {
  std::vector<std::string> known;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb;
    known.emplace_back(verb.name);
  }
  throw UsageError("unknown verb '{}'{}; shoal --help lists them", printable(name, 60),
                   suggestion(name, known));
}

int dispatch(std::vector<std::string> words) {
  if (words.empty()) {
    print_help(stderr);
    return usage_exit_code;
  }
  const std::string first = words.front();
  if (first == "--version" || first == "-V" || first == "version") {
    fmt::print("shoal {}, BLAS for {}\n", SHOAL_VERSION, kernels::blas_core());
    return 0;
  }
  const bool asks = first == "--help" || first == "-h" || first == "help";
  if (asks && words.size() == 1) {
    print_help(stdout);
    return 0;
  }
  if (asks) {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  return verb_named(words.front()).run(Arguments(words).subspan(1));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const UsageError& error) {
    fmt::print(stderr, "shoal: {}\n", printable(error.what(), longest_message));
    return usage_exit_code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "shoal: {}\n", printable(error.what(), longest_message));
    return 1;
  }
}

}  // namespace shoal::cli
