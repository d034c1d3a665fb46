#pragma once

namespace shoal::cli {

/// `shoal VERB …`: finds the verb, runs it, and turns an Error into one line on stderr and a
/// non-zero exit code.
int main(int argc, char** argv);

}  // namespace shoal::cli
