#include "shoal/cli/cli.hpp"

int main(int argc, char** argv) {
  return shoal::cli::main(argc, argv);
}
