#include "media/camera_formats.hpp"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include "media/shared_library.hpp"

namespace shoal::media {

void load_camera_formats() {
  decltype(&avdevice_register_all) register_all = nullptr;
  SharedLibrary("libavdevice", LIBAVDEVICE_VERSION_MAJOR)
      .find("avdevice_register_all", register_all);
  register_all();
}

}  // namespace shoal::media
