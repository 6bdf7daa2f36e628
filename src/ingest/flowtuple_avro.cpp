#include "ingest/flowtuple_avro.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ingest/avro_codec.hpp"
#include "ingest/avro_schema.hpp"
#include "ingest/flow_csv.hpp"
#include "ingest/flow_record.hpp"
#include "ingest/state_bytes.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;
constexpr std::string_view magic("Obj\x01", 4);
constexpr std::size_t sync_size = 16;
constexpr std::size_t longest_header = std::size_t{256} << 10;
constexpr std::int64_t most_records = std::int64_t{1} << 20;  // of a block

enum Field : std::uint8_t {
  field_time,
  field_source,
  field_target,
  field_network,
  field_source_port,
  field_target_port,
  field_protocol,
  field_packets,
  field_flags,
  field_length,
  field_window,
  field_targets,
  field_spoofed,
  field_masscan,
  field_common_lengths,
  field_common_ports,
  field_common_flags,
  field_different_lengths,
  field_different_ports,
  field_different_flags,
  fields,
};
constexpr std::array<std::string_view, fields> names{
    "time",           "src_ip",        "dst_ip",          "dst_net",         "src_port",        "dst_port",
    "protocol",       "packet_cnt",    "tcp_flags",       "ip_len",          "tcp_synwinlen",   "uniq_dst_ips",
    "is_spoofed",     "is_masscan",    "common_pktsizes", "common_srcports", "common_tcpflags", "uniq_pkt_sizes",
    "uniq_src_ports", "uniq_tcp_flags"};

using Values = std::array<AvroValue, fields>;

/// A number between 0 and `largest`, or nothing.
std::optional<std::uint64_t> number_of(const AvroValue& value, std::uint64_t largest) {
  if (value.kind != AvroValue::Kind::number || value.number < 0) return std::nullopt;
  const auto number = static_cast<std::uint64_t>(value.number);
  return number <= largest ? std::optional(number) : std::nullopt;
}

/// The one value that all packets of a record had, of version 4.
std::optional<std::uint64_t> common_of(const AvroValue& different, const AvroValue& common, std::uint64_t largest) {
  const bool one = different.kind == AvroValue::Kind::number && different.number == 1 &&
                   common.kind == AvroValue::Kind::numbers && common.count == 1;
  if (!one || common.number < 0 || static_cast<std::uint64_t>(common.number) > largest) return std::nullopt;
  return static_cast<std::uint64_t>(common.number);
}

/// The flow that a record tells of, or what is wrong with it.
const char* flow_of(const Values& values, FlowRecord& flow) {
  constexpr std::uint64_t year_10000_s = 253'402'300'800;
  const auto time_s = number_of(values[field_time], year_10000_s - 1);
  const auto source = number_of(values[field_source], 0xFFFFFFFFu);
  if (!time_s) return "no time that exists";
  if (!source) return "the source is not an address";
  flow.time_us = static_cast<std::int64_t>(*time_s) * 1'000'000;
  flow.source = static_cast<Ipv4>(*source);
  if (values[field_target].kind != AvroValue::Kind::nothing) {
    const auto target = number_of(values[field_target], 0xFFFFFFFFu);
    if (!target) return "the target is not an address";
    flow.target = static_cast<Ipv4>(*target);
  }
  const auto number = [&values](Field field, std::uint64_t largest, std::uint64_t otherwise) {
    return values[field].kind == AvroValue::Kind::nothing ? std::optional(otherwise)
                                                          : number_of(values[field], largest);
  };
  const auto protocol = number(field_protocol, 255, protocol_unknown);
  const auto target_port = number(field_target_port, 0xFFFF, 0);
  const auto packets = number(field_packets, most_in_a_flow, 1);
  const auto targets = number(field_targets, most_in_a_flow, 1);
  if (!protocol || !target_port || !packets || !targets) return "a protocol, port or count that cannot be";
  flow.protocol = static_cast<std::uint8_t>(*protocol);
  flow.ports_known = values[field_target_port].kind != AvroValue::Kind::nothing;
  flow.target_port = static_cast<std::uint16_t>(*target_port);
  flow.packets = *packets;
  flow.targets = *targets;
  return nullptr;
}

