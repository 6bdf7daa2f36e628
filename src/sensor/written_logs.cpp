// Writers of the formats that are lines of text.
#include <fmt/format.h>

#include <utility>

#include "sensor/written_formats.hpp"
#include "sensor/written_packet.hpp"

namespace secondwave {
namespace {

class TextWriter : public SensorWriter {
 public:
  explicit TextWriter(WrittenScene scene) : scene_(std::move(scene)) {}

  void add(std::span<const SeenTarget> targets, std::span<const SeenPacket> packets, std::string& out) final {
    for (const SeenPacket& packet : packets) {
      line(targets[packet.target], packet, scene_.start.microseconds() + packet.time_us, out);
    }
  }

 protected:
  /// At `time_us` since 1970.
  virtual void line(const SeenTarget& seen, const SeenPacket& packet, std::int64_t time_us, std::string& out) = 0;
  [[nodiscard]] const WrittenScene& scene() const { return scene_; }
  [[nodiscard]] Ipv4 source_of(const SeenTarget& seen) const {
    return seen.address == SeenTarget::noise ? noise_source(seen.luck) : scene_.sources[seen.address];
  }

 private:
  WrittenScene scene_;
};

class ApacheWriter final : public TextWriter {
 public:
  using TextWriter::TextWriter;
  void begin(std::string& /*out*/) override {}

 private:
  void line(const SeenTarget& seen, const SeenPacket& packet, std::int64_t time_us, std::string& out) override {
    if (packet.number > 0) return;
    append_ipv4(out, source_of(seen));
    out += " - - ";
    out += time_.at(time_us);
    out += " \"GET ";
    out += request_of(scene(), seen);
    out += " HTTP/1.0\" 404 283 \"-\" \"simulated by secondwave\"\n";
  }

  SecondText time_{SecondText::Style::apache};
};

class IisWriter final : public TextWriter {
 public:
  using TextWriter::TextWriter;
  void begin(std::string& out) override {
    out +=
        "#Software: Microsoft Internet Information Services 5.0 (simulated by secondwave)\r\n#Version: 1.0\r\n#Date: ";
    out += time_.at(scene().start.microseconds());
    out += "\r\n#Fields: date time c-ip s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs-version\r\n";
  }

 private:
  void line(const SeenTarget& seen, const SeenPacket& packet, std::int64_t time_us, std::string& out) override {
    if (packet.number > 0) return;
    const std::string_view request = request_of(scene(), seen);
    const std::size_t mark = request.find('?');
    out += time_.at(time_us);
    out += ' ';
    append_ipv4(out, source_of(seen));
    out += ' ';
    append_ipv4(out, scene().first_target + seen.target);
    out += " 80 GET ";
    out += request.substr(0, mark);
    out += ' ';
    out += mark == std::string_view::npos ? std::string_view("-") : request.substr(mark + 1);
    out += " 404 HTTP/1.0\r\n";
  }

  SecondText time_{SecondText::Style::iis};
};

/// Names in syslog have no blanks.
std::string host_name(std::string name) {
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!plain) c = '-';
  }
  return name;
}

class IptablesWriter final : public TextWriter {
 public:
  explicit IptablesWriter(WrittenScene scene) : TextWriter(std::move(scene)), host_(host_name(this->scene().sensor)) {}
  void begin(std::string& /*out*/) override {}

 private:
  void line(const SeenTarget& seen, const SeenPacket& packet, std::int64_t time_us, std::string& out) override {
    const WrittenPacket p = packet_of(scene(), seen, packet.number);
    out += time_.at(time_us);
    out += ' ';
    out += host_;
    out += " kernel: simulated by secondwave IN=eth0 OUT= SRC=";
    append_ipv4(out, p.source);
    out += " DST=";
    append_ipv4(out, p.target);
    number(" LEN=", p.length, out);
    number(" TOS=0x00 PREC=0x00 TTL=", p.ttl, out);
    number(" ID=", p.id, out);
    if (p.protocol == protocol_icmp) {
      number(" PROTO=ICMP TYPE=", p.target_port >> 8, out);
      number(" CODE=", p.target_port & 0xFF, out);
    } else {
      number(p.protocol == protocol_udp ? " PROTO=UDP SPT=" : " DF PROTO=TCP SPT=", p.source_port, out);
      number(" DPT=", p.target_port, out);
      if (p.protocol == protocol_udp) {
        number(" LEN=", p.length - 20u, out);
      } else {
        number(" SEQ=", p.sequence, out);
        out += " ACK=0 WINDOW=16384 RES=0x00 SYN URGP=0";
      }
    }
    out += '\n';
  }

