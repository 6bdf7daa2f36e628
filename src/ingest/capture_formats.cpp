#include <array>

#include "ingest/format_table.hpp"
#include "ingest/pcap_reader.hpp"
#include "ingest/pcapng_reader.hpp"

namespace secondwave {
namespace {

int like_pcap(std::string_view head) {
  return is_pcap(head) ? certain : 0;
}
int like_pcapng(std::string_view head) {
  return is_pcapng(head) ? certain : 0;
}

constexpr std::array rows{
    FormatRow{InputFormat::pcap, "pcap", like_pcap, make_pcap_reader},
    FormatRow{InputFormat::pcapng, "pcapng", like_pcapng, make_pcapng_reader},
};

}  // namespace

std::span<const FormatRow> capture_formats() {
  return rows;
}

}  // namespace secondwave
