#include "report/result_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "report/output_file.hpp"
#include "report/sha256.hpp"
#include "sample.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

StoredManifest small_manifest() {
  StoredManifest stored;
  stored.manifest.run_hash = std::string(64, 'a');
  return stored;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

/// A finished result with one file.
void finish_result(const fs::path& target, const std::string& text) {
  auto folder = prepare_result_folder(target);
  ASSERT_TRUE(folder) << folder.error().text();
  ASSERT_TRUE(folder->add("curve.csv", text, Bytes::reproducible));
  ASSERT_TRUE(folder->add("plot.svg", "<svg/>", Bytes::may_differ));
  const Status done = folder->commit(small_manifest());
  ASSERT_TRUE(done) << done.error().text();
}

Error refusal(const fs::path& target) {
  const auto folder = prepare_result_folder(target);
  EXPECT_FALSE(folder) << target;
  return folder ? Error{} : folder.error();
}

TEST(Sha256, OfKnownTexts) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ResultFolder, AppearsOnlyWhenItIsWhole) {
  const testing::Scratch scratch;
  const fs::path target = scratch / "july";
  auto folder = prepare_result_folder(target);
  ASSERT_TRUE(folder);
  ASSERT_TRUE(folder->add("curve.csv", "abc", Bytes::reproducible));
  ASSERT_TRUE(folder->add("report.html", "<p>", Bytes::may_differ));
  EXPECT_FALSE(fs::exists(target));
  ASSERT_TRUE(folder->commit(small_manifest()));
  EXPECT_THAT(names_in(scratch.path()), UnorderedElementsAre("july"));
  EXPECT_THAT(names_in(target), UnorderedElementsAre("curve.csv", "report.html", "manifest.json"));
  const auto manifest = read_manifest(target);
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->manifest.files, (std::map<std::string, std::string>{{"curve.csv", sha256_of("abc")}}));
  EXPECT_EQ(manifest->other_files, std::vector<std::string>{"report.html"});
}

TEST(ResultFolder, LeavesNothingWhereItIsGivenUp) {
  const testing::Scratch scratch;
  {
    auto folder = prepare_result_folder(scratch / "a/b/july");
    ASSERT_TRUE(folder);
    ASSERT_TRUE(folder->add("curve.csv", "abc", Bytes::reproducible));
    EXPECT_EQ(names_in(scratch / "a/b").size(), 1u);
  }
  EXPECT_TRUE(names_in(scratch.path()).empty());
}

TEST(ResultFolder, TakesAnEmptyFolder) {
  const testing::Scratch scratch;
  fs::create_directory(scratch / "july");
  finish_result(scratch / "july/", "new");
  EXPECT_EQ(testing::slurp(scratch / "july/curve.csv"), "new");
}

TEST(ResultFolder, ReplacesAnEarlierResultAtTheEndOnly) {
  const testing::Scratch scratch;
  const fs::path target = scratch / "july";
  finish_result(target, "old");
  {
    auto given_up = prepare_result_folder(target);
    ASSERT_TRUE(given_up);
    ASSERT_TRUE(given_up->add("curve.csv", "half", Bytes::reproducible));
    EXPECT_EQ(testing::slurp(target / "curve.csv"), "old");
  }
  EXPECT_EQ(testing::slurp(target / "curve.csv"), "old");
  finish_result(target, "new");
  EXPECT_EQ(testing::slurp(target / "curve.csv"), "new");
  EXPECT_THAT(names_in(scratch.path()), UnorderedElementsAre("july"));
}

TEST(ResultFolder, FollowsALinkToTheFolder) {
  const testing::Scratch scratch;
  fs::create_directory(scratch / "real");
  fs::create_directory_symlink(scratch / "real", scratch / "link");
  finish_result(scratch / "link", "new");
  EXPECT_TRUE(fs::is_symlink(scratch / "link"));
  EXPECT_EQ(testing::slurp(scratch / "real/curve.csv"), "new");
}

