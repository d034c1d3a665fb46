#pragma once

#include "cli/verb.hpp"

namespace shoal::cli {

int run_model(Arguments arguments);
int run_weights(Arguments arguments);
int run_draw(Arguments arguments);
int run_plan(Arguments arguments);
int run_run(Arguments arguments);
int run_profile(Arguments arguments);
int run_simulate(Arguments arguments);

}  // namespace shoal::cli
