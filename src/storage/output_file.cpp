#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "storage/handle.hpp"

namespace shoal::storage {
namespace {

/// HDF5 keeps an attribute in its object's header, 64 kB; Keras cuts longer ones the same way.
constexpr std::size_t most_attribute_bytes = 64512;

Handle space_of(std::span<const Index> extents) {
  const std::vector<hsize_t> sizes(extents.begin(), extents.end());
  return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose};
}

/// How datasets are made: without the time, so that equal contents are equal bytes.
Handle dataset_creation() {
  Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.id(), false);
  return creation;
}

Handle variable_string() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), H5T_VARIABLE);
  return type;
}

}  // namespace

struct OutputFile::State {
  Handle file;
  Handle link_creation;

  void set(const std::string& file_name, const std::string& group, const std::string& name,
           hid_t type, hid_t space, const void* values) const {
    const Handle attribute =
        expect({H5Acreate_by_name(file.id(), group.c_str(), name.c_str(), type, space, H5P_DEFAULT,
                                  H5P_DEFAULT, H5P_DEFAULT),
                H5Aclose},
               file_name, "cannot be written");
    expect(H5Awrite(attribute.id(), type, values), file_name, "cannot be written");
  }
};

OutputFile::OutputFile(const std::string& name) : file_(name), state_(std::make_unique<State>()) {
  prepare_library();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_alignment(access.id(), mapped_bytes, AlignedBuffer::alignment);
  state_->file =
      expect({H5Fcreate(file_.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose},
             name, "cannot be written");
  state_->link_creation = Handle(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(state_->link_creation.id(), 1);
}

OutputFile::~OutputFile() = default;

void OutputFile::create_group(const std::string& path) {
  expect({H5Gcreate2(state_->file.id(), path.c_str(), state_->link_creation.id(), H5P_DEFAULT,
                     H5P_DEFAULT),
          H5Gclose},
         file_.name(), "cannot be written");
}

void OutputFile::set_string(const std::string& group, const std::string& name,
                            const std::string& value) {
  const Handle type = variable_string();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const char* text = value.c_str();
  state_->set(file_.name(), group, name, type.id(), space.id(), static_cast<const void*>(&text));
}

void OutputFile::set_strings(const std::string& group, const std::string& name,
                             const std::vector<std::string>& values) {
  std::size_t length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  const std::size_t each = std::max<std::size_t>(1, most_attribute_bytes / length);
  const bool whole = values.size() <= each;
  for (std::size_t first = 0, part = 0; first < values.size() || part == 0; first += each, ++part) {
    const std::size_t count = std::min(each, values.size() - first);
    std::string bytes;
    for (std::size_t i = first; i < first + count; ++i) {
      bytes += values[i];
      bytes.resize((i - first + 1) * length, '\0');
    }
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), length);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    const auto elements = static_cast<hsize_t>(count);
    const Handle space(H5Screate_simple(1, &elements, nullptr), H5Sclose);
    state_->set(file_.name(), group, whole ? name : fmt::format("{}{}", name, part), type.id(),
                space.id(), bytes.data());
  }
}

void OutputFile::set_numbers(const std::string& object, const std::string& name,
                             std::span<const Index> values) {
  const auto elements = static_cast<hsize_t>(values.size());
  const Handle space(H5Screate_simple(1, &elements, nullptr), H5Sclose);
  state_->set(file_.name(), object, name, H5T_NATIVE_INT64, space.id(), values.data());
}

void OutputFile::create(const std::string& dataset, std::span<const Index> extents) {
  const Handle space = space_of(extents);
  const Handle creation = dataset_creation();
  expect({H5Dcreate2(state_->file.id(), dataset.c_str(), H5T_IEEE_F32LE, space.id(),
                     state_->link_creation.id(), creation.id(), H5P_DEFAULT),
          H5Dclose},
         file_.name(), "cannot be written");
}

void OutputFile::write(const std::string& dataset, std::span<const Hyperslab> hyperslabs,
                       std::span<const float> from) {
  const Handle data = expect({H5Dopen2(state_->file.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose},
                             file_.name(), dataset);
  const Handle space = expect({H5Dget_space(data.id()), H5Sclose}, file_.name(), dataset);
  std::vector<hsize_t> begin;
  std::vector<hsize_t> count;
  for (const Hyperslab& hyperslab : hyperslabs) {
    begin.push_back(static_cast<hsize_t>(hyperslab.begin));
    count.push_back(static_cast<hsize_t>(hyperslab.count));
  }
  expect(
      H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, count.data(), nullptr),
      file_.name(), dataset);
  const auto floats = static_cast<hsize_t>(from.size());
  const Handle memory(H5Screate_simple(1, &floats, nullptr), H5Sclose);
  expect(H5Dwrite(data.id(), H5T_NATIVE_FLOAT, memory.id(), space.id(), H5P_DEFAULT, from.data()),
         file_.name(), "cannot be written");
}

void OutputFile::flush() {
  expect(H5Fflush(state_->file.id(), H5F_SCOPE_GLOBAL), file_.name(), "cannot be written");
}

void OutputFile::commit() {
  flush();
  state_->link_creation.reset();
  if (!state_->file.reset()) {
    throw Error("{}: cannot be written: {}", file_.name(), last_error());
  }
  file_.commit();
}

}  // namespace shoal::storage
