#include <array>

#include "ingest/format_table.hpp"
#include "ingest/web_log.hpp"

namespace secondwave {
namespace {

int like_web_log(std::string_view head) {
  return share_understood(*make_web_log_reader({}), head);
}

constexpr std::array rows{
    FormatRow{InputFormat::web_log, "web_log", like_web_log, make_web_log_reader},
};

}  // namespace

std::span<const FormatRow> log_formats() {
  return rows;
}

}  // namespace secondwave
