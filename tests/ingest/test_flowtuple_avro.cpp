#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "avro_file.hpp"
#include "ingest/avro_codec.hpp"
#include "ingest/avro_schema.hpp"
#include "ingest/flowtuple_avro.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

std::unique_ptr<Reader> make() {
  return make_flowtuple_avro_reader({});
}

std::string field(const std::string& name, const std::string& type) {
  return R"({"name":")" + name + R"(","type":)" + type + "}";
}
std::string record(const std::vector<std::string>& fields) {
  std::string all;
  for (const std::string& one : fields) all += (all.empty() ? "" : ",") + one;
  return R"({"type":"record","namespace":"org.caida.corsaro","name":"flowtuple","fields":[)" + all + "]}";
}

const std::string a_long = R"("long")";
const std::string longs = R"({"type":"array","items":"long"})";
const std::string small = record({field("time", a_long), field("src_ip", a_long)});

const std::string version_3 =
    record({field("time", a_long), field("src_ip", a_long), field("dst_ip", a_long), field("src_port", R"("int")"),
            field("dst_port", R"("int")"), field("protocol", R"("int")"), field("ttl", R"("int")"),
            field("tcp_flags", R"("int")"), field("ip_len", R"("int")"), field("tcp_synlen", R"("int")"),
            field("tcp_synwinlen", R"("int")"), field("packet_cnt", a_long), field("is_spoofed", R"("int")"),
            field("is_masscan", R"("int")"), field("maxmind_continent", R"("string")")});

