#include "storage/catalog.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "shoal/base/error.hpp"

#include "storage/handle.hpp"

namespace shoal::storage {
namespace {

constexpr int most_axes = 32;
constexpr int most_depth = 16;
constexpr std::size_t most_objects = 50'000;
/// HDF5 1.10 finds a chunk by counting from the first one: a hundred thousand take minutes.
constexpr hsize_t most_chunks = 20'000;
constexpr std::size_t most_strings = 1'000'000;
constexpr std::size_t most_string_bytes = std::size_t{1} << 26U;

std::optional<bool> is_big_endian(hid_t type) {
  const H5T_order_t order = H5Tget_order(type);
  if (order == H5T_ORDER_LE) return false;
  if (order == H5T_ORDER_BE) return true;
  return std::nullopt;
}

/// Whether the bits of a float are those of IEEE 754.
bool is_ieee(hid_t type, std::size_t bytes) {
  std::size_t sign = 0;
  std::size_t exponent = 0;
  std::size_t exponent_bits = 0;
  std::size_t mantissa = 0;
  std::size_t mantissa_bits = 0;
  if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0) {
    return false;
  }
  const std::size_t wanted = bytes == 2 ? 5 : bytes == 4 ? 8 : 11;
  return sign == 8 * bytes - 1 && exponent_bits == wanted && mantissa == 0 &&
         exponent == mantissa_bits && exponent + exponent_bits == sign &&
         H5Tget_ebias(type) == (std::size_t{1} << (wanted - 1)) - 1 &&
         H5Tget_norm(type) == H5T_NORM_IMPLIED;
}

/// Nothing for numbers that are written in another way than processors do.
std::optional<NumberType> number_type(hid_t type) {
  const std::size_t bytes = H5Tget_size(type);
  const std::optional<bool> order = bytes == 1 ? std::optional<bool>(false) : is_big_endian(type);
  const bool is_size = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  if (!is_size || !order || H5Tget_precision(type) != 8 * bytes || H5Tget_offset(type) != 0) {
    return std::nullopt;
  }
  const auto size = static_cast<std::uint8_t>(bytes);
  if (H5Tget_class(type) == H5T_FLOAT) {
    if (bytes == 1 || !is_ieee(type, bytes)) return std::nullopt;
    return NumberType{NumberType::Kind::floating, size, *order};
  }
  const auto kind =
      H5Tget_sign(type) == H5T_SGN_NONE ? NumberType::Kind::natural : NumberType::Kind::whole;
  return NumberType{kind, size, *order};
}

/// Sets the filters; returns why they cannot be undone, or nothing.
std::string read_filters(hid_t creation, Dataset& dataset) {
  const int count = H5Pget_nfilters(creation);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    std::array<unsigned, 8> values{};
    std::size_t value_count = values.size();
    std::array<char, 64> name{};
    unsigned config = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &value_count, values.data(),
                       name.size(), name.data(), &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_FLETCHER32) {
      return fmt::format(
          "is compressed by the filter {}{}; deflate and shuffle are read: "
          "h5repack -f GZIP=6 writes the file so",
          static_cast<int>(filter), name[0] == '\0' ? "" : fmt::format(" ({})", name.data()));
    }
    dataset.filters.push_back(static_cast<Filter>(filter));
  }
  return {};
}

