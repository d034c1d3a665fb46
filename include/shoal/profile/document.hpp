#pragma once

#include <string>

#include "shoal/profile/profile.hpp"

namespace shoal::profile {

/// The profile in a JSON document (docs/profile.schema.json). `origin` (a file name) begins the
/// message of every Error, followed by the JSON pointer of the offending entry.
Profile parse(const std::string& text, const std::string& origin);

/// The document of a profile; parse() of it gives the profile back.
std::string to_json(const Profile& profile);

}  // namespace shoal::profile
