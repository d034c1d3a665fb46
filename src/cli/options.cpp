#include "cli/options.hpp"

#include <sstream>

#include <fmt/core.h>

#include "shoal/base/error.hpp"

namespace shoal::cli {

std::string help_text(const std::string& usage, const options::options_description& declared) {
  std::ostringstream text;
  text << "usage: shoal " << usage << "\n\n" << declared;
  return text.str();
}

std::optional<options::variables_map> parse(
    Arguments arguments, const std::string& usage, const options::options_description& declared,
    const options::positional_options_description& positional) {
  options::options_description all("Options");
  all.add(declared);
  all.add_options()("help,h", "print this");
  // Written out in full, so that a new option never changes what an old command line means.
  using options::command_line_style::allow_guessing;
  using options::command_line_style::unix_style;
  options::variables_map values;
  try {
    options::store(options::command_line_parser({arguments.begin(), arguments.end()})
                       .options(all)
                       .positional(positional)
                       .style(unix_style & ~allow_guessing)
                       .run(),
                   values);
    if (values.contains("help")) {
      fmt::print("{}", help_text(usage, declared));
      return std::nullopt;
    }
    options::notify(values);
  } catch (const options::error& error) {
    const std::string verb = usage.substr(0, usage.find_first_of(" ["));
    throw Error("{}; shoal {} --help tells the options", error.what(), verb);
  }
  return values;
}

}  // namespace shoal::cli
