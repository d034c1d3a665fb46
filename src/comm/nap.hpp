#pragma once

#include <algorithm>

#include "shoal/base/units.hpp"

namespace shoal::comm {

/// Time that a rank which has waited so long sleeps before it asks again. The core is left to
/// others that compute on it; the delay is small beside the wait so far.
constexpr Seconds nap_after(Seconds waited) {
  constexpr Seconds shortest = 5e-6;  // short beside any network's latency
  constexpr Seconds longest = 2e-3;   // Ethernet at 100 Mbit/s brings 25 kB meanwhile
  constexpr double share = 1.0 / 32;
  return std::clamp(waited * share, shortest, longest);
}

}  // namespace shoal::comm
