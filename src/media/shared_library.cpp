#include "media/shared_library.hpp"

#include <dlfcn.h>

#include "shoal/base/error.hpp"

namespace shoal::media {

SharedLibrary::SharedLibrary(const std::string& name, int version)
    : file_(fmt::format("{}.so.{}", name, version)),
      library_(::dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (library_ != nullptr) return;
  throw Error("pictures, videos and cameras need FFmpeg's {}: {}; apt install {}{}", file_,
              ::dlerror(), name, version);
}

void* SharedLibrary::address(const char* name) const {
  void* const found = ::dlsym(library_, name);
  if (found == nullptr) throw Error("{}: has no {}; is it FFmpeg's?", file_, name);
  return found;
}

}  // namespace shoal::media
