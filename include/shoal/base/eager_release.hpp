#pragma once

namespace shoal {

/// While one exists, memory of a megabyte and more goes back to the system as soon as it is free:
/// kernels as they are read are freed once they are packed, and glibc would keep those of up to
/// 32 MB. Afterwards such memory is kept, for messages that take as much in every frame: fresh
/// pages from the system cost more than moving them between ranks of one computer.
class EagerRelease {
 public:
  EagerRelease();
  EagerRelease(const EagerRelease&) = delete;
  EagerRelease& operator=(const EagerRelease&) = delete;
  ~EagerRelease();
};

}  // namespace shoal
