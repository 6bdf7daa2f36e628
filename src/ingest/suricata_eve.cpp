#include "ingest/suricata_eve.hpp"

#include <utility>

#include "ingest/fields.hpp"
#include "ingest/flow_record.hpp"
#include "ingest/json_lines.hpp"
#include "ingest/log_protocol.hpp"
#include "ingest/number_text.hpp"
#include "ingest/packet_alerts.hpp"
#include "ingest/sparse_table.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;

/// What matters of one event; null views for what is not there.
struct Event {
  std::string_view type, time, flow_id, source, target, source_port, target_port, protocol, icmp_type, icmp_code;
  std::string_view rule, message;               // alert
  std::string_view method, url, version;        // http
  std::string_view flow_start, packets, flags;  // flow, tcp
  std::string_view direction;                   // alert: of its packet
  std::string_view flow_source, flow_target;

  [[nodiscard]] std::string_view* top(std::string_view key) {
    switch (key.size()) {
      case 5:
        return key == "proto" ? &protocol : nullptr;
      case 6:
        return key == "src_ip" ? &source : nullptr;
      case 7:
        return key == "flow_id" ? &flow_id : key == "dest_ip" ? &target : nullptr;
      case 8:
        return key == "src_port" ? &source_port : nullptr;
      case 9:
        if (key == "timestamp") return &time;
        if (key == "dest_port") return &target_port;
        if (key == "direction") return &direction;
        return key == "icmp_type" ? &icmp_type : key == "icmp_code" ? &icmp_code : nullptr;
      case 10:
        return key == "event_type" ? &type : nullptr;
      default:
        return nullptr;
    }
  }

  [[nodiscard]] std::string_view* inner(std::string_view object, std::string_view key) {
    if (object == "alert") return key == "signature_id" ? &rule : key == "signature" ? &message : nullptr;
    if (object == "http") {
      if (key == "http_method") return &method;
      return key == "url" ? &url : key == "protocol" ? &version : nullptr;
    }
    if (object == "tcp") return key == "tcp_flags_ts" ? &flags : nullptr;
    if (key == "src_ip") return &flow_source;
    if (key == "dest_ip") return &flow_target;
    return key == "pkts_toserver" ? &packets : key == "start" ? &flow_start : nullptr;
  }

  /// An alert has the ends of its packet, and the packet may be a server's reply. Who came is who began the flow:
  /// Suricata says so in the alert's flow or, before it did, by the direction of the packet.
  void turn_to_flow() {
    const bool flow_known = flow_source.data() != nullptr && flow_target.data() != nullptr;
    const bool reply = flow_known ? flow_source == target && flow_target == source : direction == "to_client";
    if (!reply) return;
    std::swap(source, target);
    std::swap(source_port, target_port);
  }
};

bool has_inner(std::string_view key) {
  return key == "alert" || key == "http" || key == "flow" || key == "tcp";
}

/// The flows that had a sighting lately, and how many of their packets were counted with it.
class SeenFlows {
 public:
  struct Entry {
    std::uint64_t flow = 0;
    std::uint64_t packets = 0;
  };

  /// The entry of a flow, new or not; `known` says which. Zero is no flow.
  Entry& of(std::uint64_t flow, bool& known) {
    Entry& entry = entries_.at((flow * 0x9E3779B97F4A7C15u) >> (64 - bits));
    known = entry.flow == flow;
    if (!known) entry = {flow, 0};
    return entry;
  }
  void write_to(StateWriter& out) const {
    std::uint64_t used = 0;
    entries_.for_each([&used](std::size_t, const Entry& entry) { used += entry.flow != 0; });
    out.number(used);
    entries_.for_each([&out](std::size_t, const Entry& entry) {
      if (entry.flow == 0) return;
      out.number(entry.flow);
      out.number(entry.packets);
    });
  }
  void read_from(StateReader& in) {
    const std::uint64_t used = in.number();
    in.require(used <= std::size_t{1} << bits);
    for (std::uint64_t i = 0; i < used && !in.broken(); ++i) {
      bool known = false;
      const std::uint64_t flow = in.number();
      in.require(flow != 0);
      of(flow, known).packets = in.number();
      in.require(!known);
    }
  }

