// Stands in for netcdf_file.cpp where the library was not found when the program was built.
#include "report/netcdf_file.hpp"

namespace secondwave {

Result<std::optional<std::string>> netcdf_bytes(const EnsembleResult&) {
  return std::optional<std::string>();
}

}  // namespace secondwave
