#include "storage/record_image.hpp"

#include <algorithm>
#include <array>

#include "shoal/base/error.hpp"

namespace shoal::storage {
namespace {

constexpr const char* values_path = "/probabilities";
constexpr const char* names_path = "/frames";
constexpr const char* errors_path = "/errors";
/// Large enough for an index that is small beside the rows, small enough to be written often.
constexpr Bytes chunk_bytes = 16384;
constexpr hsize_t strings_per_chunk = 64;

/// The library's own lock would keep readers out; who may write is the caller's matter.
Handle without_locking() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access.id(), false, true);
  return access;
}

Handle variable_string() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), H5T_VARIABLE);
  return type;
}

/// A dataset without rows that may get any number of them.
Handle make_dataset(const Handle& file, const char* path, hid_t type,
                    const std::vector<hsize_t>& row, hsize_t rows_per_chunk) {
  std::vector<hsize_t> now = {0};
  std::vector<hsize_t> most = {H5S_UNLIMITED};
  std::vector<hsize_t> chunk = {rows_per_chunk};
  for (std::vector<hsize_t>* extents : {&now, &most, &chunk}) {
    extents->insert(extents->end(), row.begin(), row.end());
  }
  const Handle space(H5Screate_simple(static_cast<int>(now.size()), now.data(), most.data()),
                     H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.id(), false);
  H5Pset_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data());
  return {H5Dcreate2(file.id(), path, type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
          H5Dclose};
}

/// The extents of an open dataset.
std::vector<hsize_t> extents_of(const Handle& dataset) {
  const Handle space(H5Dget_space(dataset.id()), H5Sclose);
  const int axes = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(axes, 0)));
  if (!extents.empty()) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  return extents;
}

/// Rows [first, first + count) of a dataset, selected in its space.
Handle rows_of(const Handle& dataset, hsize_t first, hsize_t count) {
  std::vector<hsize_t> extents = extents_of(dataset);
  std::vector<hsize_t> begin(extents.size(), 0);
  begin.front() = first;
  extents.front() = count;
  Handle space(H5Dget_space(dataset.id()), H5Sclose);
  H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, extents.data(), nullptr);
  return space;
}

herr_t write_rows(const Handle& dataset, hid_t type, hsize_t first, hsize_t count,
                  const void* from) {
  const Handle space = rows_of(dataset, first, count);
  const auto points = static_cast<hsize_t>(H5Sget_select_npoints(space.id()));
  const Handle memory(H5Screate_simple(1, &points, nullptr), H5Sclose);
  return H5Dwrite(dataset.id(), type, memory.id(), space.id(), H5P_DEFAULT, from);
}

}  // namespace

RecordImage RecordImage::create(const std::string& path, const std::string& name, Index width) {
  RecordImage image(name, width);
  image.make(path);
  return image;
}

RecordImage RecordImage::open(const std::string& path, const std::string& name, Index width) {
  RecordImage image(name, width);
  image.read(path);
  return image;
}

void RecordImage::make(const std::string& path) {
  prepare_library();
  const auto created = [this](Handle handle) {
    return expect(std::move(handle), name_, "cannot be written");
  };
  file_ = created(
      {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, without_locking().id()), H5Fclose});
  const auto row_bytes = static_cast<Bytes>(std::max<Index>(width_, 1)) * sizeof(float);
  values_ = created(make_dataset(file_, values_path, H5T_IEEE_F32LE, {static_cast<hsize_t>(width_)},
                                 std::max<Bytes>(1, chunk_bytes / row_bytes)));
  const Handle string = variable_string();
  names_ = created(make_dataset(file_, names_path, string.id(), {}, strings_per_chunk));
  errors_ = created(make_dataset(file_, errors_path, string.id(), {}, strings_per_chunk));
  flush(false);
}

