#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "storage/catalog.hpp"
#include "storage/chunks.hpp"
#include "storage/file_bytes.hpp"
#include "storage/mapping.hpp"
#include "storage/number_conversion.hpp"
#include "storage/part_reader.hpp"

namespace shoal::storage {
namespace {

/// Deflate makes at most so many bytes of one.
constexpr Bytes most_inflation = 1032;
/// A chunk may be larger than its dataset: one that grows by rows, and has few.
constexpr Bytes most_chunk_bytes = Bytes{16} << 20U;

/// `/group/data` of `group//data`.
std::string normal(const std::string& path) {
  std::string result;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".") result += "/" + part;
    begin = end + 1;
  }
  return result.empty() ? "/" : result;
}

/// The product of an element's bytes and extents, or nothing where it passes `most`.
std::optional<Bytes> volume_within(Bytes each, std::span<const Index> extents, Bytes most) {
  if (std::find(extents.begin(), extents.end(), 0) != extents.end()) return 0;
  for (const Index extent : extents) {
    if (each > most / static_cast<Bytes>(extent)) return std::nullopt;
    each *= static_cast<Bytes>(extent);
  }
  return each;
}

/// Where in a row-major array a part of it begins and how many elements it has, if it is a single
/// run: along the axes behind the first one of which it has several, it is whole. Of 3x4x5: rows 1
/// and 2 begin at 20 and are 40; column 3 of row 1 begins at 35 and is 5.
struct Run {
  Index begin = 0;
  Index count = 1;
};
std::optional<Run> run_of(std::span<const Hyperslab> part, std::span<const Index> whole) {
  Run run;
  bool is_several = false;
  for (std::size_t axis = 0; axis < part.size(); ++axis) {
    if (is_several && part[axis].count != whole[axis]) return std::nullopt;
    is_several = is_several || part[axis].count != 1;
    run.begin = run.begin * whole[axis] + part[axis].begin;
    run.count *= part[axis].count;
  }
  return run;
}

}  // namespace

struct InputFile::State {
  explicit State(const std::string& name) : file(name), chunks(file) {
    expect_hdf5(file);
    catalog = make_catalog_aside(name);
  }

  FileBytes file;
  Catalog catalog;
  ChunkReader chunks;

  [[nodiscard]] const Object* find(const std::string& path) const {
    const auto found = catalog.find(normal(path));
    return found == catalog.end() ? nullptr : &found->second;
  }

  [[nodiscard]] const Attribute* find(const std::string& path, const std::string& name) const {
    const Object* object = find(path);
    if (object == nullptr) return nullptr;
    const auto found = object->attributes.find(name);
    return found == object->attributes.end() ? nullptr : &found->second;
  }

  /// A dataset of numbers that lies wholly in this file, and can hold what it claims.
  [[nodiscard]] const Dataset& dataset(const std::string& path) const {
    const Object* object = find(path);
    if (object == nullptr) throw Error("{}: there is no {}", file.name(), path);
    if (!object->is_dataset) {
      throw Error("{}: {} is a group, not a dataset", file.name(), path);
    }
    const Dataset& dataset = object->dataset;
    if (!dataset.refusal.empty()) throw Error("{}: {} {}", file.name(), path, dataset.refusal);
    const bool is_deflated = std::find(dataset.filters.begin(), dataset.filters.end(),
                                       Filter::deflate) != dataset.filters.end();
    const Bytes most = file.size() * (is_deflated ? most_inflation : 1);
    const std::optional<Bytes> claimed = volume_within(dataset.type.bytes, dataset.extents, most);
    const bool is_contiguous = dataset.layout == Dataset::Layout::contiguous;
    if (!claimed ||
        !volume_within(dataset.type.bytes, dataset.chunk, std::max(*claimed, most_chunk_bytes))) {
      throw Error("{}: {} claims more than the file holds", file.name(), path);
    }
    if (is_contiguous &&
        (dataset.offset > file.size() || *claimed > file.size() - dataset.offset)) {
      throw Error("{}: {} is cut short", file.name(), path);
    }
    if (dataset.layout == Dataset::Layout::compact && dataset.bytes.size() != *claimed) {
      throw Error("{}: {} is damaged", file.name(), path);
    }
    return dataset;
  }
};

InputFile::InputFile(const std::string& name)
    : name_(name), state_(std::make_unique<State>(name)) {}

InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;
InputFile::~InputFile() = default;

bool InputFile::has(const std::string& path) const {
  return state_->find(path) != nullptr;
}

std::vector<Index> InputFile::extents(const std::string& dataset) const {
  return state_->dataset(dataset).extents;
}

void InputFile::expect_within(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
                              std::span<const Index> whole) const {
  if (whole.size() != hyperslabs.size()) {
    throw Error("{}: {} has {} axes, not {}", name_, dataset, whole.size(), hyperslabs.size());
  }
  for (std::size_t i = 0; i < hyperslabs.size(); ++i) {
    if (hyperslabs[i].begin < 0 || hyperslabs[i].count < 0 || hyperslabs[i].begin > whole[i] ||
        hyperslabs[i].count > whole[i] - hyperslabs[i].begin) {
      throw Error("{}: {} has only {} elements along axis {}", name_, dataset, whole[i], i);
    }
  }
}

void InputFile::read(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
                     std::span<float> to) const {
  // The system would read ahead in steps of 128 kB.
  if (const std::optional<ByteRange> all = byte_range(dataset, hyperslabs)) {
    state_->file.want(all->begin, all->bytes);
  }
  const Dataset& found = state_->dataset(dataset);
  Bytes volume = 1;
  for (const Hyperslab& hyperslab : hyperslabs) volume *= static_cast<Bytes>(hyperslab.count);
  if (volume != to.size()) throw std::logic_error("a hyperslab of another size than its buffer");
  if (volume == 0) return;
  read_part(state_->file, state_->chunks, found, hyperslabs, name_ + ": " + dataset, to);
}

std::optional<InputFile::ByteRange> InputFile::byte_range(
    const std::string& dataset, std::span<const Hyperslab> hyperslabs) const {
  const Dataset& found = state_->dataset(dataset);
  expect_within(dataset, hyperslabs, found.extents);
  const std::optional<Run> run = run_of(hyperslabs, found.extents);
  if (!run || static_cast<Bytes>(run->count) < mapped_bytes / sizeof(float)) return std::nullopt;
  if (found.layout != Dataset::Layout::contiguous || !is_native_float(found.type)) {
    return std::nullopt;
  }
  return ByteRange{found.offset + static_cast<Bytes>(run->begin) * sizeof(float),
                   static_cast<Bytes>(run->count) * sizeof(float)};
}

std::optional<AlignedBuffer> InputFile::map(const std::string& dataset,
                                            std::span<const Hyperslab> hyperslabs) const {
  const std::optional<ByteRange> found = byte_range(dataset, hyperslabs);
  if (!found || found->begin % AlignedBuffer::alignment != 0) return std::nullopt;
  return map_floats(name_, state_->file.descriptor(), found->begin, found->bytes);
}

std::optional<std::vector<std::string>> InputFile::strings(const std::string& group,
                                                           const std::string& name) const {
  const auto one = [&](const std::string& attribute) -> std::optional<Strings> {
    const Attribute* found = state_->find(group, attribute);
    if (found == nullptr) return std::nullopt;
    if (const auto* unreadable = std::get_if<Unreadable>(found)) {
      throw Error("{}: {} {}: {}", name_, group, attribute, unreadable->reason);
    }
    if (const auto* strings = std::get_if<Strings>(found)) return *strings;
    throw Error("{}: {} {}: not strings", name_, group, attribute);
  };
  if (auto whole = one(name)) return whole;
  std::optional<std::vector<std::string>> joined;
  for (int i = 0; auto part = one(fmt::format("{}{}", name, i)); ++i) {
    if (!joined) joined.emplace();
    joined->insert(joined->end(), part->begin(), part->end());
  }
  return joined;
}

std::optional<std::vector<Index>> InputFile::numbers(const std::string& object,
                                                     const std::string& name) const {
  const Attribute* found = state_->find(object, name);
  if (found == nullptr) return std::nullopt;
  if (const auto* numbers = std::get_if<Numbers>(found)) return *numbers;
  // An empty list has no type.
  if (const auto* strings = std::get_if<Strings>(found); strings != nullptr && strings->empty()) {
    return std::vector<Index>{};
  }
  throw Error("{}: {} {}: not a few whole numbers", name_, object, name);
}

}  // namespace shoal::storage
