#pragma once

#include "shoal/profile/profile.hpp"

namespace shoal::profile {

/// The profile with what was measured of equal devices put together. A measurement on one device is
/// off by a few percent from the next, now one way and now the other: taken at their word, no two
/// layers would be cut at the same place. Devices are equal where they measured the same works and
/// took the same time for all of them together, within a twentieth; each work's time is then the
/// mean of theirs, and its algorithm that of the one it was fastest on. Devices of which nothing
/// was measured were described by somebody who knows them, and stay as they are; so does every
/// memory.
Profile pooled(const Profile& profile);

}  // namespace shoal::profile
