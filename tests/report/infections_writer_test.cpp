#include "report/infections_writer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <zstd.h>

#include "report/sha256.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

std::string unpacked(const std::string& packed) {
  std::string out(std::size_t{64} << 20, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  EXPECT_EQ(ZSTD_isError(size), 0u) << ZSTD_getErrorName(size);
  out.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return out;
}

RunResult small_run(std::uint32_t replicate) {
  RunResult run{.replicate = replicate, .hosts = 2};
  run.infections.time_s = {0, 0.1 + 0.2};
  run.infections.host = {1, 0};
  run.infections.infector = {no_host, 1};
  run.address = {0xC0000201u, 0xFFFFFFFFu};
  return run;
}

RunResult large_run(std::uint32_t infections) {
  RunResult run{.hosts = infections};
  std::uint32_t x = 1;
  for (std::uint32_t i = 0; i < infections; ++i) {
    x = x * 1664525u + 1013904223u;
    run.infections.time_s.push_back(i + x / 4294967296.0);
    run.infections.host.push_back(i);
    run.infections.infector.push_back(x % infections);
    run.address.push_back(x);
  }
  return run;
}

TEST(InfectionsWriter, WritesEveryInfectionInOrder) {
  const testing::Scratch scratch;
  auto writer = InfectionsWriter::create(scratch / "i.zst");
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->append(small_run(0)));
  RunResult bare = small_run(7);
  bare.address.clear();
  ASSERT_TRUE(writer->append(bare));
  const auto hash = writer->finish();
  ASSERT_TRUE(hash);
  const std::string packed = testing::slurp(scratch / "i.zst");
  EXPECT_EQ(*hash, sha256_of(packed));
  EXPECT_EQ(unpacked(packed),
            "replicate,time_s,host,address,source_host,source_address\n"
            "0,0,1,255.255.255.255,,\n"
            "0,0.30000000000000004,0,192.0.2.1,1,255.255.255.255\n"
            "7,0,1,,,\n"
            "7,0.30000000000000004,0,,1,\n");
}

TEST(InfectionsWriter, StreamsManyRowsWithoutLosingAny) {
  const testing::Scratch scratch;
  const RunResult run = large_run(300'000);
  auto writer = InfectionsWriter::create(scratch / "i.zst");
  ASSERT_TRUE(writer && writer->append(run) && writer->finish());
  std::istringstream lines(unpacked(testing::slurp(scratch / "i.zst")));
  std::string line;
  std::getline(lines, line);
  std::size_t i = 0;
  for (; std::getline(lines, line); ++i) {
    ASSERT_LT(i, run.infections.size());
    const std::size_t comma = line.find(',', 2);
    ASSERT_EQ(std::strtod(line.substr(2, comma - 2).c_str(), nullptr), run.infections.time_s[i]);
    ASSERT_EQ(std::stoul(line.substr(comma + 1)), i);
  }
  EXPECT_EQ(i, run.infections.size());
}

TEST(InfectionsWriter, ReportsAFullDisk) {
  const testing::Scratch scratch;
  const std::string path = scratch / "i.zst";
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = InfectionsWriter::create(path);
    if (!writer) _exit(2);
    const auto status = writer->append(large_run(300'000));
    const bool right = !status && status.error().kind == ErrorKind::machine &&
                       status.error().text().find("i.zst: cannot write: File too large") != std::string::npos;
    _exit(right ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace secondwave
