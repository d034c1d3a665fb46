#include "storage/part_reader.hpp"

#include <algorithm>

#include "storage/number_conversion.hpp"
#include "storage/runs.hpp"

namespace shoal::storage {
namespace {

/// So much is read of the file at once where what is wanted is scattered.
constexpr Bytes window_bytes = Bytes{1} << 20U;

/// Reads numbers that lie in a file, run by run, each behind the one before.
class Window {
 public:
  Window(const FileBytes& file, const Dataset& dataset, Bytes end)
      : file_(file), dataset_(dataset), end_(end) {}

  void read(Bytes offset, std::span<float> to) {
    const Bytes bytes = to.size() * dataset_.type.bytes;
    if (is_native_float(dataset_.type) && bytes >= window_bytes / 4) {
      file_.read(offset, std::as_writable_bytes(to));
      return;
    }
    const std::size_t most = window_bytes / dataset_.type.bytes;
    for (; !to.empty(); to = to.subspan(std::min(most, to.size()))) {
      const std::span<float> some = to.first(std::min(most, to.size()));
      convert(dataset_.type, bytes_at(offset, some.size() * dataset_.type.bytes), some);
      offset += some.size() * dataset_.type.bytes;
    }
  }

 private:
  const std::byte* bytes_at(Bytes offset, Bytes bytes) {
    if (offset < begin_ || offset + bytes > begin_ + held_.size()) {
      held_.resize(std::min(window_bytes, end_ - offset));
      file_.read(offset, held_);
      begin_ = offset;
    }
    return held_.data() + (offset - begin_);
  }

  const FileBytes& file_;
  const Dataset& dataset_;
  Bytes end_;  ///< of what is wanted
  Bytes begin_ = 0;
  std::vector<std::byte> held_;
};

/// A part of a dataset as extents and begins, and where it goes: row-major, without gaps.
struct Wanted {
  explicit Wanted(std::span<const Hyperslab> hyperslabs) {
    for (const Hyperslab& hyperslab : hyperslabs) {
      begins.push_back(hyperslab.begin);
      counts.push_back(hyperslab.count);
    }
  }
  std::vector<Index> begins;
  std::vector<Index> counts;
};

void read_contiguous(const FileBytes& file, const Dataset& dataset, const Wanted& wanted,
                     std::span<float> to) {
  const Bytes each = dataset.type.bytes;
  const std::vector<Index> none(wanted.counts.size(), 0);
  const Strided from = strided(wanted.begins, dataset.extents);
  Index last = from.begin;
  for (std::size_t i = 0; i < none.size(); ++i) last += (wanted.counts[i] - 1) * from.strides[i];
  Window window(file, dataset, dataset.offset + (static_cast<Bytes>(last) + 1) * each);
  for_runs(wanted.counts, from, strided(none, wanted.counts),
           [&](Index source, Index target, Index count) {
             window.read(
                 dataset.offset + static_cast<Bytes>(source) * each,
                 to.subspan(static_cast<std::size_t>(target), static_cast<std::size_t>(count)));
           });
}

/// Copies the part of a box that is in `bytes`, an array of numbers of the dataset's type.
void copy_box(const Dataset& dataset, const std::byte* bytes, std::span<const Index> counts,
              const Strided& from, const Strided& to, std::span<float> target) {
  for_runs(counts, from, to, [&](Index source, Index at, Index count) {
    const std::span<float> run =
        target.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
    if (bytes == nullptr) {
      std::fill(run.begin(), run.end(), dataset.fill);
    } else {
      convert(dataset.type, bytes + static_cast<std::size_t>(source) * dataset.type.bytes, run);
    }
  });
}

void read_compact(const Dataset& dataset, const Wanted& wanted, std::span<float> to) {
  const std::vector<Index> none(wanted.counts.size(), 0);
  const auto* bytes = dataset.layout == Dataset::Layout::none
                          ? nullptr
                          : reinterpret_cast<const std::byte*>(dataset.bytes.data());
  copy_box(dataset, bytes, wanted.counts, strided(wanted.begins, dataset.extents),
           strided(none, wanted.counts), to);
}

/// Chunk by chunk, in the order of the grid: what a chunk holds of the part goes where it belongs.
void read_chunked(ChunkReader& chunks, const Dataset& dataset, const Wanted& wanted,
                  const std::string& where, std::span<float> to) {
  const std::size_t axes = dataset.chunk.size();
  std::vector<Index> first(axes);
  std::vector<Index> end(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    first[i] = wanted.begins[i] / dataset.chunk[i];
    end[i] = (wanted.begins[i] + wanted.counts[i] - 1) / dataset.chunk[i] + 1;
  }
  for (std::vector<Index> at = first;;) {
    std::uint64_t number = 0;
    std::vector<Index> counts(axes);
    std::vector<Index> in_chunk(axes);
    std::vector<Index> in_part(axes);
    for (std::size_t i = 0; i < axes; ++i) {
      const Index across = dataset.chunk[i];
      number = number * static_cast<std::uint64_t>((dataset.extents[i] + across - 1) / across) +
               static_cast<std::uint64_t>(at[i]);
      const Index begin = std::max(wanted.begins[i], at[i] * across);
      counts[i] = std::min(wanted.begins[i] + wanted.counts[i], (at[i] + 1) * across) - begin;
      in_chunk[i] = begin - at[i] * across;
      in_part[i] = begin - wanted.begins[i];
    }
    const std::vector<std::byte>* bytes = chunks.read(dataset, number, where);
    copy_box(dataset, bytes == nullptr ? nullptr : bytes->data(), counts,
             strided(in_chunk, dataset.chunk), strided(in_part, wanted.counts), to);
    std::size_t axis = axes;
    while (axis > 0 && ++at[axis - 1] == end[axis - 1]) {
      at[axis - 1] = first[axis - 1];
      --axis;
    }
    if (axis == 0) return;
  }
}

}  // namespace

void read_part(const FileBytes& file, ChunkReader& chunks, const Dataset& dataset,
               std::span<const Hyperslab> hyperslabs, const std::string& where,
               std::span<float> to) {
  const Wanted wanted(hyperslabs);
  switch (dataset.layout) {
    case Dataset::Layout::contiguous:
      return read_contiguous(file, dataset, wanted, to);
    case Dataset::Layout::chunked:
      return read_chunked(chunks, dataset, wanted, where, to);
    case Dataset::Layout::compact:
    case Dataset::Layout::none:
      return read_compact(dataset, wanted, to);
  }
}

}  // namespace shoal::storage