 private:
  static constexpr int bits = 14;
  SparseTable<Entry, std::size_t{1} << bits> entries_;
};

class SuricataEveReader final : public Reader {
 public:
  [[nodiscard]] InputFormat format() const override { return InputFormat::suricata_eve; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    SightingSink sink(batch);
    return framing_.cut(bytes, last, batch.counts, [&](std::string_view line, std::uint64_t number) {
      Event event;
      if (line.empty()) {
        ++sink.counts().other;
      } else if (!json_.read(line, bytes, [&](simdjson::ondemand::object object) { return take(object, event); })) {
        sink.bad(number, "not a JSON object", line);
      } else if (const char* fault = use(event, number, sink); fault != nullptr) {
        sink.bad(number, fault, line);
      }
    });
  }

  [[nodiscard]] std::string state() const override {
    StateWriter out(InputFormat::suricata_eve, state_version);
    framing_.write_to(out);
    flows_.write_to(out);
    alerts_.write_to(out);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, InputFormat::suricata_eve, state_version);
    LineFraming framing;
    SeenFlows flows;
    PacketAlerts alerts;
    framing.read_from(in);
    flows.read_from(in);
    alerts.read_from(in);
    if (Status status = in.finish(); !status) return status;
    framing_ = framing;
    flows_ = std::move(flows);
    alerts_ = std::move(alerts);
    return {};
  }

 private:
  static bool take(simdjson::ondemand::object object, Event& event) {
    return for_members(object, [&event](std::string_view key, simdjson::ondemand::value value) {
      if (std::string_view* text = event.top(key)) return json_text(value, *text);
      if (!has_inner(key)) return true;
      simdjson::ondemand::object inner;
      if (value.get_object().get(inner) != simdjson::SUCCESS) return false;
      return for_members(inner, [&event, key](std::string_view inner_key, simdjson::ondemand::value inner_value) {
        std::string_view* text = event.inner(key, inner_key);
        return text == nullptr || json_text(inner_value, *text);
      });
    });
  }

  /// Counts the event, or says what is wrong with it.
  const char* use(Event& event, std::uint64_t number, SightingSink& sink) {
    const bool alert = event.type == "alert";
    const bool request = event.type == "http";
    const bool wanted = alert || request || event.type == "flow";
    if (event.type.data() == nullptr) return "no event_type";
    if (alert) event.turn_to_flow();
    if (!wanted || event.source.data() == nullptr) {
      ++sink.counts().other;
      return nullptr;
    }
    const LoggedAddress source = read_address(event.source);
    const LoggedAddress target = read_address(event.target);
    if (source.kind == LoggedAddress::Kind::none || target.kind == LoggedAddress::Kind::none) {
      return "an end that is not an address";
    }
    if (source.kind == LoggedAddress::Kind::v6 || target.kind == LoggedAddress::Kind::v6) {
      ++sink.counts().ipv6;
      return nullptr;
    }
    const bool started = !alert && !request && event.flow_start.data() != nullptr;
    const auto time_us = read_iso_us(started ? event.flow_start : event.time);
    if (!time_us) return "no time that exists";
    FlowRecord flow{.time_us = *time_us, .place = number, .source = source.v4, .target = target.v4};
    flow.protocol = protocol_number(event.protocol);
    if (const char* fault = take_ports(event, flow); fault != nullptr) return fault;
    std::uint64_t flow_id = 0;
    if (event.flow_id.data() != nullptr) {
      const auto id = read_flow_id(event.flow_id);
      if (!id) return "a flow_id that is no number";
      flow_id = *id;
    }
    if (alert) return add_alert(event, flow, flow_id, sink);
    return request ? add_request(event, flow, flow_id, sink) : add_flow_event(event, flow, flow_id, sink);
  }

  static std::optional<std::uint64_t> read_flow_id(std::string_view text) {
    return read_number(text, ~std::uint64_t{0});
  }

  static const char* take_ports(const Event& event, FlowRecord& flow) {
    if (flow.protocol == protocol_icmp) {
      const auto type = read_number(event.icmp_type, 255);
      const auto code = read_number(event.icmp_code, 255);
      flow.ports_known = type && code;
      if (flow.ports_known) flow.target_port = static_cast<std::uint16_t>(*type << 8 | *code);
      return nullptr;
    }
    flow.ports_known = event.target_port.data() != nullptr && event.source_port.data() != nullptr;
    if (!flow.ports_known) return nullptr;
    const auto from = read_number(event.source_port, 0xFFFF);
    const auto to = read_number(event.target_port, 0xFFFF);
    if (!from || !to) return "a port that is no number";
    flow.source_port = static_cast<std::uint16_t>(*from);
    flow.target_port = static_cast<std::uint16_t>(*to);
    return nullptr;
  }

  /// A sighting with the ends of a flow, counted as other protocols are.
  static Sighting* add(const FlowRecord& flow, SightingSink& sink) {
    const std::size_t before = sink.batch().sightings.size();
    add_flow(flow, 1, sink);
    return sink.batch().sightings.size() == before ? nullptr : &sink.batch().sightings.back();
  }

  /// Marks a sighting whose flow had one before.
  SeenFlows::Entry* mark(std::uint64_t flow_id, Sighting& sighting) {
    if (flow_id == 0) return nullptr;
    bool known = false;
    SeenFlows::Entry& entry = flows_.of(flow_id, known);
    if (known) {
      sighting.repeats = true;
      sighting.targets = 0;
    }
    return &entry;
  }

  const char* add_alert(const Event& event, FlowRecord& flow, std::uint64_t flow_id, SightingSink& sink) {
    const auto rule = read_number(event.rule, 0xFFFFFFFFu);
    if (!rule) return "an alert without the number of its rule";
    Sighting* sighting = add(flow, sink);
    if (sighting == nullptr) return nullptr;
    const RecordKey key{.source = flow.source,
                        .target = *flow.target,
                        .source_port = flow.source_port,
                        .target_port = flow.target_port,
                        .protocol = flow.protocol};
    // The time of an alert is that of its packet, to the microsecond.
    const bool again = alerts_.repeats(key, *rule, flow.time_us, 0);
    sighting->kind = Sighting::Kind::alert;
    sighting->alert_id = static_cast<std::uint32_t>(*rule);
    sighting->text = sink.batch().texts.store({event.message});
    SeenFlows::Entry* entry = mark(flow_id, *sighting);
    if (again) {
      sighting->repeats = true;
      sighting->targets = 0;
      sighting->packets = 0;
    } else if (entry != nullptr) {
      ++entry->packets;
    }
    return nullptr;
  }

  const char* add_request(const Event& event, const FlowRecord& flow, std::uint64_t flow_id, SightingSink& sink) {
    Sighting* sighting = add(flow, sink);
    if (sighting == nullptr) return nullptr;
    sighting->kind = Sighting::Kind::request;
    sighting->packets = 0;
    if (event.method.data() != nullptr || event.url.data() != nullptr) {
      const std::string_view method = event.method.empty() ? std::string_view("-") : event.method;
      const std::string_view url = event.url.empty() ? std::string_view("-") : event.url;
      sighting->text = event.version.empty() ? sink.batch().texts.store({method, " ", url})
                                             : sink.batch().texts.store({method, " ", url, " ", event.version});
    }
    mark(flow_id, *sighting);
    return nullptr;
  }

  const char* add_flow_event(const Event& event, FlowRecord& flow, std::uint64_t flow_id, SightingSink& sink) {
    if (event.packets.data() != nullptr) {
      const auto packets = read_number(event.packets, most_in_a_flow);
      if (!packets) return "packets that are no number or too many";
      flow.packets = *packets;
    }
    if (event.flags.data() != nullptr) flow.tcp_flags = read_hex_byte(event.flags);
    Sighting* sighting = add(flow, sink);
    if (sighting == nullptr) return nullptr;
    if (const SeenFlows::Entry* entry = mark(flow_id, *sighting)) {
      sighting->packets -= std::min(sighting->packets, entry->packets);
    }
    return nullptr;
  }

  LineFraming framing_;
  JsonLine json_;
  SeenFlows flows_;
  PacketAlerts alerts_;
};

}  // namespace

std::unique_ptr<Reader> make_suricata_eve_reader(ReaderOptions /*options*/) {
  return std::make_unique<SuricataEveReader>();
}

}  // namespace secondwave
