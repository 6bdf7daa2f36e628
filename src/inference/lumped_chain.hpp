// The outbreak host by host, where hosts are exchangeable: only how many copies there are, and their summed rate.
#pragma once

#include <span>
#include <vector>

#include "inference/outbreak_curve.hpp"
#include "random/stream.hpp"

namespace secondwave {

/// From this many copies on, chance is below half a percent of them, and the course is that of the mean.
inline constexpr double lumped_exact_copies = 100'000;

/// Copies at each of `times_s` (ascending, none before `from_s`), given `copies` at from_s with the summed rate that
/// goes with the mean course. Every infection is drawn: after an exponential wait, its rate from the gamma law. Exact
/// in law for uniform scanning without latency or removal (order and waits, docs/theory/1-spread.md) up to
/// lumped_exact_copies; beyond, the logistic curve from the state reached. Requires p.removal_per_s == 0.
[[nodiscard]] std::vector<double> lumped_course(const OutbreakParameters& p, double copies, double from_s,
                                                std::span<const double> times_s, Stream& stream);

}  // namespace secondwave