  static void number(std::string_view name, std::uint64_t value, std::string& out) {
    out += name;
    append_number(out, value);
  }

  std::string host_;
  SecondText time_{SecondText::Style::syslog};
};

class ZeekWriter final : public TextWriter {
 public:
  using TextWriter::TextWriter;
  void begin(std::string& out) override {
    out +=
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
        "#simulated by secondwave\n";
    out += fmt::format("#open\t{}\n", dashes(scene().start));
    out +=
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes"
        "\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts"
        "\tresp_ip_bytes\ttunnel_parents\n"
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount"
        "\tstring\tcount\tcount\tcount\tcount\tset[string]\n";
    last_us_ = scene().start.microseconds();
  }
  void end(std::string& out) override {
    out += fmt::format("#close\t{}\n", dashes(UtcTime::from_microseconds(last_us_)));
  }

 private:
  static std::string dashes(UtcTime time) {
    const CivilTime t = to_civil(time);
    return fmt::format("{:04}-{:02}-{:02}-{:02}-{:02}-{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
  }

  void line(const SeenTarget& seen, const SeenPacket& packet, std::int64_t time_us, std::string& out) override {
    if (packet.number > 0) return;
    last_us_ = time_us;
    const WrittenPacket p = packet_of(scene(), seen, 0);
    const bool icmp = p.protocol == protocol_icmp;
    seconds(time_us, out);
    out += "\tC";  // uid: C and some letters
    for (int i = 0; i < 16; ++i) out += static_cast<char>('a' + (seen.luck >> (4 * i) & 15));
    out += '\t';
    append_ipv4(out, p.source);
    out += '\t';
    append_number(out, icmp ? p.target_port >> 8 : p.source_port);
    out += '\t';
    append_ipv4(out, p.target);
    out += '\t';
    append_number(out, icmp ? p.target_port & 0xFF : p.target_port);
    out += icmp ? "\ticmp" : p.protocol == protocol_udp ? "\tudp" : "\ttcp";
    out += "\t-\t";
    if (seen.packets > 1) {
      seconds(seen.last_us - seen.time_us, out);
    } else {
      out += '-';
    }
    out += icmp                         ? "\t-\t-\tOTH\t-\t-\t0\t-\t"
           : p.protocol == protocol_udp ? "\t-\t-\tS0\t-\t-\t0\tD\t"
                                        : "\t-\t-\tS0\t-\t-\t0\tS\t";
    append_number(out, seen.packets);
    out += '\t';
    append_number(out, std::uint64_t{seen.packets} * p.length);
    out += "\t0\t0\t-\n";
  }

  /// "995551509.000042".
  static void seconds(std::int64_t us, std::string& out) {
    append_number(out, static_cast<std::uint64_t>(us / 1'000'000));
    char fraction[7] = {'.', '0', '0', '0', '0', '0', '0'};
    std::int64_t rest = us % 1'000'000;
    for (int i = 6; i > 0; --i, rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
    out.append(fraction, sizeof fraction);
  }

  std::int64_t last_us_ = 0;
};

}  // namespace

std::unique_ptr<SensorWriter> make_text_writer(WrittenFormat format, WrittenScene scene) {
  switch (format) {
    case WrittenFormat::apache:
      return std::make_unique<ApacheWriter>(std::move(scene));
    case WrittenFormat::iis:
      return std::make_unique<IisWriter>(std::move(scene));
    case WrittenFormat::iptables:
      return std::make_unique<IptablesWriter>(std::move(scene));
    case WrittenFormat::zeek:
    case WrittenFormat::pcap:
      break;
  }
  return std::make_unique<ZeekWriter>(std::move(scene));
}

}  // namespace secondwave
