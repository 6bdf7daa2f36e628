#include "report/result_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "report/curve_bands.hpp"
#include "report/infections_writer.hpp"
#include "report/sha256.hpp"
#include "sample.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Result<std::vector<std::string>> write_to(const fs::path& target, const EnsembleResult& result) {
  auto folder = prepare_result_folder(target);
  if (!folder) return tl::unexpected(folder.error());
  return write_result(std::move(*folder), {result, {.program_version = "0.1.0", .command = "simulate"}, {}, {}});
}

bool folder_is_empty(const fs::path& folder) {
  return fs::directory_iterator(folder) == fs::directory_iterator();
}

/// The PATH of this process, put back at the end.
class PathOf {
 public:
  explicit PathOf(const std::string& path) : before_(std::getenv("PATH")) { setenv("PATH", path.c_str(), 1); }
  ~PathOf() { setenv("PATH", before_.c_str(), 1); }
  PathOf(const PathOf&) = delete;
  PathOf& operator=(const PathOf&) = delete;

 private:
  std::string before_;
};

TEST(WriteResult, MakesTheFolderOfTheContract) {
  const testing::Scratch scratch;
  const EnsembleResult result = testing::sample_result();
  const auto warnings = write_to(scratch / "july", result);
  ASSERT_TRUE(warnings) << warnings.error().text();
  const auto stored = read_manifest(scratch / "july");
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(stored->manifest.scenario_name, "code-red-july");
  EXPECT_EQ(stored->manifest.runs_done, 20u);
  EXPECT_FALSE(stored->manifest.partial);
  EXPECT_EQ(stored->manifest.replicate_digests.size(), 20u);
  EXPECT_EQ(stored->manifest.files.size(), 2u);
  for (const auto& [name, hash] : stored->manifest.files)
    EXPECT_EQ(sha256_of(testing::slurp(scratch / "july" / name)), hash) << name;
  std::size_t files = 1;
  for (const auto& entry : fs::directory_iterator(scratch / "july")) {
    const std::string name = entry.path().filename();
    const auto& others = stored->other_files;
    EXPECT_TRUE(name == "manifest.json" || stored->manifest.files.contains(name) ||
                std::find(others.begin(), others.end(), name) != others.end())
        << name;
    ++files;
  }
  EXPECT_EQ(files, 2 + stored->manifest.files.size() + stored->other_files.size());
  EXPECT_EQ(testing::slurp(scratch / "july/curve.csv"), curve_csv(result));
}

TEST(WriteResult, IsTheSameTwice) {
  const testing::Scratch scratch;
  const EnsembleResult result = testing::sample_result();
  ASSERT_TRUE(write_to(scratch / "july", result));
  const std::string first = testing::slurp(scratch / "july/manifest.json");
  const std::string page = testing::slurp(scratch / "july/report.html");
  ASSERT_TRUE(write_to(scratch / "july", result));
  EXPECT_EQ(testing::slurp(scratch / "july/manifest.json"), first);
  EXPECT_EQ(testing::slurp(scratch / "july/report.html"), page);
}

TEST(WriteResult, KeepsAPartialResult) {
  const testing::Scratch scratch;
  EnsembleResult result = testing::sample_result(0, 85);
  result.runs_asked = 50;
  ASSERT_TRUE(write_to(scratch / "july", result));
  const auto stored = read_manifest(scratch / "july");
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_TRUE(stored->manifest.partial);
  EXPECT_EQ(stored->manifest.runs_done, 0u);
  EXPECT_EQ(stored->manifest.runs_asked, 50u);
}

