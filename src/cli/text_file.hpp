#pragma once

#include <string>

#include "shoal/base/units.hpp"

namespace shoal::cli {

/// Bytes that a document may have at most: a plan, a profile, a hostfile, labels, a platform. The
/// largest that shoal writes, a profile of five networks on 64 devices, has a third of it.
constexpr Bytes most_document_bytes = 32'000'000;

/// A whole file as text. An Error where it cannot be read, is larger than a document may be, or is
/// no regular file: a pipe or a device has no end that could be waited for.
std::string read_text(const std::string& path);

}  // namespace shoal::cli