/// Sets the chunks; returns why they cannot be read, or nothing.
std::string read_chunks(hid_t data, hid_t space, hid_t creation, Dataset& dataset) {
  std::array<hsize_t, most_axes> extents{};
  const int axes = H5Pget_chunk(creation, most_axes, extents.data());
  if (axes < 1 || static_cast<std::size_t>(axes) != dataset.extents.size()) {
    return "has chunks of another shape than its own";
  }
  dataset.chunk.assign(extents.begin(), extents.begin() + axes);
  if (std::string refusal = read_filters(creation, dataset); !refusal.empty()) return refusal;
  hsize_t count = 0;
  if (H5Dget_num_chunks(data, space, &count) < 0) return "has chunks that cannot be found";
  if (count > most_chunks) {
    return fmt::format("has {} chunks, {} at most are read; h5repack -l CHUNK=… makes larger ones",
                       count, most_chunks);
  }
  for (hsize_t i = 0; i < count; ++i) {
    std::array<hsize_t, most_axes + 1> begin{};
    unsigned skipped = 0;
    haddr_t offset = HADDR_UNDEF;
    hsize_t bytes = 0;
    if (H5Dget_chunk_info(data, space, i, begin.data(), &skipped, &offset, &bytes) < 0) {
      return "has chunks that cannot be found";
    }
    std::uint64_t number = 0;
    for (std::size_t axis = 0; axis < dataset.chunk.size(); ++axis) {
      const auto across = static_cast<std::uint64_t>(dataset.chunk[axis]);
      const auto whole = static_cast<std::uint64_t>(dataset.extents[axis]);
      if (across == 0) return "has empty chunks";
      number = number * ((whole + across - 1) / across) + begin.at(axis) / across;
    }
    if (offset != HADDR_UNDEF) dataset.chunks.push_back({number, offset, bytes, skipped});
  }
  std::sort(dataset.chunks.begin(), dataset.chunks.end(),
            [](const Chunk& a, const Chunk& b) { return a.number < b.number; });
  return {};
}

std::string read_compact(hid_t data, hid_t type, Dataset& dataset) {
  std::size_t bytes = H5Tget_size(type);
  for (const Index extent : dataset.extents) {
    if (extent != 0 && bytes > 65536 / static_cast<std::size_t>(extent)) return "is damaged";
    bytes *= static_cast<std::size_t>(extent);
  }
  dataset.bytes.resize(bytes);
  if (bytes > 0 && H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, dataset.bytes.data()) < 0) {
    return "cannot be read";
  }
  return {};
}

/// Sets the layout; returns why it cannot be read, or nothing.
std::string read_layout(hid_t data, hid_t space, hid_t type, Dataset& dataset) {
  const Handle creation(H5Dget_create_plist(data), H5Pclose);
  if (!creation.valid()) return "is damaged";
  if (H5Pget_external_count(creation.id()) != 0) return "lies outside of the file";
  switch (H5Pget_layout(creation.id())) {
    case H5D_COMPACT:
      dataset.layout = Dataset::Layout::compact;
      return read_compact(data, type, dataset);
    case H5D_CONTIGUOUS: {
      const haddr_t offset = H5Dget_offset(data);
      dataset.layout = offset == HADDR_UNDEF ? Dataset::Layout::none : Dataset::Layout::contiguous;
      dataset.offset = offset == HADDR_UNDEF ? 0 : offset;
      break;
    }
    case H5D_CHUNKED:
      dataset.layout = Dataset::Layout::chunked;
      if (std::string refusal = read_chunks(data, space, creation.id(), dataset);
          !refusal.empty()) {
        return refusal;
      }
      break;
    default:
      return "lies outside of the file";
  }
  if (H5Pget_fill_value(creation.id(), H5T_NATIVE_FLOAT, &dataset.fill) < 0) dataset.fill = 0;
  return {};
}

Dataset read_dataset(hid_t data) {
  Dataset dataset;
  const Handle type(H5Dget_type(data), H5Tclose);
  const Handle space(H5Dget_space(data), H5Sclose);
  const int axes = space.valid() ? H5Sget_simple_extent_ndims(space.id()) : -1;
  if (!type.valid() || axes < 0 || axes > most_axes) {
    dataset.refusal = "is not an array";
    return dataset;
  }
  std::array<hsize_t, most_axes> extents{};
  H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  dataset.extents.assign(extents.begin(), extents.begin() + axes);
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
    dataset.refusal = "does not hold numbers";
    return dataset;
  }
  if (const auto number = number_type(type.id())) {
    dataset.type = *number;
  } else {
    dataset.refusal = "holds numbers of an unusual type; write them as float32";
    return dataset;
  }
  dataset.refusal = read_layout(data, space.id(), type.id(), dataset);
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) dataset.refusal = "is empty";
  return dataset;
}

