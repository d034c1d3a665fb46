#include "media/orientation.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string_view>

namespace shoal::media {
namespace {

using namespace std::string_view_literals;

constexpr Orientation upright = 1;

/// The bytes of a file at any place. What lies behind the end is empty.
class Bytes {
 public:
  explicit Bytes(const std::string& path) : file_(path, std::ios::binary) {}

  std::string read(std::uint64_t offset, std::size_t count) {
    std::string bytes(count, '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!file_) return "";
    return bytes;
  }
  std::optional<std::uint32_t> number(std::uint64_t offset, std::size_t count, bool big_endian) {
    const std::string bytes = read(offset, count);
    if (bytes.empty()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = big_endian ? i : count - 1 - i;
      value = value << 8U | static_cast<std::uint8_t>(bytes[place]);
    }
    return value;
  }

 private:
  std::ifstream file_;
};

/// Of a TIFF, or EXIF data, which are one: entry 0x0112 of the first directory, a 16-bit number.
Orientation orientation_in_tiff(Bytes& file, std::uint64_t start) {
  const std::string order = file.read(start, 2);
  if (order != "II" && order != "MM") return upright;
  const bool big = order == "MM";
  const auto directory = file.number(start + 4, 4, big);
  if (!directory) return upright;
  const auto entries = file.number(start + *directory, 2, big);
  for (std::uint32_t i = 0; i < entries.value_or(0); ++i) {
    const std::uint64_t entry = start + *directory + 2 + std::uint64_t{12} * i;
    const auto tag = file.number(entry, 2, big);
    if (!tag) return upright;
    if (*tag != 0x0112) continue;
    const auto value = file.number(entry + 8, 2, big).value_or(0);
    return value >= 1 && value <= 8 ? static_cast<Orientation>(value) : upright;
  }
  return upright;
}

Orientation orientation_in_exif(Bytes& file, std::uint64_t start) {
  return orientation_in_tiff(file, file.read(start, 6) == "Exif\0\0"sv ? start + 6 : start);
}

/// Segments are a marker, their size with that of the size itself, and as many bytes.
Orientation orientation_in_jpeg(Bytes& file) {
  std::uint64_t at = 2;
  while (true) {
    const auto marker = file.number(at, 2, true);
    const auto size = file.number(at + 2, 2, true);
    constexpr std::uint32_t scan = 0xFFDA;
    if (!marker || !size || *marker < 0xFF00 || *marker == scan || *size < 2) return upright;
    if (*marker == 0xFFE1 && file.read(at + 4, 6) == "Exif\0\0"sv) {
      return orientation_in_exif(file, at + 4);
    }
    at += 2 + *size;
  }
}

/// Chunks of a PNG: size, name, data, checksum.
Orientation orientation_in_png(Bytes& file) {
  std::uint64_t at = 8;
  while (const auto size = file.number(at, 4, true)) {
    if (file.read(at + 4, 4) == "eXIf") return orientation_in_exif(file, at + 8);
    at += std::uint64_t{12} + *size;
  }
  return upright;
}

/// Chunks of a WebP: name, size, data to an even size.
Orientation orientation_in_webp(Bytes& file) {
  std::uint64_t at = 12;
  while (const auto size = file.number(at + 4, 4, false)) {
    if (file.read(at, 4) == "EXIF") return orientation_in_exif(file, at + 8);
    at += std::uint64_t{8} + *size + *size % 2;
  }
  return upright;
}

}  // namespace

Orientation orientation_of_file(const std::string& path) {
  Bytes file(path);
  const std::string first = file.read(0, 12);
  if (first.substr(0, 2) == "\xFF\xD8") return orientation_in_jpeg(file);
  if (first.substr(0, 4) == "\x89PNG") return orientation_in_png(file);
  if (first.substr(0, 4) == "RIFF") return orientation_in_webp(file);
  return orientation_in_tiff(file, 0);
}

Orientation orientation_of_matrix(std::span<const std::int32_t, 9> matrix) {
  const auto sign = [](std::int32_t value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); };
  // x' = a x + c y, y' = b x + d y
  const int a = sign(matrix[0]);
  const int b = sign(matrix[1]);
  const int c = sign(matrix[3]);
  const int d = sign(matrix[4]);
  if (b == 0 && c == 0 && a != 0 && d != 0) {
    if (a > 0) return d > 0 ? 1 : 4;
    return d > 0 ? 2 : 3;
  }
  if (a == 0 && d == 0 && b != 0 && c != 0) {
    if (b > 0) return c > 0 ? 5 : 6;
    return c > 0 ? 8 : 7;
  }
  return upright;
}

Picture turn(Picture picture, Orientation orientation) {
  if (orientation == upright) return picture;
  const bool swaps = orientation >= 5;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_below =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Picture turned(swaps ? picture.height : picture.width, swaps ? picture.width : picture.height);
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x) {
      const int across = swaps ? y : x;
      const int down = swaps ? x : y;
      const std::uint8_t* from = picture.pixel(from_right ? picture.width - 1 - across : across,
                                               from_below ? picture.height - 1 - down : down);
      std::copy(from, from + 3, turned.pixel(x, y));
    }
  }
  return turned;
}

}  // namespace shoal::media
