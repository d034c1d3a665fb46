#include "shoal/base/process_age.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

#include <unistd.h>

namespace shoal {

double start_ticks(const std::string& stat) {
  // proc(5): the name is the second entry, the start the twenty-second.
  constexpr int entries_between = 19;
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(stat.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < entries_between; ++i) rest >> skipped;
  double ticks = 0;
  rest >> ticks;
  return ticks;
}

Seconds process_age() {
  std::ifstream file("/proc/self/stat");
  const double ticks = start_ticks({std::istreambuf_iterator<char>(file), {}});
  timespec now{};
  if (ticks == 0 || ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) return 0;
  const Seconds since_boot =
      static_cast<Seconds>(now.tv_sec) + 1e-9 * static_cast<Seconds>(now.tv_nsec);
  return std::max(0.0, since_boot - ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

}  // namespace shoal