Attribute read_variable_strings(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
  std::vector<char*> pointers(count, nullptr);
  if (H5Aread(attribute, type, pointers.data()) < 0) return Unreadable{last_error()};
  Strings values;
  std::size_t bytes = 0;
  for (const char* pointer : pointers) {
    values.emplace_back(pointer == nullptr ? "" : pointer);
    bytes += values.back().size();
  }
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  if (bytes > most_string_bytes) return Unreadable{"too many strings"};
  return values;
}

Attribute read_strings(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
  if (count > most_strings) return Unreadable{"too many strings"};
  if (H5Tis_variable_str(type) > 0) return read_variable_strings(attribute, type, space, count);
  const std::size_t length = H5Tget_size(type);
  if (length == 0 || length > 65536 || count * length > most_string_bytes) {
    return Unreadable{fmt::format("strings of {} bytes", length)};
  }
  std::string bytes(count * length, '\0');
  if (H5Aread(attribute, type, bytes.data()) < 0) return Unreadable{last_error()};
  Strings values;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string value = bytes.substr(i * length, length);
    values.push_back(value.substr(0, value.find('\0')));
  }
  return values;
}

Attribute read_attribute(hid_t attribute) {
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  if (!space.valid() || !type.valid()) return Unreadable{last_error()};
  const hssize_t points = H5Sget_simple_extent_npoints(space.id());
  // h5py, and so Keras, writes an empty list as one of float64.
  if (points == 0) return Strings{};
  if (points < 0) return Unreadable{"too many strings"};
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind == H5T_STRING) {
    return read_strings(attribute, type.id(), space.id(), static_cast<std::size_t>(points));
  }
  if (kind != H5T_INTEGER || points > most_axes) {
    return Unreadable{"not strings, nor a few whole numbers"};
  }
  Numbers values(static_cast<std::size_t>(points));
  if (H5Aread(attribute, H5T_NATIVE_INT64, values.data()) < 0) return Unreadable{last_error()};
  return values;
}

// Callbacks of C: exceptions must not leave them.
herr_t keep_attribute_name(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/,
                           void* names) noexcept {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t keep_hard_link(hid_t /*group*/, const char* name, const H5L_info_t* info,
                      void* names) noexcept {
  if (info->type == H5L_TYPE_HARD) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  }
  return 0;
}

std::map<std::string, Attribute> read_attributes(hid_t object) {
  std::vector<std::string> names;
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, keep_attribute_name, &names);
  std::map<std::string, Attribute> attributes;
  for (const std::string& name : names) {
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
    attributes[name] =
        attribute.valid() ? read_attribute(attribute.id()) : Attribute(Unreadable{last_error()});
  }
  return attributes;
}

/// What is at `path` and below.
void read_object(hid_t object, const std::string& path, int depth, Catalog& catalog) {
  if (catalog.size() >= most_objects) throw Error("holds more than {} objects", most_objects);
  const H5I_type_t kind = H5Iget_type(object);
  if (kind != H5I_DATASET && kind != H5I_GROUP) return;
  Object& found = catalog[path.empty() ? "/" : path];
  found.attributes = read_attributes(object);
  if (kind == H5I_DATASET) {
    found.is_dataset = true;
    found.dataset = read_dataset(object);
    return;
  }
  if (depth == most_depth) return;
  std::vector<std::string> names;
  H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, keep_hard_link, &names);
  for (const std::string& name : names) {
    const Handle below(H5Oopen(object, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (below.valid()) read_object(below.id(), path + "/" + name, depth + 1, catalog);
  }
}

}  // namespace

Catalog make_catalog(const std::string& file) {
  prepare_library();
  const Handle opened = expect({H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose}, file,
                               "cannot be opened, it may be cut short");
  const Handle root = expect({H5Oopen(opened.id(), "/", H5P_DEFAULT), H5Oclose}, file,
                             "cannot be opened, it may be damaged");
  Catalog catalog;
  try {
    read_object(root.id(), "", 0, catalog);
  } catch (const Error& error) {
    throw Error("{}: {}", file, error.what());
  }
  return catalog;
}

}  // namespace shoal::storage