/// What else a record may say: taken where it makes sense.
void add_details(const Values& values, FlowRecord& flow) {
  auto source_port = number_of(values[field_source_port], 0xFFFF);
  if (!source_port) source_port = common_of(values[field_different_ports], values[field_common_ports], 0xFFFF);
  if (flow.protocol == protocol_icmp) {
    // Version 3 has type and code in the two ports, version 4 both in the target's, as we do.
    if (values[field_source_port].kind == AvroValue::Kind::number && source_port) {
      flow.target_port = static_cast<std::uint16_t>((*source_port & 0xFFu) << 8 | (flow.target_port & 0xFFu));
    }
  } else if (source_port) {
    flow.source_port = static_cast<std::uint16_t>(*source_port);
  }
  auto flags = number_of(values[field_flags], 0xFF);
  if (!flags) flags = common_of(values[field_different_flags], values[field_common_flags], 0xFF);
  if (flags) flow.tcp_flags = static_cast<std::uint8_t>(*flags);
  flow.packet_length = number_of(values[field_length], 0xFFFF);
  if (!flow.packet_length) {
    flow.packet_length = common_of(values[field_different_lengths], values[field_common_lengths], 0xFFFF);
  }
  const auto window = number_of(values[field_window], 0xFFFF);
  if (window && *window != 0) flow.tcp_window = static_cast<std::uint16_t>(*window);
  const auto says = [&values](Field field) { return number_of(values[field], 1).value_or(0) == 1; };
  flow.text = flowtuple_marks(says(field_spoofed), says(field_masscan));
}

class FlowtupleAvroReader final : public Reader {
 public:
  explicit FlowtupleAvroReader(const ReaderOptions& options) : sampling_(std::max(options.sampling, 1u)) {}

  [[nodiscard]] InputFormat format() const override { return InputFormat::flowtuple_avro; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    SightingSink sink(batch);
    std::size_t at = 0;
    while (true) {
      const Stage before = stage_;
      const std::size_t from = at;
      if (stage_ == Stage::header) at += take_header(bytes.substr(at), last, sink);
      if (stage_ == Stage::blocks) at += take_blocks(bytes.substr(at), last, sink);
      if (stage_ == Stage::searching) at += search(bytes.substr(at), last);
      if (stage_ == before && at == from) break;
    }
    if (stage_ == Stage::finished) {
      offset_ += bytes.size() - at;
      at = bytes.size();
    }
    return at;
  }

