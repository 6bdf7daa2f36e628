#include "ingest/flow_csv.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "ingest/fields.hpp"
#include "ingest/flow_record.hpp"
#include "ingest/line_framing.hpp"
#include "ingest/log_clock.hpp"
#include "ingest/log_protocol.hpp"
#include "ingest/number_text.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;
constexpr std::size_t most_columns = 256;

enum Role : std::uint8_t {
  role_time,
  role_source,
  role_target,
  role_network,
  role_source_port,
  role_target_port,
  role_protocol,
  role_flags,
  role_window,
  role_packets,
  role_bytes,
  role_length,
  role_targets,
  role_spoofed,
  role_masscan,
  roles,
};

struct ColumnName {
  std::string_view name;
  Role role;
};

// nfdump's own names: https://github.com/phaag/nfdump, output_csv.c and output_fmt.c.
constexpr std::array nfdump_columns{
    ColumnName{"ts", role_time},
    ColumnName{"sa", role_source},
    ColumnName{"da", role_target},
    ColumnName{"sp", role_source_port},
    ColumnName{"dp", role_target_port},
    ColumnName{"pr", role_protocol},
    ColumnName{"flg", role_flags},
    ColumnName{"ipkt", role_packets},
    ColumnName{"ibyt", role_bytes},
    ColumnName{"pkt", role_packets},
    ColumnName{"byt", role_bytes},
    ColumnName{"firstSeen", role_time},
    ColumnName{"srcAddr", role_source},
    ColumnName{"dstAddr", role_target},
    ColumnName{"srcPort", role_source_port},
    ColumnName{"dstPort", role_target_port},
    ColumnName{"proto", role_protocol},
    ColumnName{"flags", role_flags},
    ColumnName{"packets", role_packets},
    ColumnName{"bytes", role_bytes},
    ColumnName{"inPackets", role_packets},
    ColumnName{"inBytes", role_bytes},
};

// Names of the Avro schemas, and those that CAIDA's Python reader gives.
constexpr std::array flowtuple_columns{
    ColumnName{"time", role_time},
    ColumnName{"timestamp", role_time},
    ColumnName{"src_ip", role_source},
    ColumnName{"dst_ip", role_target},
    ColumnName{"dst_net", role_network},
    ColumnName{"src_port", role_source_port},
    ColumnName{"dst_port", role_target_port},
    ColumnName{"protocol", role_protocol},
    ColumnName{"tcp_flags", role_flags},
    ColumnName{"tcpflags", role_flags},
    ColumnName{"tcp_synwinlen", role_window},
    ColumnName{"first_tcp_rwin", role_window},
    ColumnName{"packet_cnt", role_packets},
    ColumnName{"packets", role_packets},
    ColumnName{"ip_len", role_length},
    ColumnName{"uniq_dst_ips", role_targets},
    ColumnName{"is_spoofed", role_spoofed},
    ColumnName{"is_masscan", role_masscan},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

/// Where each role is in a line; no_column where it is not.
struct Columns {
  static constexpr std::uint16_t no_column = 0xFFFF;
  std::array<std::uint16_t, roles> of;
  std::array<Role, most_columns> role_at;  ///< the other way round; `roles` for columns that do not matter
  std::size_t needed = 0;                  ///< fields that a line must have

  Columns() {
    of.fill(no_column);
    role_at.fill(roles);
  }
  void set(Role role, std::uint16_t column) {
    of[role] = column;
    role_at[column] = role;
    needed = std::max(needed, column + std::size_t{1});
  }
  [[nodiscard]] bool has(Role role) const { return of[role] != no_column; }
  [[nodiscard]] bool usable() const { return has(role_time) && has(role_source); }
};

Columns columns_of(std::string_view header, InputFormat format) {
  Columns columns;
  const bool nfdump = format == InputFormat::nfdump_csv;
  const ColumnName* const names = nfdump ? nfdump_columns.data() : flowtuple_columns.data();
  const std::size_t count = nfdump ? nfdump_columns.size() : flowtuple_columns.size();
  for (std::uint16_t number = 0; number < most_columns; ++number) {
    const std::size_t comma = header.find(',');
    const std::string_view name = trimmed(header.substr(0, comma));
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i].name != name || columns.has(names[i].role)) continue;
      columns.set(names[i].role, number);
    }
    if (comma == std::string_view::npos) break;
    header.remove_prefix(comma + 1);
  }
  return columns;
}

