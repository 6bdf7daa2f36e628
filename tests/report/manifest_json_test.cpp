#include "report/manifest_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.hpp"

namespace secondwave {
namespace {

using ::testing::HasSubstr;

StoredManifest sample() {
  StoredManifest stored;
  Manifest& m = stored.manifest;
  m.program_version = "0.1.0";
  m.command = "simulate";
  m.scenario_name = "code-red-july";
  m.scenario_text = "name = \"x\"\n";
  m.construction = "order";
  m.seed = 18446744073709551615u;
  m.runs_asked = 3;
  m.runs_done = 2;
  m.partial = true;
  m.infections_written = true;
  m.run_hash = std::string(64, 'b');
  m.replicate_digests = {std::string(32, '0'), std::string(32, 'f')};
  m.tables = {{"plan", "tables/plan.csv", std::string(64, 'c')}};
  m.files = {{"curve.csv", std::string(64, 'd')}};
  stored.other_files = {"report.html"};
  stored.warnings = {"no plots"};
  return stored;
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = manifest_to_json(sample());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Error error_of(const std::string& text) {
  const auto read = manifest_from_json(text, "manifest.json");
  EXPECT_FALSE(read);
  return read ? Error{} : read.error();
}

TEST(ManifestJson, IsReadableText) {
  EXPECT_EQ(manifest_to_json(sample()), R"({
  "format": "secondwave-result",
  "format_version": 1,
  "program_version": "0.1.0",
  "model_version": 1,
  "command": "simulate",
  "scenario": "code-red-july",
  "construction": "order",
  "seed": 18446744073709551615,
  "runs": 3,
  "runs_done": 2,
  "partial": true,
  "infections": true,
  "run_hash": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
  "files": {
    "curve.csv": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
  },
  "other_files": [
    "report.html"
  ],
  "warnings": [
    "no plots"
  ],
  "tables": [
    {
      "name": "plan",
      "path": "tables/plan.csv",
      "sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    }
  ],
  "scenario_text": "name = \"x\"\n",
  "replicate_digests": [
    "00000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffff"
  ]
}
)");
}

TEST(ManifestJson, ReadsBackWhatItWrote) {
  const auto read = manifest_from_json(manifest_to_json(sample()), "manifest.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(manifest_to_json(*read), manifest_to_json(sample()));
  EXPECT_EQ(read->manifest.seed, 18446744073709551615u);
  EXPECT_EQ(read->manifest.files, sample().manifest.files);
  EXPECT_EQ(read->manifest.tables[0].sha256, std::string(64, 'c'));
}

TEST(ManifestJson, KeepsTheScenarioTextExactly) {
  StoredManifest stored = sample();
  stored.manifest.scenario_text = "# \t \x1b \x7f </script> \xe2\x80\xae \"\\\r\n";
  const auto read = manifest_from_json(manifest_to_json(stored), "m");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->manifest.scenario_text, stored.manifest.scenario_text);
}

TEST(ManifestJson, SurvivesTextThatIsNotUtf8) {
  StoredManifest stored = sample();
  stored.warnings = {testing::hostile};
  EXPECT_TRUE(manifest_from_json(manifest_to_json(stored), "m"));
}

TEST(ManifestJson, NamesThePlaceOfBrokenJson) {
  EXPECT_EQ(error_of("{\n  \"format\": oops\n}").text(),
            "manifest.json:2:13: the manifest is not valid JSON\n"
            "  the folder was not written by secondwave, or was changed since");
  EXPECT_EQ(error_of("").kind, ErrorKind::data);
  EXPECT_EQ(error_of(manifest_to_json(sample()).substr(0, 300)).kind, ErrorKind::data);
  EXPECT_EQ(error_of("\xff\xfe{}").kind, ErrorKind::data);
}

TEST(ManifestJson, RefusesWhatIsImpossible) {
  EXPECT_THAT(error_of("[]").message, HasSubstr("not a manifest of secondwave"));
  EXPECT_THAT(error_of(replaced("_version\": 1", "_version\": 2")).message, HasSubstr("another version"));
  EXPECT_THAT(error_of(replaced("\"command\"", "\"kommand\"")).message, HasSubstr("'command' is missing"));
  EXPECT_THAT(error_of(replaced("\"runs\": 3", "\"runs\": -3")).message, HasSubstr("'runs' must be a whole number"));
  EXPECT_THAT(error_of(replaced("\"runs\": 3", "\"runs\": 1")).message, HasSubstr("larger than 'runs'"));
  EXPECT_THAT(error_of(replaced("\"runs\": 3", "\"runs\": 5000000000")).message, HasSubstr("'runs' must be"));
  EXPECT_THAT(error_of(replaced("\"partial\": true", "\"partial\": false")).message, HasSubstr("contradicts"));
  EXPECT_THAT(error_of(replaced("\"partial\": true", "\"partial\": 1")).message, HasSubstr("true or false"));
  EXPECT_THAT(error_of(replaced("bbbb", "bbbB")).message, HasSubstr("64 hex digits"));
  EXPECT_THAT(error_of(replaced("curve.csv", "../x")).message, HasSubstr("'../x' is no file name"));
  EXPECT_THAT(error_of(replaced("report.html", "..")).message, HasSubstr("'..' is no file name"));
  EXPECT_THAT(error_of(replaced("\"0000", "\"000g")).message, HasSubstr("32 hex digits"));
  EXPECT_THAT(error_of(replaced("\"seed\": 18446744073709551615", "\"seed\": 1.5")).message, HasSubstr("'seed'"));
}

TEST(ManifestJson, IsBounded) {
  EXPECT_THAT(error_of(std::string(10'000'000, '[')).message, HasSubstr("nested too deeply"));
  std::string many = "[0";
  for (int i = 0; i < 5'000'000; ++i) many += ",0";
  EXPECT_THAT(error_of(many + "]").message, HasSubstr("too many values"));
  EXPECT_THAT(error_of(std::string(largest_manifest_bytes + 1, ' ')).message, HasSubstr("64 MiB"));
}

TEST(ReadManifest, SaysWhichFileIsMissing) {
  const testing::Scratch scratch;
  const auto read = read_manifest(scratch.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::machine);
  EXPECT_EQ(read.error().text(),
            (scratch / "manifest.json").string() + ": cannot open the file: No such file or directory");
}

}  // namespace
}  // namespace secondwave
