#include "report/netcdf_file.hpp"

#include <fmt/format.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace secondwave {
namespace {

constexpr int deflate_level = 1;
constexpr std::size_t longest_attribute = std::size_t{16} * 1024;

/// Thrown and caught in this file: the C library answers each of many calls with a code.
struct NetcdfError {
  int code;
};

void check(int code) {
  if (code != NC_NOERR) throw NetcdfError{code};
}

/// A file in memory; its bytes can be taken once.
class MemoryFile {
 public:
  MemoryFile() { check(nc_create_mem("ensemble.nc", NC_NETCDF4, 1 << 20, &id_)); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (open_) nc_abort(id_);
  }
  [[nodiscard]] int id() const { return id_; }

  [[nodiscard]] std::string take() {
    NC_memio memory{};
    open_ = false;
    check(nc_close_memio(id_, &memory));
    std::string bytes(static_cast<const char*>(memory.memory), memory.size);
    std::free(memory.memory);
    return bytes;
  }

 private:
  int id_ = -1;
  bool open_ = true;
};

void put_text(int file, int variable, const char* name, std::string_view text) {
  // HDF5 keeps attributes below 64 KiB. A character cut in two becomes U+FFFD.
  const std::string valid = to_valid_utf8(text.substr(0, longest_attribute));
  check(nc_put_att_text(file, variable, name, valid.size(), valid.c_str()));
}

/// Letters, digits and underscores, a letter first, never the same twice.
std::string unique_name(std::string_view wanted, std::set<std::string>& taken) {
  std::string name;
  for (const char c : wanted.substr(0, 200)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += plain ? c : '_';
  }
  const char first = name.empty() ? '_' : name[0];
  if (first == '_' || (first >= '0' && first <= '9')) name = fmt::format("q{}", name);
  const std::string base = name;
  for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", base, n);
  return name;
}

class Writer {
 public:
  explicit Writer(const EnsembleResult& result) : result_(result) {}

  std::string bytes() {
    put_global();
    std::vector<int> curve_variables;
    for (const CurveTable& curve : result_.curves) curve_variables.push_back(define_curve(curve));
    const std::vector<int> outcome_variables = define_outcomes();
    check(nc_enddef(file_.id()));
    fill_curves(curve_variables);
    fill_outcomes(outcome_variables);
    return file_.take();
  }

 private:
  void put_global() {
    put_text(file_.id(), NC_GLOBAL, "Conventions", "CF-1.8");
    put_text(file_.id(), NC_GLOBAL, "title", result_.title);
    put_text(file_.id(), NC_GLOBAL, "scenario", result_.scenario_name);
    put_text(file_.id(), NC_GLOBAL, "run_hash", result_.run_hash);
    const unsigned long long seed = result_.seed;
    check(nc_put_att_ulonglong(file_.id(), NC_GLOBAL, "seed", NC_UINT64, 1, &seed));
    const unsigned runs = result_.runs_done;
    check(nc_put_att_uint(file_.id(), NC_GLOBAL, "runs", NC_UINT, 1, &runs));
    put_text(file_.id(), NC_GLOBAL, "partial", result_.partial() ? "true" : "false");
  }

  /// The time dimension of a curve, with its coordinate variable; curves on one time axis share it.
  int time_dimension(const CurveTable& curve) {
    if (const auto known = times_.find(curve.time_s); known != times_.end()) return known->second;
    const std::string name = unique_name("time", names_);
    int dimension = -1;
    int variable = -1;
    check(nc_def_dim(file_.id(), name.c_str(), curve.time_s.size(), &dimension));
    check(nc_def_var(file_.id(), name.c_str(), NC_DOUBLE, 1, &dimension, &variable));
    check(nc_def_var_deflate(file_.id(), variable, 1, 1, deflate_level));
    std::string start = to_string(result_.start);
    start[start.find('T')] = ' ';
    start.pop_back();  // CF writes "seconds since 2001-07-19 10:00:00", UTC unless told otherwise
    put_text(file_.id(), variable, "units", "seconds since " + start);
    put_text(file_.id(), variable, "calendar", "proleptic_gregorian");
    put_text(file_.id(), variable, "standard_name", "time");
    time_variables_.emplace_back(variable, &curve.time_s);
    times_.emplace(curve.time_s, dimension);
    return dimension;
  }

  /// -1 where the curve is empty.
  int define_curve(const CurveTable& curve) {
    if (curve.time_s.empty() || curve.value.empty()) return -1;
    const std::size_t rows = curve.value.size() / curve.time_s.size();
    SECONDWAVE_REQUIRE(rows * curve.time_s.size() == curve.value.size());
    auto replicates = replicates_.find(rows);
    if (replicates == replicates_.end()) {
      int dimension = -1;
      check(nc_def_dim(file_.id(), unique_name("replicate", names_).c_str(), rows, &dimension));
      replicates = replicates_.emplace(rows, dimension).first;
    }
    const int dimensions[2] = {replicates->second, time_dimension(curve)};
    int variable = -1;
    const std::string name = unique_name(curve.quantity, names_);
    check(nc_def_var(file_.id(), name.c_str(), NC_DOUBLE, 2, dimensions, &variable));
    check(nc_def_var_deflate(file_.id(), variable, 1, 1, deflate_level));
    put_text(file_.id(), variable, "long_name", curve.quantity);
    put_text(file_.id(), variable, "units", curve.unit);
    return variable;
  }

  std::vector<int> define_outcomes() {
    std::vector<int> variables;
    if (result_.replicates.empty() || result_.outcome_names.empty()) return variables;
    int dimension = -1;
    check(nc_def_dim(file_.id(), unique_name("run", names_).c_str(), result_.replicates.size(), &dimension));
    for (std::size_t k = 0; k < result_.outcome_names.size(); ++k) {
      int variable = -1;
      const std::string name = unique_name("outcome_" + result_.outcome_names[k], names_);
      check(nc_def_var(file_.id(), name.c_str(), NC_DOUBLE, 1, &dimension, &variable));
      put_text(file_.id(), variable, "long_name", result_.outcome_names[k]);
      put_text(file_.id(), variable, "units", k < result_.outcome_units.size() ? result_.outcome_units[k] : "");
      variables.push_back(variable);
    }
    return variables;
  }

  void fill_curves(const std::vector<int>& variables) {
    for (const auto& [variable, times] : time_variables_) check(nc_put_var_double(file_.id(), variable, times->data()));
    for (std::size_t c = 0; c < variables.size(); ++c) {
      if (variables[c] >= 0) check(nc_put_var_double(file_.id(), variables[c], result_.curves[c].value.data()));
    }
  }

  void fill_outcomes(const std::vector<int>& variables) {
    for (std::size_t k = 0; k < variables.size(); ++k) {
      std::vector<double> values;
      for (const ReplicateRow& row : result_.replicates) values.push_back(row.values.at(k));
      check(nc_put_var_double(file_.id(), variables[k], values.data()));
    }
  }

  const EnsembleResult& result_;
  MemoryFile file_;
  std::set<std::string> names_;
  std::map<std::size_t, int> replicates_;
  std::map<std::vector<double>, int> times_;
  std::vector<std::pair<int, const std::vector<double>*>> time_variables_;
};

}  // namespace

Result<std::optional<std::string>> netcdf_bytes(const EnsembleResult& result) {
  try {
    return Writer(result).bytes();
  } catch (const NetcdfError& error) {
    return failure(ErrorKind::machine, fmt::format("cannot make ensemble.nc: {}", nc_strerror(error.code)));
  }
}

}  // namespace secondwave