/// "......S.", or a number, also as 0x12. Capitals of CWR ECE URG ACK PSH RST SYN FIN.
std::optional<std::uint8_t> read_flags(std::string_view text) {
  if (text.starts_with("0x")) return read_hex_byte(text.substr(2));
  if (!text.empty() && is_digit(text[0])) {
    const auto number = read_number(text, 255);
    return number ? std::optional(static_cast<std::uint8_t>(*number)) : std::nullopt;
  }
  constexpr std::string_view letters = "FSRPAUEC";
  unsigned flags = 0;
  for (const char c : text) {
    if (c == '.') continue;
    const std::size_t bit = letters.find(c);
    if (bit == std::string_view::npos) return std::nullopt;
    flags |= 1u << bit;
  }
  return static_cast<std::uint8_t>(flags);
}

/// As read_address, and FlowTuple's addresses as numbers.
LoggedAddress read_flow_address(std::string_view text) {
  if (const auto number = read_number(text, 0xFFFFFFFFu)) return {LoggedAddress::Kind::v4, static_cast<Ipv4>(*number)};
  return read_address(text);
}

/// "8.0" of newer versions of nfdump for ICMP's type and code, or one number.
std::optional<std::uint16_t> read_port(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    const auto number = read_number(text, 0xFFFF);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
  }
  const auto type = read_number(text.substr(0, dot), 255);
  const auto code = read_number(text.substr(dot + 1), 255);
  if (!type || !code) return std::nullopt;
  return static_cast<std::uint16_t>(*type * 256 + *code);
}

class FlowCsvReader final : public Reader {
 public:
  FlowCsvReader(InputFormat format, const ReaderOptions& options)
      : format_(format), sampling_(std::max(options.sampling, 1u)), clock_(options) {}

  [[nodiscard]] InputFormat format() const override { return format_; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    SightingSink sink(batch);
    return framing_.cut(bytes, last, batch.counts,
                        [&](std::string_view line, std::uint64_t number) { take_line(line, number, sink); });
  }

