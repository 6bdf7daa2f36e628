#include "cli/table_output.hpp"

#include "cli/environment.hpp"

namespace secondwave {

Status emit_table(const Table& table, const std::string& name, Format format) {
  switch (format) {
    case Format::json:
      return emit(table_json(table, name));
    case Format::csv:
      return emit(table_csv(table));
    case Format::table:
      break;
  }
  return emit(table_text(table, terminal_style()));
}

int finish(const Status& status, int code) {
  return status ? code : report_error(status.error());
}

}  // namespace secondwave
