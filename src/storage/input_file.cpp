#include <algorithm>
#include <filesystem>
#include <limits>

#include <fcntl.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "storage/handle.hpp"
#include "storage/mapping.hpp"

namespace shoal::storage {
namespace {

constexpr int most_axes = 32;

/// Whether every link on the way is one inside this file.
bool is_inside(hid_t file, const std::string& path) {
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (part.empty() || part == "/") continue;
    if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) return false;
    H5L_info_t info;
    if (H5Lget_info(file, part.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD) {
      return false;
    }
  }
  return true;
}

/// The strings of an attribute, fixed or variable length; an Error for anything else.
std::vector<std::string> read_strings(hid_t attribute, const std::string& file,
                                      const std::string& what) {
  const Handle space = expect({H5Aget_space(attribute), H5Sclose}, file, what);
  const Handle type = expect({H5Aget_type(attribute), H5Tclose}, file, what);
  const hssize_t points = H5Sget_simple_extent_npoints(space.id());
  // h5py, and so Keras, writes an empty list as one of float64.
  if (points == 0) return {};
  if (H5Tget_class(type.id()) != H5T_STRING) throw Error("{}: {}: not strings", file, what);
  if (points < 0 || points > 1'000'000) throw Error("{}: {}: too many strings", file, what);
  const auto count = static_cast<std::size_t>(points);
  std::vector<std::string> values;
  if (H5Tis_variable_str(type.id()) > 0) {
    std::vector<char*> pointers(count, nullptr);
    expect(H5Aread(attribute, type.id(), pointers.data()), file, what);
    for (const char* pointer : pointers) values.emplace_back(pointer == nullptr ? "" : pointer);
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
    return values;
  }
  const std::size_t length = H5Tget_size(type.id());
  if (length == 0 || length > 65536 || count * length > (std::size_t{1} << 26U)) {
    throw Error("{}: {}: strings of {} bytes", file, what, length);
  }
  std::string bytes(count * length, '\0');
  expect(H5Aread(attribute, type.id(), bytes.data()), file, what);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string value = bytes.substr(i * length, length);
    values.push_back(value.substr(0, value.find('\0')));
  }
  return values;
}

/// Where in a row-major array a part of it begins and how many elements it has, if it is a single
/// run: along the axes behind the first one of which it has several, it is whole. Of 3x4x5: rows 1
/// and 2 begin at 20 and are 40; column 3 of row 1 begins at 35 and is 5.
struct Run {
  Index begin = 0;
  Index count = 1;
};
std::optional<Run> run_of(std::span<const Slab> part, std::span<const Index> whole) {
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
  Handle file;
  Bytes size = 0;

  /// The system's number of the file that HDF5 has open.
  [[nodiscard]] int descriptor(const std::string& file_name) const {
    void* number = nullptr;
    expect(H5Fget_vfd_handle(file.id(), H5P_DEFAULT, &number), file_name, "cannot be read");
    return *static_cast<const int*>(number);
  }

  /// Where in the file the floats of a dataset are, if they are there just as in memory.
  [[nodiscard]] std::optional<Bytes> place_of_floats(const std::string& dataset,
                                                     const std::string& file_name) const {
    const Handle data = open(dataset, file_name);
    const Handle type = expect({H5Dget_type(data.id()), H5Tclose}, file_name, dataset);
    const Handle creation = expect({H5Dget_create_plist(data.id()), H5Pclose}, file_name, dataset);
    const haddr_t offset = H5Dget_offset(data.id());
    if (H5Tequal(type.id(), H5T_NATIVE_FLOAT) <= 0 || offset == HADDR_UNDEF || offset > size ||
        H5Pget_layout(creation.id()) != H5D_CONTIGUOUS) {
      return std::nullopt;
    }
    return offset;
  }

  /// A dataset of numbers that lies wholly in this file.
  [[nodiscard]] Handle open(const std::string& dataset, const std::string& file_name) const {
    if (!is_inside(file.id(), dataset)) throw Error("{}: there is no {}", file_name, dataset);
    Handle data =
        expect({H5Dopen2(file.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose}, file_name, dataset);
    const Handle type = expect({H5Dget_type(data.id()), H5Tclose}, file_name, dataset);
    const H5T_class_t kind = H5Tget_class(type.id());
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
      throw Error("{}: {} does not hold numbers", file_name, dataset);
    }
    const Handle creation = expect({H5Dget_create_plist(data.id()), H5Pclose}, file_name, dataset);
    if (H5Pget_external_count(creation.id()) != 0 || H5Pget_layout(creation.id()) == H5D_VIRTUAL) {
      throw Error("{}: {} lies outside of the file", file_name, dataset);
    }
    if (H5Pget_nfilters(creation.id()) != 0) {
      throw Error("{}: {} is compressed; write it again without compression", file_name, dataset);
    }
    return data;
  }
};

InputFile::InputFile(const std::string& name) : name_(name), state_(std::make_unique<State>()) {
  prepare_library();
  std::error_code error;
  state_->size = std::filesystem::file_size(name, error);
  if (error) throw Error("{}: cannot be read: {}", name, error.message());
  const htri_t is_hdf5 = H5Fis_hdf5(name.c_str());
  if (is_hdf5 == 0) throw Error("{}: is not an HDF5 file", name);
  state_->file = expect({H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose}, name,
                        "cannot be opened, it may be cut short");
}

InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;
InputFile::~InputFile() = default;

bool InputFile::has(const std::string& path) const {
  return is_inside(state_->file.id(), path);
}

