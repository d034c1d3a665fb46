#pragma once

#include <string>
#include <utility>

#include <hdf5.h>

namespace shoal::storage {

/// An HDF5 identifier that is closed when it goes.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }

  [[nodiscard]] hid_t id() const { return id_; }
  [[nodiscard]] bool valid() const { return id_ >= 0; }
  /// Closes now, and says whether that went well: a full disk may say so only then.
  bool reset() {
    const hid_t id = std::exchange(id_, H5I_INVALID_HID);
    return id < 0 || close_(id) >= 0;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

/// HDF5 ready for use: its own printing off, no plugins loaded, nothing done at exit (every handle
/// is closed by its owner). Called by whoever opens a file.
void prepare_library();

/// HDF5's own words for what went wrong last, in one line.
std::string last_error();

/// `handle` if it is valid; else an Error: `file: what: HDF5's words`.
Handle expect(Handle handle, const std::string& file, const std::string& what);
void expect(herr_t status, const std::string& file, const std::string& what);

}  // namespace shoal::storage
