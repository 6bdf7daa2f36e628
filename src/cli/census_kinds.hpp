// Kinds of hosts: the rules that come along, and a file of names classified.
#pragma once

#include <string>

#include "census/kind_classifier.hpp"
#include "cli/output.hpp"

namespace secondwave {

struct ClassifyOptions {
  Common common;
  std::string names;  ///< file of lines "address<TAB>name", "-" for standard input
  double max_bad = 0.10;
};

/// The classifier with the rules in the data folder. Errors: machine, data.
[[nodiscard]] Result<KindClassifier> open_kind_classifier();

/// Classifies each line of the file, in its order, as table, CSV or JSON; what is bad is counted, said and skipped.
[[nodiscard]] int classify_command(const ClassifyOptions& options);

}  // namespace secondwave