std::vector<Index> InputFile::extents(const std::string& dataset) const {
  const Handle data = state_->open(dataset, name_);
  const Handle space = expect({H5Dget_space(data.id()), H5Sclose}, name_, dataset);
  const int axes = H5Sget_simple_extent_ndims(space.id());
  if (axes < 0 || axes > most_axes) throw Error("{}: {} is not an array", name_, dataset);
  std::vector<hsize_t> found(static_cast<std::size_t>(axes));
  H5Sget_simple_extent_dims(space.id(), found.data(), nullptr);
  const Handle type = expect({H5Dget_type(data.id()), H5Tclose}, name_, dataset);
  Bytes claimed = H5Tget_size(type.id());
  std::vector<Index> result;
  for (const hsize_t extent : found) {
    if (extent != 0 && claimed > state_->size / extent) {
      throw Error("{}: {} claims more than the file holds", name_, dataset);
    }
    claimed *= extent;
    result.push_back(static_cast<Index>(extent));
  }
  return result;
}

void InputFile::expect_within(const std::string& dataset, std::span<const Slab> slabs,
                              std::span<const Index> whole) const {
  if (whole.size() != slabs.size()) {
    throw Error("{}: {} has {} axes, not {}", name_, dataset, whole.size(), slabs.size());
  }
  for (std::size_t i = 0; i < slabs.size(); ++i) {
    if (slabs[i].begin < 0 || slabs[i].count < 0 || slabs[i].begin + slabs[i].count > whole[i]) {
      throw Error("{}: {} has only {} elements along axis {}", name_, dataset, whole[i], i);
    }
  }
}

void InputFile::read(const std::string& dataset, std::span<const Slab> slabs,
                     std::span<float> to) const {
  // The system would read ahead in steps of 128 kB.
  if (const std::optional<Stretch> all = stretch(dataset, slabs)) {
    static_cast<void>(::posix_fadvise(state_->descriptor(name_), static_cast<off_t>(all->begin),
                                      static_cast<off_t>(all->bytes), POSIX_FADV_WILLNEED));
  }
  const Handle data = state_->open(dataset, name_);
  const Handle space = expect({H5Dget_space(data.id()), H5Sclose}, name_, dataset);
  std::vector<hsize_t> begin;
  std::vector<hsize_t> count;
  Bytes volume = 1;
  for (const Slab& slab : slabs) {
    begin.push_back(static_cast<hsize_t>(slab.begin));
    count.push_back(static_cast<hsize_t>(slab.count));
    volume *= static_cast<Bytes>(slab.count);
  }
  if (volume != to.size()) throw std::logic_error("a slab of another size than its buffer");
  if (volume == 0) return;
  if (!slabs.empty()) {
    expect(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, count.data(),
                               nullptr),
           name_, dataset);
  }
  const hsize_t floats = volume;
  const Handle memory = expect({H5Screate_simple(1, &floats, nullptr), H5Sclose}, name_, dataset);
  expect(H5Dread(data.id(), H5T_NATIVE_FLOAT, memory.id(), space.id(), H5P_DEFAULT, to.data()),
         name_, dataset + " cannot be read");
}

std::optional<InputFile::Stretch> InputFile::stretch(const std::string& dataset,
                                                     std::span<const Slab> slabs) const {
  const std::vector<Index> whole = extents(dataset);
  expect_within(dataset, slabs, whole);
  const std::optional<Run> run = run_of(slabs, whole);
  if (!run || static_cast<Bytes>(run->count) < mapped_bytes / sizeof(float)) return std::nullopt;
  const std::optional<Bytes> place = state_->place_of_floats(dataset, name_);
  if (!place) return std::nullopt;
  return Stretch{*place + static_cast<Bytes>(run->begin) * sizeof(float),
                 static_cast<Bytes>(run->count) * sizeof(float)};
}

std::optional<AlignedBuffer> InputFile::map(const std::string& dataset,
                                            std::span<const Slab> slabs) const {
  const std::optional<Stretch> found = stretch(dataset, slabs);
  if (!found || found->begin % AlignedBuffer::alignment != 0) return std::nullopt;
  return map_floats(name_, state_->descriptor(name_), found->begin, found->bytes);
}

std::optional<std::vector<std::string>> InputFile::strings(const std::string& group,
                                                           const std::string& name) const {
  if (group != "/" && !has(group)) return std::nullopt;
  const auto one = [&](const std::string& attribute) -> std::optional<std::vector<std::string>> {
    const htri_t exists =
        H5Aexists_by_name(state_->file.id(), group.c_str(), attribute.c_str(), H5P_DEFAULT);
    if (exists <= 0) return std::nullopt;
    const std::string what = group + " " + attribute;
    const Handle handle = expect({H5Aopen_by_name(state_->file.id(), group.c_str(),
                                                  attribute.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                                  H5Aclose},
                                 name_, what);
    return read_strings(handle.id(), name_, what);
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
  if (!has(object)) return std::nullopt;
  if (H5Aexists_by_name(state_->file.id(), object.c_str(), name.c_str(), H5P_DEFAULT) <= 0) {
    return std::nullopt;
  }
  const std::string what = object + " " + name;
  const Handle attribute = expect(
      {H5Aopen_by_name(state_->file.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
       H5Aclose},
      name_, what);
  const Handle space = expect({H5Aget_space(attribute.id()), H5Sclose}, name_, what);
  const Handle type = expect({H5Aget_type(attribute.id()), H5Tclose}, name_, what);
  const hssize_t points = H5Sget_simple_extent_npoints(space.id());
  if (H5Tget_class(type.id()) != H5T_INTEGER || points < 0 || points > most_axes) {
    throw Error("{}: {}: not a few whole numbers", name_, what);
  }
  std::vector<Index> values(static_cast<std::size_t>(points));
  expect(H5Aread(attribute.id(), H5T_NATIVE_INT64, values.data()), name_, what);
  return values;
}

}  // namespace shoal::storage
