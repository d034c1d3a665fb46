#include "media/camera_formats.hpp"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include <dlfcn.h>

#include "shoal/base/error.hpp"

namespace shoal::media {

void load_camera_formats(const std::string& path) {
  const std::string name = fmt::format("libavdevice.so.{}", LIBAVDEVICE_VERSION_MAJOR);
  // Never closed: FFmpeg keeps what is registered.
  void* const library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const found = library == nullptr ? nullptr : ::dlsym(library, "avdevice_register_all");
  if (found == nullptr) throw Error("{}: cameras need {}: {}", path, name, ::dlerror());
  reinterpret_cast<decltype(&avdevice_register_all)>(found)();
}

}  // namespace shoal::media
