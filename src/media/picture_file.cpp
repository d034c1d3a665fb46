#include "media/picture_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "shoal/base/error.hpp"

namespace shoal::media {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes;
  AVCodecID codec;
  bool is_long;  ///< enough to know the file by, whatever its name
};

/// How files begin. The decoder of PPM reads all its kin.
constexpr std::array<Signature, 11> signatures = {{{"\xFF\xD8\xFF"sv, AV_CODEC_ID_MJPEG, true},
                                                   {"\x89PNG\r\n\x1A\n"sv, AV_CODEC_ID_PNG, true},
                                                   {"BM"sv, AV_CODEC_ID_BMP, false},
                                                   {"II*\0"sv, AV_CODEC_ID_TIFF, true},
                                                   {"MM\0*"sv, AV_CODEC_ID_TIFF, true},
                                                   {"P1"sv, AV_CODEC_ID_PPM, false},
                                                   {"P2"sv, AV_CODEC_ID_PPM, false},
                                                   {"P3"sv, AV_CODEC_ID_PPM, false},
                                                   {"P4"sv, AV_CODEC_ID_PPM, false},
                                                   {"P5"sv, AV_CODEC_ID_PPM, false},
                                                   {"P6"sv, AV_CODEC_ID_PPM, false}}};

bool has_ending(const std::string& path, std::initializer_list<std::string_view> endings) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

AVCodecID codec_of(std::string_view begin, bool by_name) {
  if (begin.substr(0, 4) == "RIFF" && begin.substr(8, 4) == "WEBP") return AV_CODEC_ID_WEBP;
  for (const Signature& signature : signatures) {
    if ((signature.is_long || by_name) &&
        begin.substr(0, signature.bytes.size()) == signature.bytes) {
      return signature.codec;
    }
  }
  return AV_CODEC_ID_NONE;
}

/// Whether a chunk `acTL` comes before the first `IDAT`.
bool is_animated_png(std::ifstream& file) {
  file.clear();
  file.seekg(8);
  std::array<char, 8> head{};
  while (file.read(head.data(), head.size())) {
    const std::string_view name(head.data() + 4, 4);
    if (name == "acTL") return true;
    if (name == "IDAT") return false;
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8U | static_cast<std::uint8_t>(head[i]);
    file.seekg(static_cast<std::streamoff>(size) + 4, std::ios::cur);
  }
  return false;
}

}  // namespace

bool is_picture_name(const std::string& path) {
  return has_ending(
      path, {".jpg", ".jpeg", ".png", ".apng", ".bmp", ".webp", ".ppm", ".tif", ".tiff", ".gif"});
}

FileKind kind_of_file(const std::string& path) {
  std::array<char, 32> first{};
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) throw Error("{}: cannot be read: {}", path, std::strerror(errno));
  file.read(first.data(), first.size());
  if (file.bad()) throw Error("{}: cannot be read", path);
  const std::string_view begin(first.data(), static_cast<std::size_t>(file.gcount()));
  if (begin.empty()) throw Error("{}: is empty", path);
  const bool named = is_picture_name(path);
  FileKind kind;
  // A raw video of JPEGs begins as its first one.
  if (!has_ending(path, {".mjpeg", ".mjpg"})) kind.picture = codec_of(begin, named);
  if (kind.picture == AV_CODEC_ID_NONE && named && begin.substr(0, 4) != "GIF8") {
    throw Error("{}: is no {} and no GIF, whatever its name says", path, picture_kinds);
  }
  kind.is_animated_png = kind.picture == AV_CODEC_ID_PNG && is_animated_png(file);
  kind.is_animated_webp = kind.picture == AV_CODEC_ID_WEBP && begin.substr(12, 4) == "VP8X" &&
                          begin.size() > 20 && (static_cast<unsigned char>(begin[20]) & 2U) != 0;
  return kind;
}

}  // namespace shoal::media
