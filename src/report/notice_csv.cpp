// A table, one row a host and label: the columns of Shadowserver's event reports, then our own.
#include <fmt/format.h>

#include <iterator>

#include "base/text.hpp"
#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

constexpr std::string_view csv_header =
    "timestamp,severity,protocol,src_ip,src_port,src_asn,src_geo,src_hostname,dst_port,infection,family,tag,event_id,"
    "count,first_seen,last_seen,time_zone,targets,sensor,tlp,exercise,evidence,notice\r\n";

}  // namespace

void write_notice_csv(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  out.put(csv_header);
  const std::string tlp = "TLP:" + tlp_upper(run.tlp);
  const std::string space = uuid_bytes(notice.id);
  SensorWords sensors(run);
  for (const NoticeHost& host : notice.hosts) {
    const std::string& label = run.label(host);
    const Advice& advice = run.advice_for(label);
    const std::string what = escape_for_csv(label);
    fmt::format_to(std::back_inserter(out.text), "{},{},{},{},,{},{},{},{},{},{},{}{},", notice_csv_time(host.last_us),
                   run.exercise ? "info" : "high", escape_for_csv(advice.protocol), to_string_ipv4(host.address),
                   host.asn == 0 ? "" : fmt::format("{}", host.asn), escape_for_csv(notice_line(host.country)),
                   escape_for_csv(notice_ascii(host.name, 255)), advice.port == 0 ? "" : fmt::format("{}", advice.port),
                   advice.infected ? what : "", advice.infected ? what : "", run.exercise ? "exercise;" : "", what);
    fmt::format_to(std::back_inserter(out.text), "{},{},{},{},UTC,{},{},{},{},{},{}\r\n",
                   uuid5(space, fmt::format("csv {} {}", host.address, label)), host.sightings,
                   notice_csv_time(host.first_us), notice_csv_time(host.last_us), host.targets,
                   escape_for_csv(sensors.of(host.sensors)), tlp, run.exercise ? "yes" : "no",
                   escape_for_csv(notice_ascii(host.evidence, 200)), notice.id);
    out.host_done();
  }
}

}  // namespace secondwave
