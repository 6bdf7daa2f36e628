// ensemble.nc: the curves of all replicates, for xarray and its like.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "ensemble/ensemble_result.hpp"

namespace secondwave {

/// The bytes of a NetCDF-4 file: one variable [replicate, time] a curve, CF times ("seconds since ..."), deflate with
/// shuffle, no fill values, one variable [run] an outcome; global attributes title, scenario, seed, run_hash,
/// Conventions. Made in memory, so that a full disk is met by our own writing only. Nothing where this build has no
/// NetCDF. Errors: machine. Not to be called from two threads at once (the library is not made for it).
[[nodiscard]] Result<std::optional<std::string>> netcdf_bytes(const EnsembleResult& result);

}  // namespace secondwave
