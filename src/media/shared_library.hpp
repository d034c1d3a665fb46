#pragma once

#include <string>

namespace shoal::media {

/// A library of FFmpeg that is loaded when it is needed, and stays: what it registers does too.
class SharedLibrary {
 public:
  /// An Error where there is no such version, with what to install.
  SharedLibrary(const std::string& name, int version);

  /// Sets `function` to the library's of that name, which must be of that type.
  template <typename Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(address(name));
  }

 private:
  [[nodiscard]] void* address(const char* name) const;

  std::string file_;
  void* library_;
};

}  // namespace shoal::media
