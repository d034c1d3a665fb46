#pragma once

#include <optional>
#include <string>

#include <boost/program_options.hpp>

#include "cli/verb.hpp"

namespace shoal::cli {

namespace options = boost::program_options;

/// The words of a verb, read by its declared options. `positional` names the options that words
/// without a name go to, in order. Prints the help and returns nothing where it was asked for;
/// throws an Error for what cannot be read.
std::optional<options::variables_map> parse(
    Arguments arguments, const std::string& usage, const options::options_description& declared,
    const options::positional_options_description& positional = {});

/// The help text of a verb.
std::string help_text(const std::string& usage, const options::options_description& declared);

}  // namespace shoal::cli
