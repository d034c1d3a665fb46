#include "storage/chunks.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <zlib.h>

#include "shoal/base/error.hpp"

namespace shoal::storage {
namespace {

/// Decoded chunks that are kept; the last one is, whatever its size.
constexpr Bytes most_kept = Bytes{16} << 20U;
/// A checksum, and what a compressor adds to what it cannot compress.
constexpr Bytes checksum_bytes = 4;

Bytes most_raw(Bytes chunk) {
  return chunk + chunk / 8 + 1024;
}

/// At most `most` bytes; an empty result where the stream is damaged or longer.
std::vector<std::byte> inflated(std::span<const std::byte> from, Bytes most) {
  std::vector<std::byte> to(most);
  auto bytes = static_cast<uLongf>(to.size());
  const int status =
      ::uncompress(reinterpret_cast<Bytef*>(to.data()), &bytes,
                   reinterpret_cast<const Bytef*>(from.data()), static_cast<uLong>(from.size()));
  to.resize(status == Z_OK ? bytes : 0);
  return to;
}

/// Shuffled: the first bytes of all numbers, then all second ones. What is left over stays.
std::vector<std::byte> unshuffled(const std::vector<std::byte>& from, std::size_t each) {
  const std::size_t count = from.size() / each;
  std::vector<std::byte> to(from);
  for (std::size_t byte = 0; byte < each; ++byte) {
    const std::byte* plane = from.data() + byte * count;
    for (std::size_t i = 0; i < count; ++i) to[i * each + byte] = plane[i];
  }
  return to;
}

/// Takes the checksum off; whether it is right.
bool drop_checksum(std::vector<std::byte>& bytes) {
  if (bytes.size() < checksum_bytes) return false;
  std::uint32_t stored = 0;
  for (std::size_t i = 0; i < checksum_bytes; ++i) {
    stored |= std::to_integer<std::uint32_t>(bytes[bytes.size() - checksum_bytes + i]) << (8 * i);
  }
  bytes.resize(bytes.size() - checksum_bytes);
  const std::uint32_t sum = fletcher32(bytes);
  // Before version 1.6.3 HDF5 swapped the bytes of each half.
  const std::uint32_t old = (sum >> 8U & 0x00ff00ffU) | (sum & 0x00ff00ffU) << 8U;
  return stored == sum || stored == old;
}

}  // namespace

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  // As many words as can be summed before 32 bits overflow.
  constexpr std::size_t at_once = 360;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  const auto fold = [](std::uint32_t sum) { return (sum & 0xffffU) + (sum >> 16U); };
  std::size_t words = bytes.size() / 2;
  std::size_t at = 0;
  while (words > 0) {
    const std::size_t now = std::min(words, at_once);
    words -= now;
    for (std::size_t i = 0; i < now; ++i, at += 2) {
      first += std::to_integer<std::uint32_t>(bytes[at]) << 8U |
               std::to_integer<std::uint32_t>(bytes[at + 1]);
      second += first;
    }
    first = fold(first);
    second = fold(second);
  }
  if (bytes.size() % 2 != 0) {
    first += std::to_integer<std::uint32_t>(bytes.back()) << 8U;
    second += first;
    first = fold(first);
    second = fold(second);
  }
  return fold(second) << 16U | fold(first);
}

Bytes bytes_of_chunk(const Dataset& dataset) {
  Bytes bytes = dataset.type.bytes;
  for (const Index extent : dataset.chunk) bytes *= static_cast<Bytes>(extent);
  return bytes;
}

std::vector<std::byte> decode_chunk(const Dataset& dataset, const Chunk& chunk,
                                    std::vector<std::byte> raw, const std::string& where) {
  const Bytes whole = bytes_of_chunk(dataset);
  for (std::size_t i = dataset.filters.size(); i-- > 0;) {
    if (i < 32 && (chunk.skipped >> i & 1U) != 0) continue;
    switch (dataset.filters[i]) {
      case Filter::deflate:
        raw = inflated(raw, whole + checksum_bytes * dataset.filters.size());
        break;
      case Filter::shuffle:
        raw = unshuffled(raw, dataset.type.bytes);
        break;
      case Filter::fletcher32:
        if (!drop_checksum(raw)) throw Error("{}: a chunk has another checksum", where);
        break;
    }
  }
  if (raw.size() != whole) throw Error("{}: a chunk is damaged", where);
  return raw;
}

const std::vector<std::byte>* ChunkReader::read(const Dataset& dataset, std::uint64_t number,
                                                const std::string& where) {
  const auto held = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.dataset == &dataset && kept.number == number;
  });
  if (held != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, held);
    return &kept_.front().bytes;
  }
  const auto found = std::lower_bound(
      dataset.chunks.begin(), dataset.chunks.end(), number,
      [](const Chunk& chunk, std::uint64_t wanted) { return chunk.number < wanted; });
  if (found == dataset.chunks.end() || found->number != number) return nullptr;
  const Bytes whole = bytes_of_chunk(dataset);
  while (!kept_.empty() && kept_bytes_ + whole > most_kept) {
    kept_bytes_ -= kept_.back().bytes.size();
    kept_.pop_back();
  }
  const bool is_plain = dataset.filters.empty();
  if (is_plain ? found->bytes != whole : found->bytes > most_raw(whole)) {
    throw Error("{}: a chunk is damaged", where);
  }
  std::vector<std::byte> raw(found->bytes);
  file_.read(found->offset, raw);
  kept_.push_front({&dataset, number, decode_chunk(dataset, *found, std::move(raw), where)});
  kept_bytes_ += whole;
  return &kept_.front().bytes;
}

}  // namespace shoal::storage
