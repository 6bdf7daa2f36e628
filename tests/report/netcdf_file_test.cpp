#include "report/netcdf_file.hpp"

#include <gtest/gtest.h>

#include "sample.hpp"

#if __has_include(<netcdf.h>) && defined(SECONDWAVE_TEST_NETCDF)
#include <netcdf.h>
#include <netcdf_mem.h>

namespace secondwave {
namespace {

/// An open file in memory.
class Opened {
 public:
  explicit Opened(std::string bytes) : bytes_(std::move(bytes)) {
    EXPECT_EQ(nc_open_mem("t.nc", NC_NOWRITE, bytes_.size(), bytes_.data(), &id), NC_NOERR);
  }
  ~Opened() { nc_close(id); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  std::string text(int variable, const char* name) const {
    std::size_t length = 0;
    if (nc_inq_attlen(id, variable, name, &length) != NC_NOERR) return "(absent)";
    std::string value(length, '\0');
    nc_get_att_text(id, variable, name, value.data());
    return value;
  }
  int variable(const char* name) const {
    int number = -1;
    EXPECT_EQ(nc_inq_varid(id, name, &number), NC_NOERR) << name;
    return number;
  }
  std::vector<double> values(const char* name, std::size_t count) const {
    std::vector<double> out(count);
    EXPECT_EQ(nc_get_var_double(id, variable(name), out.data()), NC_NOERR);
    return out;
  }

  int id = -1;

 private:
  std::string bytes_;
};

std::string bytes_of(const EnsembleResult& result) {
  const auto bytes = netcdf_bytes(result);
  EXPECT_TRUE(bytes && *bytes) << (bytes ? "" : bytes.error().text());
  return bytes && *bytes ? **bytes : "";
}

TEST(NetcdfFile, HoldsAllCurvesOfAllReplicates) {
  const EnsembleResult result = testing::sample_result();
  const Opened file(bytes_of(result));
  EXPECT_EQ(file.text(NC_GLOBAL, "Conventions"), "CF-1.8");
  EXPECT_EQ(file.text(NC_GLOBAL, "title"), "Code Red, 19 July 2001");
  EXPECT_EQ(file.text(NC_GLOBAL, "scenario"), "code-red-july");
  EXPECT_EQ(file.text(NC_GLOBAL, "run_hash"), result.run_hash);
  unsigned long long seed = 0;
  EXPECT_EQ(nc_get_att_ulonglong(file.id, NC_GLOBAL, "seed", &seed), NC_NOERR);
  EXPECT_EQ(seed, 42u);
  EXPECT_EQ(file.text(file.variable("time"), "units"), "seconds since 2001-07-19 10:00:00");
  EXPECT_EQ(file.values("time", 85), result.curves[0].time_s);
  EXPECT_EQ(file.values("ever_infected", 20 * 85), result.curves[0].value);
  EXPECT_EQ(file.values("telescope_sources", 20 * 85), result.curves[2].value);
  EXPECT_EQ(file.text(file.variable("telescope_sources"), "long_name"), "telescope.sources");
  EXPECT_EQ(file.values("outcome_ever_infected", 20)[3], result.replicates[3].values[1]);
}

TEST(NetcdfFile, IsCompressedAndHasNoFillValue) {
  const Opened file(bytes_of(testing::sample_result()));
  const int variable = file.variable("ever_infected");
  int shuffle = 0, deflate = 0, level = 0;
  EXPECT_EQ(nc_inq_var_deflate(file.id, variable, &shuffle, &deflate, &level), NC_NOERR);
  EXPECT_EQ(shuffle, 1);
  EXPECT_EQ(deflate, 1);
  EXPECT_EQ(file.text(variable, "_FillValue"), "(absent)");
  int dimensions[2] = {};
  char name[NC_MAX_NAME + 1] = {};
  nc_inq_vardimid(file.id, variable, dimensions);
  nc_inq_dimname(file.id, dimensions[0], name);
  EXPECT_STREQ(name, "replicate");
}

TEST(NetcdfFile, GivesEachTimeAxisItsOwnDimension) {
  EnsembleResult result = testing::sample_result(2, 3);
  result.curves[1].time_s = {0, 60};
  result.curves[1].value = {1, 2, 3, 4};
  const Opened file(bytes_of(result));
  EXPECT_EQ(file.values("time_2", 2), (std::vector<double>{0, 60}));
  EXPECT_EQ(file.values("new_infected_per_min", 4), (std::vector<double>{1, 2, 3, 4}));
}

TEST(NetcdfFile, TakesAnyName) {
  EnsembleResult result = testing::sample_result(2, 3);
  result.title = result.scenario_name = result.curves[0].unit = testing::hostile;
  result.curves[0].quantity = result.curves[1].quantity = testing::hostile;
  result.curves[2].quantity = "";
  result.outcome_names[0] = testing::hostile + std::string(10'000, 'x');
  result.title += std::string(100'000, '/');
  const Opened file(bytes_of(result));
  int variables = 0;
  nc_inq_nvars(file.id, &variables);
  EXPECT_EQ(variables, 1 + 3 + 4);
}

TEST(NetcdfFile, TakesAnEmptyResult) {
  EnsembleResult result = testing::sample_result(0, 3);
  const Opened file(bytes_of(result));
  EXPECT_EQ(file.text(NC_GLOBAL, "partial"), "false");
}

}  // namespace
}  // namespace secondwave
#endif