  [[nodiscard]] std::string state() const override {
    StateWriter out(format_, state_version);
    framing_.write_to(out);
    clock_.write_to(out);
    out.number(in_summary_);
    for (const std::uint16_t column : columns_.of) out.number(column);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, format_, state_version);
    FlowCsvReader fresh = *this;
    fresh.framing_.read_from(in);
    fresh.clock_.read_from(in);
    fresh.in_summary_ = in.number() != 0;
    fresh.columns_ = {};
    for (std::uint8_t role = 0; role < roles; ++role) {
      const std::uint64_t column = in.number();
      in.require(column < most_columns || column == Columns::no_column);
      if (column < most_columns) fresh.columns_.set(static_cast<Role>(role), static_cast<std::uint16_t>(column));
    }
    if (Status status = in.finish(); !status) return status;
    *this = std::move(fresh);
    return {};
  }

 private:
  using Fields = std::array<std::string_view, roles>;

  [[nodiscard]] bool nfdump() const { return format_ == InputFormat::nfdump_csv; }

  void take_line(std::string_view line, std::uint64_t number, SightingSink& sink) {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (nfdump() ? is_nfdump_header(line) : is_flowtuple_header(line)) {
      columns_ = columns_of(line, format_);
      in_summary_ = false;
      ++sink.counts().other;
      return;
    }
    if (nfdump() && line.starts_with("Summary")) in_summary_ = true;
    if (in_summary_ || line.empty() || line.front() == '#' || line == "No matching flows") {
      ++sink.counts().other;
      return;
    }
    if (!columns_.usable()) return sink.bad(number, "a line before any header with columns of time and source", line);
    Fields fields;
    if (!split(line, fields)) return sink.bad(number, "missing columns", line);
    flow(fields, line, number, sink);
  }

  /// The fields that matter; false where the line ends before one of them.
  bool split(std::string_view line, Fields& fields) const {
    const char* at = line.data();
    const char* const end = at + line.size();
    for (std::size_t i = 0; i < columns_.needed; ++i) {
      if (at > end) return false;
      const auto* comma = static_cast<const char*>(std::memchr(at, ',', static_cast<std::size_t>(end - at)));
      if (comma == nullptr) comma = end;
      const Role role = columns_.role_at[i];
      if (role != roles) fields[role] = trimmed(std::string_view(at, static_cast<std::size_t>(comma - at)));
      at = comma + 1;
    }
    return true;
  }

  std::optional<std::int64_t> time_of(std::string_view text) {
    if (const auto since_1970 = read_epoch_us(text)) return since_1970;
    auto time = read_iso(text);
    if (!time) return std::nullopt;
    if (!nfdump() && !time->offset_s) time->offset_s = 0;
    return clock_.to_utc_us(*time);
  }

  void flow(const Fields& fields, std::string_view line, std::uint64_t number, SightingSink& sink) {
    const LoggedAddress source = read_flow_address(fields[role_source]);
    if (source.kind == LoggedAddress::Kind::none) {
      return sink.bad(number, "the source is not an address", fields[role_source]);
    }
    if (source.kind == LoggedAddress::Kind::v6) {
      ++sink.counts().ipv6;
      return;
    }
    FlowRecord flow{.place = number, .source = source.v4};
    const auto time_us = time_of(fields[role_time]);
    if (!time_us) return sink.bad(number, "no time that exists", fields[role_time]);
    flow.time_us = *time_us;
    if (const char* fault = take_target(fields, flow); fault != nullptr) return sink.bad(number, fault, line);
    if (const char* fault = take_numbers(fields, flow); fault != nullptr) return sink.bad(number, fault, line);
    add_flow(flow, sampling_, sink);
  }

  [[nodiscard]] const char* take_target(const Fields& fields, FlowRecord& flow) const {
    if (columns_.has(role_target)) {
      const LoggedAddress target = read_flow_address(fields[role_target]);
      if (target.kind == LoggedAddress::Kind::none) return "the target is not an address";
      if (target.kind == LoggedAddress::Kind::v4 && target.v4 != 0) flow.target = target.v4;
    }
    const std::string_view protocol = fields[role_protocol];
    flow.protocol = protocol_number(protocol);
    if (flow.protocol == protocol_unknown && columns_.has(role_protocol) && protocol != "0") {
      // Names of /etc/protocols that are not known here are at least none of the three that count.
      constexpr std::uint8_t some_other = 255;
      if (protocol.empty()) return "no protocol";
      flow.protocol = some_other;
    }
    flow.ports_known = columns_.has(role_target_port);
    if (!flow.ports_known) return nullptr;
    const auto target_port = read_port(fields[role_target_port]);
    if (!target_port) return "the target's port is not a number";
    flow.target_port = *target_port;
    if (!columns_.has(role_source_port)) return nullptr;
    const auto source_port = read_port(fields[role_source_port]);
    if (!source_port) return "the source's port is not a number";
    flow.source_port = *source_port;
    // FlowTuple 3 has ICMP's type and code in the two ports; nfdump has both in the target's, as we do.
    if (!nfdump() && flow.protocol == protocol_icmp) {
      flow.target_port = static_cast<std::uint16_t>((*source_port & 0xFFu) << 8 | (*target_port & 0xFFu));
      flow.source_port = 0;
    }
    return nullptr;
  }

  [[nodiscard]] const char* take_numbers(const Fields& fields, FlowRecord& flow) const {
    if (columns_.has(role_flags)) {
      flow.tcp_flags = read_flags(fields[role_flags]);
      if (!flow.tcp_flags) return "TCP flags that are none";
    }
    const auto number = [&](Role role, std::uint64_t largest, std::uint64_t otherwise) -> std::optional<std::uint64_t> {
      return columns_.has(role) ? read_number(fields[role], largest) : std::optional(otherwise);
    };
    const auto packets = number(role_packets, most_in_a_flow, 1);
    const auto targets = number(role_targets, most_in_a_flow, 1);
    const auto bytes = number(role_bytes, most_in_a_flow << 16, 0);
    if (!packets || !targets || !bytes) return "packets, bytes or targets that are no number or too many";
    flow.packets = *packets;
    flow.targets = *targets;
    flow.packet_length = even_length(*bytes, *packets);
    if (columns_.has(role_length)) flow.packet_length = number(role_length, 0xFFFF, 0);
    if (columns_.has(role_window)) {
      const auto window = number(role_window, 0xFFFF, 0);
      if (window && *window != 0) flow.tcp_window = static_cast<std::uint16_t>(*window);
    }
    flow.text = flowtuple_marks(fields[role_spoofed] == "1", fields[role_masscan] == "1");
    return nullptr;
  }

  InputFormat format_;
  std::uint32_t sampling_;
  LineFraming framing_;
  LogClock clock_;
  Columns columns_;
  bool in_summary_ = false;
};

}  // namespace

std::string_view flowtuple_marks(bool spoofed, bool masscan) {
  if (spoofed && masscan) return "is_spoofed is_masscan";
  if (spoofed) return "is_spoofed";
  return masscan ? std::string_view("is_masscan") : std::string_view();
}

bool is_nfdump_header(std::string_view line) {
  return line.starts_with("ts,") || line.starts_with("firstSeen,") ? columns_of(line, InputFormat::nfdump_csv).usable()
                                                                   : false;
}

bool is_flowtuple_header(std::string_view line) {
  return line.size() < 4096 && line.find("src_ip") != std::string_view::npos &&
         columns_of(line, InputFormat::flowtuple_csv).usable();
}

std::unique_ptr<Reader> make_nfdump_csv_reader(ReaderOptions options) {
  return std::make_unique<FlowCsvReader>(InputFormat::nfdump_csv, options);
}

std::unique_ptr<Reader> make_flowtuple_csv_reader(ReaderOptions options) {
  return std::make_unique<FlowCsvReader>(InputFormat::flowtuple_csv, options);
}

}  // namespace secondwave
