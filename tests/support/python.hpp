#pragma once

#include <string>
#include <vector>

namespace shoal::testing {

/// What a script of tests/ prints, run by Debian's Python with these words. The test fails, with
/// what the script said, where it ends with an error: h5py missing is such a one.
std::string run_python(const std::string& script, const std::vector<std::string>& words);

}  // namespace shoal::testing
