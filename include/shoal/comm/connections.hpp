#pragma once

#include "shoal/base/units.hpp"

namespace shoal::comm {

/// Lets the TCP connections that this process has by now outlast a link that is cut for so long,
/// whatever the system's net.ipv4.tcp_retries2 says. TCP tries again after pauses that double: over
/// a link that was cut for 26 s it would next send 51 s after the cut. Where the kernel can (Linux
/// 6.15 and later), no pause is longer than two seconds.
/// Returns for how long after a cut nothing may come although the link is whole again.
Seconds outlast_cut(Seconds cut);

/// Whether the other side of one of the connections does not answer, so that TCP tries again.
bool is_trying_again();

}  // namespace shoal::comm
