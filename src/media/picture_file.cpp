#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "shoal/base/error.hpp"

#include "media/ffmpeg.hpp"
#include "media/pictures.hpp"

namespace shoal::media {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes;
  AVCodecID codec;
};

/// How files begin. The decoder of PPM reads all its kin.
constexpr std::array<Signature, 12> signatures = {{{"\xFF\xD8\xFF"sv, AV_CODEC_ID_MJPEG},
                                                   {"\x89PNG\r\n\x1A\n"sv, AV_CODEC_ID_PNG},
                                                   {"RIFF"sv, AV_CODEC_ID_WEBP},
                                                   {"BM"sv, AV_CODEC_ID_BMP},
                                                   {"II*\0"sv, AV_CODEC_ID_TIFF},
                                                   {"MM\0*"sv, AV_CODEC_ID_TIFF},
                                                   {"P1"sv, AV_CODEC_ID_PPM},
                                                   {"P2"sv, AV_CODEC_ID_PPM},
                                                   {"P3"sv, AV_CODEC_ID_PPM},
                                                   {"P4"sv, AV_CODEC_ID_PPM},
                                                   {"P5"sv, AV_CODEC_ID_PPM},
                                                   {"P6"sv, AV_CODEC_ID_PPM}}};

}  // namespace

bool is_picture_name(const std::string& path) {
  constexpr std::array<std::string_view, 8> endings = {".jpg",  ".jpeg", ".png", ".bmp",
                                                       ".webp", ".ppm",  ".tif", ".tiff"};
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

AVCodecID picture_codec(const std::string& path) {
  std::array<char, 8> first{};
  std::ifstream file(path, std::ios::binary);
  file.read(first.data(), first.size());
  if (file.bad() || !file.is_open()) throw Error("{}: cannot be read", path);
  const std::string_view begin(first.data(), static_cast<std::size_t>(file.gcount()));
  for (const Signature& signature : signatures) {
    if (begin.substr(0, signature.bytes.size()) == signature.bytes) return signature.codec;
  }
  throw Error("{}: is no JPEG, PNG, BMP, WebP, PPM or TIFF picture", path);
}

}  // namespace shoal::media