void RecordImage::read(const std::string& path) {
  prepare_library();
  const auto opened = [this](Handle handle) {
    return expect(std::move(handle), name_, "cannot be continued");
  };
  file_ = opened({H5Fopen(path.c_str(), H5F_ACC_RDWR, without_locking().id()), H5Fclose});
  values_ = opened({H5Dopen2(file_.id(), values_path, H5P_DEFAULT), H5Dclose});
  names_ = opened({H5Dopen2(file_.id(), names_path, H5P_DEFAULT), H5Dclose});
  errors_ = opened({H5Dopen2(file_.id(), errors_path, H5P_DEFAULT), H5Dclose});
  const std::vector<hsize_t> extents = extents_of(values_);
  const std::vector<hsize_t> names = extents_of(names_);
  const std::vector<hsize_t> errors = extents_of(errors_);
  if (extents.size() != 2 || names.size() != 1 || names != errors ||
      extents.front() != names.front() || extents.back() != static_cast<hsize_t>(width_)) {
    throw Error("{}: cannot be continued: it does not hold answers of {} values each", name_,
                width_);
  }
  count_ = static_cast<Index>(extents.front());
}

std::optional<std::string> RecordImage::last_name() const {
  if (count_ == 0) return std::nullopt;
  const Handle string = variable_string();
  const Handle space = rows_of(names_, static_cast<hsize_t>(count_ - 1), 1);
  const hsize_t one = 1;
  const Handle memory(H5Screate_simple(1, &one, nullptr), H5Sclose);
  char* text = nullptr;
  expect(H5Dread(names_.id(), string.id(), memory.id(), space.id(), H5P_DEFAULT,
                 static_cast<void*>(&text)),
         name_, "cannot be continued");
  std::string name = text == nullptr ? "" : text;
  H5Dvlen_reclaim(string.id(), memory.id(), H5P_DEFAULT, static_cast<void*>(&text));
  return name;
}

void RecordImage::extend(const Handle& dataset, Index rows) const {
  std::vector<hsize_t> extents = extents_of(dataset);
  extents.front() = static_cast<hsize_t>(rows);
  expect(H5Dset_extent(dataset.id(), extents.data()), name_, "cannot be written");
}

void RecordImage::append(std::span<const Record> records) {
  if (records.empty()) return;
  const auto first = static_cast<hsize_t>(count_);
  const auto added = static_cast<hsize_t>(records.size());
  std::vector<float> values;
  std::vector<const char*> names;
  std::vector<const char*> errors;
  for (const Record& record : records) {
    values.insert(values.end(), record.values.begin(), record.values.end());
    names.push_back(record.name.c_str());
    errors.push_back(record.error.c_str());
  }
  for (const Handle* dataset : {&values_, &names_, &errors_}) {
    extend(*dataset, count_ + static_cast<Index>(added));
  }
  const Handle string = variable_string();
  const auto written = [this](herr_t status) { expect(status, name_, "cannot be written"); };
  written(write_rows(values_, H5T_NATIVE_FLOAT, first, added, values.data()));
  written(write_rows(names_, string.id(), first, added, static_cast<const void*>(names.data())));
  written(write_rows(errors_, string.id(), first, added, static_cast<const void*>(errors.data())));
  count_ += static_cast<Index>(added);
}

void RecordImage::set_attribute(const char* attribute, Index value) const {
  const bool exists = H5Aexists(file_.id(), attribute) > 0;
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle opened =
      expect(exists ? Handle(H5Aopen(file_.id(), attribute, H5P_DEFAULT), H5Aclose)
                    : Handle(H5Acreate2(file_.id(), attribute, H5T_STD_I64LE, space.id(),
                                        H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose),
             name_, "cannot be written");
  expect(H5Awrite(opened.id(), H5T_NATIVE_INT64, &value), name_, "cannot be written");
}

void RecordImage::flush(bool complete) {
  set_attribute("answered", count_);
  set_attribute("complete", complete ? 1 : 0);
  expect(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), name_, "cannot be written");
}

void RecordImage::close() {
  for (Handle* handle : {&values_, &names_, &errors_, &file_}) {
    if (!handle->reset()) throw Error("{}: cannot be written: {}", name_, last_error());
  }
}

}  // namespace shoal::storage
