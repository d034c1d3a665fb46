#include "cli/patience.hpp"

namespace shoal::cli {

Option patience_option() {
  return {.name = "patience",
          .takes = Number{0, 1e6, "SECONDS", "seconds"},
          .help =
              "until a rank that sends nothing ends the job, longer than any layer takes; 0: "
              "never",
          .otherwise = "30"};
}

}  // namespace shoal::cli