TEST(ResultFolder, RefusesFoldersWithForeignFiles) {
  const testing::Scratch scratch;
  fs::create_directory(scratch / "home");
  testing::spill(scratch / "home/thesis.tex", "years of work");
  const Error error = refusal(scratch / "home");
  EXPECT_EQ(error.kind, ErrorKind::usage);
  EXPECT_EQ(error.text(), (scratch / "home").string() +
                              ": the folder holds 'thesis.tex', which is not part of a result of secondwave\n"
                              "  name a new folder, or an empty one; nothing was changed");
  finish_result(scratch / "july", "old");
  testing::spill(scratch / "july/notes.txt", "mine");
  EXPECT_THAT(refusal(scratch / "july").message, HasSubstr("'notes.txt'"));
  EXPECT_EQ(testing::slurp(scratch / "july/curve.csv"), "old");
  fs::remove(scratch / "july/notes.txt");
  fs::remove(scratch / "july/plot.svg");
  fs::create_directory(scratch / "july/plot.svg");
  EXPECT_THAT(refusal(scratch / "july").message, HasSubstr("'plot.svg'"));
}

TEST(ResultFolder, RefusesAManifestThatIsNotOurs) {
  const testing::Scratch scratch;
  fs::create_directory(scratch / "web");
  testing::spill(scratch / "web/manifest.json", "{\"name\": \"a web app\"}");
  EXPECT_THAT(refusal(scratch / "web").message, HasSubstr("'manifest.json'"));
  testing::spill(scratch / "file", "x");
  EXPECT_EQ(refusal(scratch / "file").message, "this is not a folder");
  EXPECT_EQ(refusal(scratch / "file").kind, ErrorKind::usage);
  EXPECT_EQ(refusal("").kind, ErrorKind::usage);
  EXPECT_EQ(refusal(".").kind, ErrorKind::usage);
  EXPECT_EQ(refusal("/").kind, ErrorKind::usage);
}

TEST(ResultFolder, LooksAgainBeforeItReplaces) {
  const testing::Scratch scratch;
  const fs::path target = scratch / "july";
  auto folder = prepare_result_folder(target);
  ASSERT_TRUE(folder);
  fs::create_directory(target);
  testing::spill(target / "thesis.tex", "written meanwhile");
  const Status done = folder->commit(small_manifest());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::usage);
  folder = prepare_result_folder(scratch / "other");
  EXPECT_EQ(testing::slurp(target / "thesis.tex"), "written meanwhile");
}

TEST(ResultFolder, SaysWhereItMayNotWrite) {
  const testing::Scratch scratch;
  // Root may write everywhere, so that a file in the way stands in for a folder that refuses.
  testing::spill(scratch / "file", "x");
  const Error error = refusal(scratch / "file/below/july");
  EXPECT_EQ(error.kind, ErrorKind::machine);
  EXPECT_THAT(error.text(), HasSubstr("cannot"));
  EXPECT_EQ(refusal("/proc/july").kind, ErrorKind::machine);
}

TEST(ResultFolder, SaysWhereAFolderIsNotOurs) {
  const testing::Scratch scratch;
  fs::create_directory(scratch / "locked");
  fs::permissions(scratch / "locked", static_cast<fs::perms>(0555));
  fs::permissions(scratch.path(), fs::perms::all);
  const pid_t child = fork();
  if (child == 0) {
    if (getuid() == 0 && setuid(65534) != 0) _exit(3);
    const auto folder = prepare_result_folder(scratch / "locked/july");
    _exit(!folder && folder.error().kind == ErrorKind::machine &&
                  folder.error().text().find("Permission denied") != std::string::npos
              ? 0
              : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(OutputFile, ReportsADeviceThatIsFull) {
  // /dev/full takes no byte; O_EXCL refuses it, so the test goes by a name that is not there yet.
  const testing::Scratch scratch;
  EXPECT_EQ(write_file("/dev/full", "x").error().text(), "/dev/full: cannot create the file: File exists");
  const auto again = write_file(scratch / "a", "x");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, sha256_of("x"));
  EXPECT_FALSE(write_file(scratch / "a", "y"));
}

}  // namespace
}  // namespace secondwave