TEST(WriteResult, WarnsWhereGnuplotIsAbsentOrFails) {
  const testing::Scratch scratch;
  const EnsembleResult result = testing::sample_result();
  {
    const PathOf nowhere("/nonexistent");
    const auto warnings = write_to(scratch / "a", result);
    ASSERT_TRUE(warnings) << warnings.error().text();
    EXPECT_THAT(*warnings,
                ::testing::Contains("no plots: gnuplot is not installed (the tables have what they would show)"));
  }
  testing::spill(scratch / "gnuplot", "#!/bin/sh\necho broken >&2\nexit 1\n");
  fs::permissions(scratch / "gnuplot", fs::perms::all);
  {
    const PathOf fake(scratch.path().string() + ":/usr/bin:/bin");
    const auto warnings = write_to(scratch / "b", result);
    ASSERT_TRUE(warnings);
    EXPECT_THAT(*warnings,
                ::testing::Contains("no plots: gnuplot failed: broken (the tables have what they would show)"));
  }
  EXPECT_FALSE(fs::exists(scratch / "b/curve.svg"));
  EXPECT_FALSE(fs::exists(scratch / "b/curve.gnuplot"));
  EXPECT_TRUE(fs::exists(scratch / "b/report.html"));
}

TEST(WriteResult, TakesHostileTextEverywhere) {
  const testing::Scratch scratch;
  EnsembleResult result = testing::sample_result();
  result.title = result.scenario_name = result.curves[0].quantity = result.outcome_names[0] = testing::hostile;
  result.curves[2].quantity = testing::hostile + ".sources";
  result.warnings = {testing::hostile};
  const auto warnings = write_to(scratch / "=cmd() 'x' <b>", result);
  ASSERT_TRUE(warnings) << warnings.error().text();
  EXPECT_TRUE(read_manifest(scratch / "=cmd() 'x' <b>"));
  EXPECT_THAT(testing::slurp(scratch / "=cmd() 'x' <b>/report.html"), Not(HasSubstr("<script")));
  EXPECT_THAT(testing::slurp(scratch / "=cmd() 'x' <b>/replicates.csv"), HasSubstr("\"<script>"));
}

/// For a limit of file size, writes a result in a child and says how it ended.
int exit_with_limit(const fs::path& target, rlim_t bytes) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto written = write_to(target, testing::sample_result());
    const bool right = !written && written.error().kind == ErrorKind::machine &&
                       written.error().text().find("cannot write: File too large") != std::string::npos;
    _exit(written ? 0 : right ? 1 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(WriteResult, LeavesNothingWhereTheDiskIsFull) {
  const testing::Scratch scratch;
  for (const rlim_t bytes : {0u, 100u, 1000u, 3000u, 10'000u, 20'000u, 40'000u, 60'000u}) {
    EXPECT_EQ(exit_with_limit(scratch / "july", bytes), 1) << bytes;
    EXPECT_TRUE(folder_is_empty(scratch.path())) << bytes;
  }
  EXPECT_EQ(exit_with_limit(scratch / "july", 100'000'000), 0);
  EXPECT_EQ(exit_with_limit(scratch / "july", 1000), 1);
  EXPECT_TRUE(read_manifest(scratch / "july")) << "the earlier result must have survived";
}

TEST(WriteResult, ListsInfections) {
  const testing::Scratch scratch;
  const EnsembleResult result = testing::sample_result(1, 3);
  auto folder = prepare_result_folder(scratch / "july");
  ASSERT_TRUE(folder);
  auto writer = InfectionsWriter::create(folder->work() / infections_file_name);
  ASSERT_TRUE(writer);
  const auto hash = writer->finish();
  ASSERT_TRUE(hash);
  folder->adopt(infections_file_name, *hash, Bytes::reproducible);
  ASSERT_TRUE(write_result(std::move(*folder), {result, {.infections_written = true}, {}, {}}));
  const auto stored = read_manifest(scratch / "july");
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->manifest.infections_written);
  EXPECT_EQ(stored->manifest.files.at(infections_file_name),
            sha256_of(testing::slurp(scratch / "july" / infections_file_name)));
}

TEST(ReplicatesCsv, HasARowAReplicate) {
  EnsembleResult result = testing::sample_result(2, 2);
  result.outcome_names = {"a", "=b"};
  result.replicates = {{0, "00ff", {1.5, std::nan("")}}, {1, "ff00", {2, 0.1}}};
  EXPECT_EQ(replicates_csv(result), "replicate,digest,a,'=b\n0,00ff,1.5,\n1,ff00,2,0.1\n");
}

}  // namespace
}  // namespace secondwave
