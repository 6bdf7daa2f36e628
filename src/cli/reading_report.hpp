// What reading gave, to the user: data, words and exit code.
#pragma once

#include "cli/output.hpp"
#include "observatory/observe.hpp"

namespace secondwave {

/// Says notes and errors on standard error and the report on standard output, which stays empty where no input could be
/// read well. Gives the exit code: 130 interrupted, else that of the gravest error (1, then 2, then 3), 3 also where
/// more than `max_bad` of the records of an input are bad.
[[nodiscard]] Result<int> tell_report(const ObserveReport& report, double max_bad, const Common& common);

}  // namespace secondwave