  [[nodiscard]] std::string state() const override {
    StateWriter out(InputFormat::flowtuple_avro, state_version);
    out.number(offset_);
    out.number(static_cast<std::uint64_t>(stage_));
    out.number(static_cast<std::uint64_t>(codec_));
    out.text(schema_text_);
    out.text(sync_);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, InputFormat::flowtuple_avro, state_version);
    FlowtupleAvroReader fresh({.sampling = sampling_});
    fresh.offset_ = in.number();
    const std::uint64_t stage = in.number();
    in.require(stage <= static_cast<std::uint64_t>(Stage::finished));
    fresh.stage_ = static_cast<Stage>(stage);
    const std::uint64_t codec = in.number();
    in.require(codec <= static_cast<std::uint64_t>(AvroCodec::snappy));
    fresh.codec_ = static_cast<AvroCodec>(codec);
    const std::string schema(in.text());
    fresh.sync_ = in.text();
    if (!in.broken() && !schema.empty()) {
      in.require(fresh.sync_.size() == sync_size && fresh.use_schema(schema).empty());
    } else {
      in.require(fresh.stage_ == Stage::header || fresh.stage_ == Stage::finished);
    }
    if (Status status = in.finish(); !status) return status;
    *this = std::move(fresh);
    return {};
  }

 private:
  enum class Stage : std::uint8_t { header, blocks, searching, finished };

  /// Why the file cannot be read, or an empty text.
  std::string use_schema(std::string_view json) {
    auto schema = AvroSchema::parse(json);
    if (!schema) return schema.error().message;
    roles_.assign(schema->fields.size(), fields);
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      const auto name = std::ranges::find(names, schema->fields[i]);
      if (name != names.end()) roles_[i] = static_cast<Field>(name - names.begin());
      if (schema->fields[i] == "first_tcp_rwin") roles_[i] = field_window;
    }
    for (const Field needed : {field_time, field_source}) {
      if (std::ranges::find(roles_, needed) == roles_.end()) return "the Avro schema has no time or no src_ip";
    }
    schema_ = std::move(*schema);
    schema_text_ = json;
    return {};
  }

  /// Ends the reading with one bad record.
  std::size_t refuse(std::string_view why, SightingSink& sink) {
    sink.bad(offset_, why);
    stage_ = Stage::finished;
    return 0;
  }

  /// The header: magic, a map of texts, the sync marker. Gives the bytes taken; 0 where more are needed.
  std::size_t take_header(std::string_view bytes, bool last, SightingSink& sink) {
    if (bytes.empty()) return 0;
    if (!magic.starts_with(bytes.substr(0, magic.size()))) return refuse("not an Avro file", sink);
    const std::string_view head = bytes.substr(0, longest_header);
    AvroBytes in(head.substr(std::min(head.size(), magic.size())));
    std::string_view schema, codec, sync;
    if (bytes.size() < magic.size() || !take_metadata(in, schema, codec) || !in.take(sync_size, sync)) {
      // Broken, or not all there yet: a header of that length is no header.
      if (bytes.size() < longest_header && !last) return 0;
      return refuse("the header of the Avro file is broken, cut off or longer than 256 KiB", sink);
    }
    const auto known = avro_codec_of(codec);
    if (!known) return refuse("the codec of the Avro file is none of null, deflate and snappy", sink);
    if (const std::string why = use_schema(schema); !why.empty()) return refuse(why, sink);
    codec_ = *known;
    sync_ = sync;
    stage_ = Stage::blocks;
    const std::size_t taken = head.size() - in.left().size();
    offset_ += taken;
    return taken;
  }

  static bool take_metadata(AvroBytes& in, std::string_view& schema, std::string_view& codec) {
    std::int64_t count = 0;
    while (true) {
      std::int64_t size = 0;
      if (!in.number(count) || count < -1'000'000 || count > 1'000'000) return false;
      if (count == 0) return true;
      if (count < 0 && !in.number(size)) return false;
      for (std::int64_t i = std::abs(count); i > 0; --i) {
        std::string_view key, value;
        if (!take_text(in, key) || !take_text(in, value)) return false;
        if (key == "avro.schema") schema = value;
        if (key == "avro.codec") codec = value;
      }
    }
  }
  static bool take_text(AvroBytes& in, std::string_view& text) {
    std::int64_t size = 0;
    return in.number(size) && size >= 0 && in.take(static_cast<std::uint64_t>(size), text);
  }

  std::size_t take_blocks(std::string_view bytes, bool last, SightingSink& sink) {
    constexpr std::size_t longest_number = 10;
    const std::size_t whole = bytes.size();
    while (!bytes.empty()) {
      AvroBytes in(bytes);
      std::int64_t count = 0;
      std::int64_t size = 0;
      std::string_view data, sync;
      const bool numbers = in.number(count) && in.number(size);
      const bool possible = !numbers || (count >= 0 && size >= 0 && count <= most_records &&
                                         size < static_cast<std::int64_t>(longest_record - 64));
      if (!possible || (!numbers && bytes.size() >= 2 * longest_number)) {
        sink.bad(offset_, "a block of impossible length, of 1 MB or more, or of too many records");
        stage_ = Stage::searching;
        break;
      }
      if (!numbers || !in.take(static_cast<std::uint64_t>(size), data) || !in.take(sync_size, sync)) {
        if (!last) break;
        sink.bad(offset_, "the input ends within a block");
        stage_ = Stage::finished;
        break;
      }
      if (sync != sync_) {
        sink.bad(offset_, "a block without the sync marker of its file");
        stage_ = Stage::searching;
        break;
      }
      take_records(data, count, sink);
      offset_ += bytes.size() - in.left().size();
      bytes = in.left();
    }
    return whole - bytes.size();
  }

  void take_records(std::string_view data, std::int64_t count, SightingSink& sink) {
    if (!unpack_avro_block(codec_, data, unpacked_)) {
      return sink.bad(offset_, "a block that does not unpack, or to more than 16 MB");
    }
    // Every record takes a byte at least: a number beyond that is a lie, and costly.
    if (static_cast<std::uint64_t>(count) > unpacked_.size())
      return sink.bad(offset_, "a block that ends within a record");
    AvroBytes in(unpacked_);
    const std::vector<std::uint32_t>& types = schema_.nodes[0].children;
    for (; count > 0; --count) {
      Values values;
      for (std::size_t i = 0; i < types.size(); ++i) {
        AvroValue value;
        if (!in.value(schema_, types[i], value)) return sink.bad(offset_, "a block that ends within a record");
        if (roles_[i] != fields) values[roles_[i]] = value;
      }
      FlowRecord flow{.place = offset_};
      if (const char* fault = flow_of(values, flow); fault != nullptr) {
        sink.bad(offset_, fault);
        continue;
      }
      add_details(values, flow);
      add_flow(flow, sampling_, sink);
    }
    if (!in.left().empty()) sink.bad(offset_, "a block with bytes behind its last record");
  }

  /// Takes everything up to and with the next sync marker; without one, all but what may be its beginning.
  std::size_t search(std::string_view bytes, bool last) {
    const std::size_t found = bytes.find(sync_);
    std::size_t taken = bytes.size() < sync_size ? 0 : bytes.size() - sync_size + 1;
    if (found != std::string_view::npos) {
      taken = found + sync_size;
      stage_ = Stage::blocks;
    } else if (last) {
      taken = bytes.size();
    }
    offset_ += taken;
    return taken;
  }

  std::uint32_t sampling_;
  std::uint64_t offset_ = 0;
  AvroSchema schema_;
  std::vector<Field> roles_;
  std::string schema_text_;
  std::string sync_;
  std::string unpacked_;
  AvroCodec codec_ = AvroCodec::null;
  Stage stage_ = Stage::header;
};

}  // namespace

std::unique_ptr<Reader> make_flowtuple_avro_reader(ReaderOptions options) {
  return std::make_unique<FlowtupleAvroReader>(options);
}

bool is_avro(std::string_view head) {
  return head.starts_with(magic);
}

}  // namespace secondwave
