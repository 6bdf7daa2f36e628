#include "ingest/format_table.hpp"

namespace secondwave {

std::span<const FormatRow> capture_formats() {
  return {};
}

}  // namespace secondwave
