// Grouping by owner, the formats at the level of bytes, and the folder: whole or not at all, and only what is new.
#include "report/notice_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "report/notice_text.hpp"
#include "sample.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

class InTurn final : public Executor {
 public:
  std::size_t workers() const override { return 1; }
  void run(std::size_t count, const std::function<void(std::size_t, std::size_t)>& task) override {
    for (std::size_t i = 0; i < count; ++i) task(i, 0);
  }
};

NoticeRun a_run(bool exercise = false) {
  NoticeRun run;
  run.sender = {"Example CERT", "cert@example.org"};
  run.exercise = exercise;
  run.date_us = 996'688'440'000'000;
  run.labels = {"other", "code-red-2", "scan"};
  run.sensors = {{"web1", "Europe/Berlin"}, {testing::hostile, ""}};
  run.advice["code-red-2"] = {.title = "Code Red II",
                              .protocol = "tcp",
                              .port = 80,
                              .what = "A worm.",
                              .steps = {"Mend it."},
                              .source = "CERT"};
  run.advice["scan"] = {.title = "Scanning", .infected = false, .what = "A scan.", .steps = {"Ask."}, .source = "CERT"};
  return run;
}

NoticeHost a_host(const char* address, std::uint32_t label = 1) {
  return {.address = *try_parse_ipv4(address),
          .label = label,
          .sensors = 3,
          .first_us = 996'600'000'000'000,
          .last_us = 996'600'060'000'001,
          .sightings = 3,
          .targets = 2,
          .evidence_us = 996'600'000'000'000,
          .country = {},
          .name = testing::hostile,
          .evidence = testing::hostile};
}

std::vector<NoticeHost> some_hosts() {
  return {a_host("192.0.2.1"),    a_host("192.0.2.1", 2), a_host("192.0.2.200"),
          a_host("198.51.100.1"), a_host("198.51.200.1"), a_host("203.0.113.1")};
}

HostFact no_facts(Ipv4 address) {
  return {.address = address};
}

const std::vector<const NoticeFormat*>& all_formats() {
  static const std::vector<const NoticeFormat*> all = [] {
    std::vector<const NoticeFormat*> pointers;
    for (const NoticeFormat& each : notice_formats()) pointers.push_back(&each);
    return pointers;
  }();
  return all;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class NoticeFolderTest : public ::testing::Test {
 protected:
  fs::path folder_ = fs::temp_directory_path() / ("secondwave-notices-" + std::to_string(::getpid()));
  InTurn in_turn_;
  CancelToken never_;
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  Result<WrittenNotices> write(const NoticeRun& run) {
    Result<NoticeFolder> folder = NoticeFolder::open(folder_);
    if (!folder) return tl::unexpected(folder.error());
    const NoticeSet set = group_notices(some_hosts(), {}, no_facts, run);
    return folder->write(set, run, all_formats(), in_turn_, never_);
  }
};

TEST(NoticeGrouping, OneNoticeForEachOwnerAndAllItsHosts) {
  ContactBook book;
  ASSERT_TRUE(book.read("192.0.2.0/25,Abuse@Example.NET,One\nAS64500,Abuse@example.net,Other\n", "t", 0));
  const NoticeRun run = a_run();
  const auto facts = [](Ipv4 address) {
    HostFact fact{.address = address};
    if (address >> 24 == 198) fact.asn = (address >> 8 & 0xFF) == 100 ? 64500 : 64501;
    if (address >> 24 == 203) fact.abuse_contact = "store@example.org";
    return fact;
  };
  const NoticeSet set = group_notices(some_hosts(), book, facts, run);
  ASSERT_EQ(set.notices.size(), 4u);
  EXPECT_EQ(set.notices[0].owner.key, "Abuse@example.net") << "a domain knows no case";
  EXPECT_EQ(span_of(set.notices[0].hosts).addresses, 2u) << "by its prefix and by its AS";
  EXPECT_EQ(set.notices[0].hosts.size(), 3u) << "one address under two labels";
  EXPECT_EQ(set.notices[1].owner.key, "store@example.org");
  EXPECT_EQ(set.notices[2].owner.key, "AS64501");
  EXPECT_EQ(set.notices[3].owner.key, "192.0.0.0/16") << "nobody knows whose it is";
  EXPECT_TRUE(set.notices[3].owner.contact.empty());
  std::size_t hosts = 0;
  for (const Notice& notice : set.notices) hosts += notice.hosts.size();
  EXPECT_EQ(hosts, some_hosts().size());
}

TEST(NoticeFormats, StrangersWriteNothingButText) {
  const NoticeRun run = a_run();
  ContactBook book;
  book.add(Prefix{0, 0}, {.address = "abuse@example.net", .name = testing::hostile, .source = "t"});
  const NoticeSet set = group_notices(some_hosts(), book, no_facts, run);
  for (const NoticeFormat& format : notice_formats()) {
    NoticeText out;
    format.write(set.notices[0], run, out);
    EXPECT_EQ(out.text.find('\x1b'), std::string::npos) << format.name;
    EXPECT_EQ(out.text.find('\x07'), std::string::npos) << format.name;
    EXPECT_EQ(out.text.find('\xff'), std::string::npos) << format.name;
    EXPECT_EQ(out.text.find("\xe2\x80\xae"), std::string::npos) << format.name;
    EXPECT_EQ(out.text.find("\nsystem"), std::string::npos) << format.name << ": a line of theirs";
    EXPECT_EQ(out.text.find("\n=cmd"), std::string::npos) << format.name;
    const bool text_only = format.name == "mail" || format.name == "csv";
    EXPECT_TRUE(text_only || out.text.find("<script") == std::string::npos) << format.name;
    EXPECT_TRUE(out.text.find("AMBER") != std::string::npos || out.text.find("tlp:amber") != std::string::npos);
    EXPECT_NE(out.text.find("web1"), std::string::npos) << format.name << " names the sensor";
    EXPECT_NE(out.text.find("UTC"), std::string::npos) << format.name << " names the time zone";
  }
}

TEST(NoticeFormats, AnExerciseSaysSoInEveryFormat) {
  for (const bool exercise : {false, true}) {
    const NoticeRun run = a_run(exercise);
    const NoticeSet set = group_notices(some_hosts(), {}, no_facts, run);
    for (const NoticeFormat& format : notice_formats()) {
      NoticeText out;
      format.write(set.notices[0], run, out);
      const char* mark = format.name == "mail"      ? "*** EXERCISE ***"
                         : format.name == "csv"     ? ",info,tcp,192.0.2.1,"
                         : format.name == "iodef"   ? "ext-purpose=\"exercise\""
                         : format.name == "stix"    ? "\"labels\":[\"exercise\"]"
                         : format.name == "intelmq" ? "\"classification.type\":\"test\""
                                                    : "\"exercise:yes\"";
      EXPECT_EQ(out.text.find(mark) != std::string::npos, exercise) << format.name;
    }
  }
}

TEST(NoticeFormats, TheSameRunGivesTheSameBytes) {
  const NoticeRun run = a_run();
  const NoticeSet one = group_notices(some_hosts(), {}, no_facts, run);
  const NoticeSet two = group_notices(some_hosts(), {}, no_facts, run);
  NoticeRun red = run;
  red.tlp = Tlp::red;
  EXPECT_NE(group_notices(some_hosts(), {}, no_facts, red).notices[0].id, one.notices[0].id);
  for (const NoticeFormat& format : notice_formats()) {
    NoticeText a;
    NoticeText b;
    format.write(one.notices[0], run, a);
    format.write(two.notices[0], run, b);
    EXPECT_EQ(a.text, b.text) << format.name;
  }
}

TEST_F(NoticeFolderTest, ARunIsAFolderAndIsKnownAfterwards) {
  const auto written = write(a_run());
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->folder, folder_ / "0001");
  EXPECT_EQ(entries(written->folder), 3u * 6u + 2u) << "three /16s in six formats, and two lists";
  const auto known = NoticeFolder::open(folder_);
  ASSERT_TRUE(known) << known.error().text();
  const NoticeRun run = a_run();
  for (const NoticeHost& host : some_hosts()) {
    const std::string& label = run.labels[host.label];
    EXPECT_FALSE(known->is_new(host.address, label, host.first_us, host.last_us, false));
    EXPECT_TRUE(known->is_new(host.address, label, host.first_us, host.last_us + 1, false)) << "seen again";
    EXPECT_TRUE(known->is_new(host.address, label, host.first_us - 1, host.last_us, false)) << "older logs were read";
    EXPECT_TRUE(known->is_new(host.address, label, host.first_us, host.last_us, true))
        << "an exercise is another thing";
    EXPECT_TRUE(known->is_new(host.address, "nimda", host.first_us, host.last_us, false));
  }
}

