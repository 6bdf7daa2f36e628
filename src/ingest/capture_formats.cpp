#include <algorithm>
#include <array>

#include "ingest/counts_csv.hpp"
#include "ingest/flow_csv.hpp"
#include "ingest/flowtuple_avro.hpp"
#include "ingest/format_table.hpp"
#include "ingest/pcap_reader.hpp"
#include "ingest/pcapng_reader.hpp"
#include "ingest/suricata_eve.hpp"
#include "ingest/zeek_json.hpp"
#include "ingest/zeek_tsv.hpp"

namespace secondwave {
namespace {

/// The first line that is not empty, without the byte order mark that some put before it.
std::string_view first_line(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.size(), head.find_first_not_of("\r\n")));
  head = head.substr(0, head.find('\n'));
  if (head.ends_with('\r')) head.remove_suffix(1);
  return head;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

int like_pcap(std::string_view head) {
  return is_pcap(head) ? certain : 0;
}
int like_pcapng(std::string_view head) {
  return is_pcapng(head) ? certain : 0;
}
int like_nfdump(std::string_view head) {
  return is_nfdump_header(first_line(head)) ? certain : 0;
}
int like_flowtuple_csv(std::string_view head) {
  return is_flowtuple_header(first_line(head)) ? certain : 0;
}
int like_avro(std::string_view head) {
  return is_avro(head) ? certain : 0;
}
int like_counts(std::string_view head) {
  return is_counts_header(first_line(head)) ? certain : 0;
}

/// Logs of Zeek that hold no connections are recognised as well: their records are counted as other.
int like_zeek_tsv(std::string_view head) {
  return head.starts_with("#separator ") || head.starts_with("#fields\tts\t") ? certain : 0;
}
int like_zeek_json(std::string_view head) {
  const std::string_view line = first_line(head);
  return line.starts_with('{') && has(line, "\"ts\":") && !has(line, "\"event_type\":") ? certain : 0;
}
int like_suricata_eve(std::string_view head) {
  const std::string_view line = first_line(head);
  return line.starts_with('{') && has(line, "\"event_type\":") && has(line, "\"timestamp\":") ? certain : 0;
}

constexpr std::array rows{
    FormatRow{InputFormat::pcap, "pcap", like_pcap, make_pcap_reader},
    FormatRow{InputFormat::pcapng, "pcapng", like_pcapng, make_pcapng_reader},
    FormatRow{InputFormat::nfdump_csv, "nfdump_csv", like_nfdump, make_nfdump_csv_reader},
    FormatRow{InputFormat::flowtuple_csv, "flowtuple_csv", like_flowtuple_csv, make_flowtuple_csv_reader},
    FormatRow{InputFormat::flowtuple_avro, "flowtuple_avro", like_avro, make_flowtuple_avro_reader},
    FormatRow{InputFormat::zeek_tsv, "zeek_tsv", like_zeek_tsv, make_zeek_tsv_reader},
    FormatRow{InputFormat::zeek_json, "zeek_json", like_zeek_json, make_zeek_json_reader},
    FormatRow{InputFormat::suricata_eve, "suricata_eve", like_suricata_eve, make_suricata_eve_reader},
    FormatRow{InputFormat::counts_csv, "counts_csv", like_counts, make_counts_csv_reader},
};

}  // namespace

std::span<const FormatRow> capture_formats() {
  return rows;
}

}  // namespace secondwave
