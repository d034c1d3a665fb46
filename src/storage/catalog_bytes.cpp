#include <cstring>
#include <type_traits>

#include "shoal/base/error.hpp"

#include "storage/catalog.hpp"

namespace shoal::storage {
namespace {

/// Writes values one after the other, each list behind its length.
class Writer {
 public:
  template <typename Value>
  void operator()(Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(std::string& text) {
    count(text.size());
    bytes += text;
  }
  template <typename Value>
  void operator()(std::vector<Value>& values) {
    count(values.size());
    for (Value& value : values) (*this)(value);
  }
  void count(std::size_t count) { (*this)(count); }

  std::string bytes;
};

/// Reads them again. The bytes are not trusted.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename Value>
  void operator()(Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void operator()(std::string& text) { text = take(next_count()); }
  template <typename Value>
  void operator()(std::vector<Value>& values) {
    values.resize(next_count());
    for (Value& value : values) (*this)(value);
  }
  std::size_t next_count() {
    std::size_t count = 0;
    (*this)(count);
    // Whatever is counted has at least a byte.
    if (count > rest_.size()) throw Error("ends early");
    return count;
  }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw Error("ends early");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::string_view rest_;
};

/// The parts of a dataset, in one order for both directions.
template <typename Stream>
void stream_dataset(Stream& stream, Dataset& dataset) {
  stream(dataset.refusal);
  stream(dataset.extents);
  stream(dataset.type);
  stream(dataset.layout);
  stream(dataset.offset);
  stream(dataset.bytes);
  stream(dataset.chunk);
  stream(dataset.filters);
  stream(dataset.chunks);
  stream(dataset.fill);
}

void write_attribute(Writer& writer, Attribute attribute) {
  writer.count(attribute.index());
  std::visit(
      [&](auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Unreadable>) {
          writer(value.reason);
        } else {
          writer(value);
        }
      },
      attribute);
}

Attribute read_attribute(Reader& reader) {
  std::size_t kind = 0;
  reader(kind);
  if (kind == 0) {
    Unreadable value;
    reader(value.reason);
    return value;
  }
  if (kind == 1) {
    Strings value;
    reader(value);
    return value;
  }
  Numbers value;
  reader(value);
  return value;
}

void expect_sane(const Object& object) {
  const Dataset& dataset = object.dataset;
  const std::uint8_t bytes = dataset.type.bytes;
  bool sane = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  for (const Index extent : dataset.extents) sane = sane && extent >= 0;
  for (const Index extent : dataset.chunk) sane = sane && extent > 0;
  if (dataset.layout == Dataset::Layout::chunked && dataset.refusal.empty()) {
    sane = sane && dataset.chunk.size() == dataset.extents.size();
  }
  if (!sane) throw Error("is damaged");
}

}  // namespace

std::string to_bytes(const Catalog& catalog) {
  Writer writer;
  writer.count(catalog.size());
  for (const auto& [path, object] : catalog) {
    std::string name = path;
    Object copy = object;
    writer(name);
    writer(copy.is_dataset);
    if (copy.is_dataset) stream_dataset(writer, copy.dataset);
    writer.count(copy.attributes.size());
    for (const auto& [attribute, value] : copy.attributes) {
      std::string attribute_name = attribute;
      writer(attribute_name);
      write_attribute(writer, value);
    }
  }
  return std::move(writer.bytes);
}

Catalog parse_catalog(const std::string& bytes, const std::string& file) try {
  Reader reader(bytes);
  Catalog catalog;
  for (std::size_t left = reader.next_count(); left > 0; --left) {
    std::string path;
    reader(path);
    Object object;
    std::uint8_t is_dataset = 0;
    reader(is_dataset);
    object.is_dataset = is_dataset != 0;
    if (object.is_dataset) stream_dataset(reader, object.dataset);
    expect_sane(object);
    for (std::size_t more = reader.next_count(); more > 0; --more) {
      std::string name;
      reader(name);
      object.attributes.emplace(std::move(name), read_attribute(reader));
    }
    catalog.emplace(std::move(path), std::move(object));
  }
  return catalog;
} catch (const Error& error) {
  throw Error("{}: what the HDF5 library found of it {}: the file is damaged or hostile", file,
              error.what());
}

}  // namespace shoal::storage