std::string row_3(std::int64_t source_port, std::int64_t target_port, std::int64_t protocol) {
  std::string out;
  for (const std::int64_t value :
       {std::int64_t{1'600'000'000}, std::int64_t{0xC0000201}, std::int64_t{0x2C000001}, source_port, target_port,
        protocol, std::int64_t{50}, std::int64_t{2}, std::int64_t{40}, std::int64_t{20}, std::int64_t{1024},
        std::int64_t{3}, std::int64_t{0}, std::int64_t{1}}) {
    out += avro_long(value);
  }
  return out + avro_text("NA");
}

const std::string version_4 =
    record({field("time", a_long), field("src_ip", a_long), field("dst_net", a_long), field("dst_port", R"("int")"),
            field("protocol", R"("int")"), field("packet_cnt", a_long), field("uniq_dst_ips", R"("int")"),
            field("uniq_pkt_sizes", R"("int")"), field("uniq_src_ports", R"("int")"),
            field("uniq_tcp_flags", R"("int")"), field("first_tcp_rwin", R"("int")"), field("common_pktsizes", longs),
            field("common_srcports", longs), field("common_tcpflags", longs)});

std::string row_4(std::int64_t different, std::int64_t protocol, std::int64_t target_port) {
  std::string out;
  for (const std::int64_t value :
       {std::int64_t{1'600'000'000}, std::int64_t{0xC0000201}, std::int64_t{0x2C000000}, target_port, protocol,
        std::int64_t{300}, std::int64_t{256}, different, different, different, std::int64_t{1024}}) {
    out += avro_long(value);
  }
  return out + avro_longs({404}) + avro_longs({40000}) + avro_longs({2});
}

TEST(FlowtupleAvro, Version3) {
  const Outcome outcome =
      read_all(make, avro_header(version_3) + avro_block(3, row_3(40000, 23, 6) + row_3(8, 3, 1) + row_3(0, 0, 47)));
  ASSERT_EQ(outcome.counts.bad, 0U) << outcome.counts.bad_samples[0].why;
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.counts.other, 1U);
  const Sighting& tcp = outcome.seen[0].sighting;
  EXPECT_EQ(tcp.kind, Sighting::Kind::flow);
  EXPECT_EQ(tcp.time_us, 1'600'000'000'000'000);
  EXPECT_EQ(tcp.place, avro_header(version_3).size());
  EXPECT_EQ(tcp.source, 0xC0000201U);
  EXPECT_EQ(tcp.target, 0x2C000001U);
  EXPECT_EQ(tcp.source_port, 40000);
  EXPECT_EQ(tcp.target_port, 23);
  EXPECT_EQ(tcp.tcp_flags, 2);
  EXPECT_EQ(tcp.tcp_window, 1024);
  EXPECT_EQ(tcp.ip_length, 40);
  EXPECT_EQ(tcp.packets, 3U);
  EXPECT_EQ(tcp.targets, 1U);
  EXPECT_EQ(outcome.seen[0].text, "is_masscan");
  EXPECT_EQ(outcome.seen[1].sighting.target_port, 8 * 256 + 3);
  EXPECT_EQ(outcome.seen[1].sighting.source_port, 0);
}

TEST(FlowtupleAvro, Version4) {
  ReaderOptions options;
  options.sampling = 10;
  const std::string bytes =
      avro_header(version_4) + avro_block(3, row_4(1, 6, 23) + row_4(2, 6, 23) + row_4(1, 1, 2048));
  const Outcome outcome = read_all(*make_flowtuple_avro_reader(options), bytes);
  ASSERT_EQ(outcome.seen.size(), 3U);
  const Sighting& tcp = outcome.seen[0].sighting;
  EXPECT_EQ(tcp.packets, 3000U);
  EXPECT_EQ(tcp.targets, 2560U);
  EXPECT_EQ(tcp.source_port, 40000);
  EXPECT_EQ(tcp.tcp_flags, 2);
  EXPECT_EQ(tcp.ip_length, 404);
  EXPECT_EQ(tcp.tcp_window, 1024);
  EXPECT_FALSE(tcp.knows(Sighting::target_known));
  EXPECT_EQ(outcome.seen[1].sighting.source_port, 0);
  EXPECT_FALSE(outcome.seen[1].sighting.knows(Sighting::flags_known));
  EXPECT_FALSE(outcome.seen[1].sighting.knows(Sighting::length_known));
  EXPECT_EQ(outcome.seen[2].sighting.target_port, 2048);
}

TEST(FlowtupleAvro, CodecsGiveTheSame) {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += row_3(1000 + i, 80, 6);
  const Outcome plain = read_all(make, avro_header(version_3) + avro_block(500, rows));
  ASSERT_EQ(plain.seen.size(), 500U);
  Outcome packed = read_all(make, avro_header(version_3, "deflate") + avro_block(500, deflated(rows)));
  ASSERT_EQ(packed.seen.size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) packed.seen[i].sighting.place = plain.seen[i].sighting.place;
  EXPECT_EQ(difference(plain, packed), "");
}

TEST(FlowtupleAvro, EveryTypeIsSkippedRight) {
  const std::string schema = record(
      {field("a", R"("null")"), field("b", R"("boolean")"), field("c", R"("float")"), field("d", R"("double")"),
       field("e", R"("bytes")"), field("f", R"({"type":"fixed","name":"F","size":3})"),
       field("g", R"({"type":"enum","name":"E","symbols":["x","y"]})"), field("h", R"({"type":"map","values":"int"})"),
       field("i", R"([{"type":"null"},"string"])"), field("src_ip", R"(["null","long"])"),
       field("j", record({field("x", a_long), field("y", R"("string")")})),
       field("time", R"({"type":{"type":"long"}})"),
       field("k", R"({"type":"array","items":{"type":"array","items":"int"}})")});
  const std::string row = std::string(1, '\1') + std::string(4, 'f') + std::string(8, 'd') + avro_text("by") + "fix" +
                          avro_long(1) + avro_long(1) + avro_text("key") + avro_long(5) + avro_long(0) + avro_long(1) +
                          avro_text("union") + avro_long(1) + avro_long(0x0A000001) + avro_long(7) + avro_text("y") +
                          avro_long(1000) + avro_long(-1) + avro_long(4) + avro_longs({1, 2}) + avro_long(0);
  const Outcome outcome = read_all(make, avro_header(schema) + avro_block(2, row + row));
  ASSERT_EQ(outcome.counts.bad, 0U) << outcome.counts.bad_samples[0].why;
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.seen[1].sighting.source, 0x0A000001U);
  EXPECT_EQ(outcome.seen[1].sighting.time_us, 1'000'000'000);
  EXPECT_EQ(outcome.seen[1].sighting.known, 0);
  // Cut anywhere, the record is bad and nothing is read beyond it.
  for (std::size_t size = 0; size < row.size(); ++size) {
    EXPECT_EQ(read_all(make, avro_header(schema) + avro_block(1, row.substr(0, size))).counts.bad, 1U);
  }
}

TEST(FlowtupleAvro, HeadersThatCannotBeUsedSayWhy) {
  std::string deep = R"("long")";
  for (int i = 0; i < 20; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  std::string wide = R"("int")";
  for (int i = 0; i < 1100; ++i) wide += R"(,"int")";
  const std::vector<std::pair<std::string, const char*>> headers = {
      {"Obj\x02 and more", "not an Avro file"},
      {avro_header(small, "xz"), "none of null"},
      {avro_header("nonsense"), "is not JSON"},
      {avro_header(""), "is missing"},  // found by fuzzing: simdjson wants no empty text
      {avro_header(R"("long")"), "not that of a record"},
      {avro_header(R"({"type":)" + small + "}"), "plain record"},
      {avro_header(record({field("time", a_long)})), "no src_ip"},
      {avro_header(record({field("time", R"("Node")")})), "by its name: 'Node'"},
      {avro_header(record({field("time", deep)})), "too deeply"},
      {avro_header(record({field("time", "[" + wide + "]")})), "1024 types"},
      {avro_header(record({field("time", "17")})), "neither a name"},
      {avro_header(record({field("time", "{}")})), "without a type"},
      {avro_header(record({field("time", R"({"type":"array"})")})), "type of its items"},
      {avro_header(record({field("time", R"({"type":"array","items":"null"})")})), "no size"},
      {avro_header(record({field("time", R"({"type":"array","items":{"type":"record","name":"E","fields":[]}})")})),
       "no size"},
      {avro_header(record({field("time", R"({"type":"fixed","name":"F","size":-1})")})), "impossible size"},
      {avro_header(R"({"type":"record","name":"x"})"), "without fields"},
      {avro_header(R"({"type":"record","name":"x","fields":[{}]})"), "without name or type"},
      {std::string("Obj\x01", 4) + avro_long(5'000'000), "broken, cut off"},
      {std::string("Obj\x01", 4) + avro_long(1) + avro_text("avro.schema") + avro_long(10'000'000) +
           std::string(400'000, 'x'),
       "longer than 256 KiB"},
      {std::string("Ob"), "broken, cut off"}};
  for (const auto& [header, why] : headers) {
    const Outcome outcome = read_all(make, header);
    ASSERT_EQ(outcome.counts.records(), 1U) << why;
    EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr(why));
    expect_large_pieces_do_not_matter(make, header, 2, header.size() / 3 + 10);
  }
  EXPECT_EQ(read_all(make, "").counts.records(), 0U);
}

TEST(FlowtupleAvro, BrokenBlocksCostOneRecord) {
  const std::string row = avro_long(1'600'000'000) + avro_long(0x0A000001);
  const std::string good = avro_block(1, row);
  std::string wrong_sync = good;
  wrong_sync.back() = '!';
  const std::vector<std::pair<std::string, const char*>> blocks = {
      {wrong_sync + good, "sync marker"},
      {avro_long(-5) + avro_text(row) + avro_sync, "impossible length"},
      {avro_long(1) + avro_long(std::int64_t{1} << 40) + row + avro_sync, "impossible length"},
      {std::string(20, '\xFF') + avro_sync, "impossible length"},
      {avro_block(3'000'000, row), "too many records"},
      {avro_block(1'000'000, row), "ends within a record"},
      {avro_block(2, row + "\x01"), "ends within a record"},
      {avro_block(1, row + "more"), "behind its last record"},
      {avro_block(1, avro_long(-1) + avro_long(1)), "no time"},
      {avro_block(1, avro_long(1) + avro_long(std::int64_t{1} << 33)), "source is not an address"}};
  for (const auto& [block, why] : blocks) {
    const std::string bytes = avro_header(small) + good + block + good;
    const Outcome outcome = read_all(make, bytes);
    EXPECT_EQ(outcome.counts.bad, 1U) << why;
    EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr(why));
    EXPECT_EQ(outcome.counts.bad_samples.at(0).place, avro_header(small).size() + good.size());
    EXPECT_GE(outcome.seen.size(), 2U) << why;
    expect_pieces_do_not_matter(make, bytes, 8);
  }
  const std::string bytes = avro_header(small) + good + good;
  for (std::size_t cut = 1; cut < good.size(); ++cut) {
    const Outcome outcome = read_all(make, bytes.substr(0, bytes.size() - cut));
    EXPECT_EQ(outcome.seen.size(), 1U);
    EXPECT_EQ(outcome.counts.bad, 1U);
  }
  const std::string junk = avro_header(small, "deflate") + avro_block(1, "no deflate");
  EXPECT_THAT(read_all(make, junk).counts.bad_samples.at(0).why, HasSubstr("does not unpack"));
}

TEST(FlowtupleAvro, ValuesThatCannotBeAreBad) {
  const std::string schema = record({field("time", a_long), field("src_ip", a_long), field("dst_ip", a_long),
                                     field("protocol", a_long), field("dst_port", R"("string")")});
  const auto row = [](std::int64_t target, std::int64_t protocol) {
    return avro_long(1) + avro_long(1) + avro_long(target) + avro_long(protocol) + avro_text("80");
  };
  const Outcome outcome = read_all(make, avro_header(schema) + avro_block(2, row(-1, 6) + row(1, 6)));
  EXPECT_EQ(outcome.counts.bad, 2U);
  EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr("target"));
  EXPECT_THAT(outcome.counts.bad_samples.at(1).why, HasSubstr("port"));
}

TEST(FlowtupleAvro, PiecesDoNotMatter) {
  std::string bytes = avro_header(version_3, "deflate");
  for (int i = 0; i < 10; ++i) {
    bytes += avro_block(2, deflated(row_3(i, 80, 6) + row_3(8, 0, 1)));
    if (i % 4 == 3) bytes += "some bytes that nobody ordered";
  }
  expect_pieces_do_not_matter(make, bytes);
  expect_state_is_checked(make, bytes);
  EXPECT_EQ(detect_format(bytes).value(), InputFormat::flowtuple_avro);
  EXPECT_EQ(make()->format(), InputFormat::flowtuple_avro);
}

// ---- Codecs.

TEST(AvroCodec, SnappyElements) {
  const auto unpack = [](std::string_view packed, std::string_view expected) {
    std::string out;
    const std::string block = std::string(packed) + snappy_sum(expected);
    return unpack_avro_block(AvroCodec::snappy, block, out) && out == expected;
  };
  const std::string literal = "\x05\x10hello";  // length 5; literal of 5
  EXPECT_TRUE(unpack(literal, "hello"));
  EXPECT_TRUE(unpack("\x0D\x10hello\x11\x05", "hellohellohel"));  // copy of 8, offset of one byte
  EXPECT_TRUE(unpack(std::string("\x08\x00"
                                 "a\x1A\x01\x00",
                                 6),
                     "aaaaaaaa"));  // overlapping copy of 7, offset of two bytes
  EXPECT_TRUE(unpack(std::string("\x08\x04"
                                 "ab\x17\x02\x00\x00\x00",
                                 9),
                     "abababab"));  // copy of 6, offset of four bytes
  std::string text(100, 'z');
  EXPECT_TRUE(unpack(std::string("\x64\xF0\x63") + text, text));  // length of the literal in a byte of its own
  EXPECT_TRUE(unpack(std::string(1, '\0'), ""));
  EXPECT_FALSE(unpack("\x06\x10hello", "hello"));     // says 6
  EXPECT_FALSE(unpack("\x05\x14hello", "hello"));     // literal of 6
  EXPECT_FALSE(unpack("\x0D\x10hello\x11\x06", ""));  // copies from before the start
  EXPECT_FALSE(unpack("\x0D\x10hello\x11", ""));      // offset missing
  EXPECT_FALSE(unpack("\x0D\x10hello\x12\x01", ""));
  EXPECT_FALSE(unpack("\x0D\x10hello\x13\x01", ""));
  EXPECT_FALSE(unpack("\xFF\xFF\xFF\xFF\x7F", ""));  // 32 GB
  EXPECT_FALSE(unpack("\xFF\xFF\xFF\xFF\xFF\xFF", ""));
  std::string out;
  EXPECT_FALSE(unpack_avro_block(AvroCodec::snappy, "abc", out));
  EXPECT_FALSE(unpack_avro_block(AvroCodec::snappy, literal + "sum!", out));
}

TEST(AvroCodec, ABombIsRefused) {
  std::string out;
  EXPECT_TRUE(unpack_avro_block(AvroCodec::deflate, deflated(std::string(longest_avro_block, '\0')), out));
  EXPECT_EQ(out.size(), longest_avro_block);
  EXPECT_FALSE(unpack_avro_block(AvroCodec::deflate, deflated(std::string(longest_avro_block + 1, '\0')), out));
  EXPECT_FALSE(unpack_avro_block(AvroCodec::deflate, deflated("cut off here").substr(0, 5), out));
  EXPECT_FALSE(unpack_avro_block(AvroCodec::null, std::string(longest_avro_block + 1, '\0'), out));
  EXPECT_EQ(avro_codec_of(""), AvroCodec::null);
  EXPECT_EQ(avro_codec_of("snappy"), AvroCodec::snappy);
  EXPECT_EQ(avro_codec_of("zstandard"), std::nullopt);
}

TEST(AvroBytes, NumbersAreZigzag) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64},
                                   std::int64_t{64}, INT64_MAX, INT64_MIN}) {
    const std::string bytes = avro_long(value);
    AvroBytes in(bytes);
    std::int64_t read = 17;
    ASSERT_TRUE(in.number(read));
    EXPECT_EQ(read, value);
    EXPECT_TRUE(in.left().empty());
    AvroBytes cut(std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_FALSE(cut.number(read));
  }
  std::int64_t read = 0;
  EXPECT_FALSE(AvroBytes(std::string(9, '\xFF') + "\x02").number(read));
  EXPECT_FALSE(AvroBytes(std::string(20, '\xFF')).number(read));
}

}  // namespace
}  // namespace secondwave
