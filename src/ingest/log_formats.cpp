#include <algorithm>
#include <array>

#include "ingest/firewall_log.hpp"
#include "ingest/format_table.hpp"
#include "ingest/ids_fast.hpp"
#include "ingest/iis_native.hpp"
#include "ingest/iis_w3c.hpp"
#include "ingest/syslog_front.hpp"
#include "ingest/web_log.hpp"

namespace secondwave {
namespace {

/// For looking at the first bytes only: any year will do.
ReaderOptions some_year() {
  ReaderOptions options;
  options.year = 2000;  // a leap year, so that every date exists
  return options;
}

template <std::unique_ptr<Reader> (*make)(ReaderOptions)>
int understood(std::string_view head) {
  return share_understood(*make(some_year()), head);
}

/// A head without a row may yet be the head of such a log: IIS writes its four lines when it starts.
int like_iis_w3c(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.starts_with("#Software: Microsoft")) return certain;
  const bool has_fields = head.starts_with("#") && head.find("#Fields:") != std::string_view::npos &&
                          head.find(" c-ip") != std::string_view::npos;
  return std::max(has_fields ? 1 : 0, understood<make_iis_w3c_reader>(head));
}

/// Syslog may say something else for long before a packet comes: where nothing else fits, it is read for packets.
int like_firewall(std::string_view head) {
  std::string_view first_line = head.substr(0, head.find('\n'));
  const bool is_syslog = take_syslog_time(first_line).has_value();
  return std::max(is_syslog ? 1 : 0, understood<make_firewall_reader>(head));
}

constexpr std::array rows{
    FormatRow{InputFormat::web_log, "web_log", understood<make_web_log_reader>, make_web_log_reader},
    FormatRow{InputFormat::iis_w3c, "iis_w3c", like_iis_w3c, make_iis_w3c_reader},
    FormatRow{InputFormat::iis_native, "iis_native", understood<make_iis_native_reader>, make_iis_native_reader},
    FormatRow{InputFormat::firewall, "firewall", like_firewall, make_firewall_reader},
    FormatRow{InputFormat::ids_fast, "ids_fast", understood<make_ids_fast_reader>, make_ids_fast_reader},
};

}  // namespace

std::span<const FormatRow> log_formats() {
  return rows;
}

}  // namespace secondwave