TEST_F(NoticeFolderTest, AfterACrashNothingLooksWhole) {
  fs::create_directories(folder_ / ".unfinished");
  std::ofstream(folder_ / ".unfinished" / "half.eml") << "From: half";
  std::ofstream(folder_ / "mine.txt") << "not ours";
  const auto written = write(a_run(true));
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->folder, folder_ / "0001-exercise");
  EXPECT_FALSE(fs::exists(folder_ / ".unfinished"));
  EXPECT_EQ(bytes_of(folder_ / "mine.txt"), "not ours") << "files of others stay";
  EXPECT_EQ(write(a_run())->folder, folder_ / "0002");
}

TEST_F(NoticeFolderTest, InterruptedLeavesNothing) {
  CancelToken cancelled;
  cancelled.cancel();
  Result<NoticeFolder> folder = NoticeFolder::open(folder_);
  const NoticeSet set = group_notices(some_hosts(), {}, no_facts, a_run());
  const auto written = folder->write(set, a_run(), all_formats(), in_turn_, cancelled);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(entries(folder_), 0u);
}

TEST_F(NoticeFolderTest, TwoAtOnceAndDamagedListsAreErrors) {
  const auto first = NoticeFolder::open(folder_);
  const auto second = NoticeFolder::open(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::machine);
  for (const char* damage :
       {"", "address\n", "address,label,first_seen,last_seen,exercise,notice\n192.0.2.1,x\n",
        "address,label,first_seen,last_seen,exercise,notice\n192.0.2.1,x,2001-08-01,2001-08-01,no,1",
        "address,label,first_seen,last_seen,exercise,notice\n192.0.2.1,x,never,2001-08-01,no,1\n"}) {
    const fs::path other = folder_ / "other";
    fs::remove_all(other);
    fs::create_directories(other / "0003");
    std::ofstream(other / "0003" / "notified.csv") << damage;
    const auto refused = NoticeFolder::open(other);
    ASSERT_FALSE(refused) << damage;
    EXPECT_EQ(refused.error().kind, ErrorKind::data);
  }
}

TEST(NoticeFileName, IsHarmlessWhateverTheOwner) {
  Notice notice{.owner = {.key = "../../etc/Passwd\n$(x)\xff.txt", .contact = {}, .name = {}, .source = {}},
                .id = "0123456789abcdef",
                .hosts = {}};
  EXPECT_EQ(notice_file_name(notice), "_._.._etc_passwd___x__.txt-01234567");
}

}  // namespace
}  // namespace secondwave
