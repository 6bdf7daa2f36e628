#include "ingest/zeek_json.hpp"

#include "ingest/json_lines.hpp"
#include "ingest/zeek_record.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;

class ZeekJsonReader final : public Reader {
 public:
  [[nodiscard]] InputFormat format() const override { return InputFormat::zeek_json; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    SightingSink sink(batch);
    return framing_.cut(bytes, last, batch.counts, [&](std::string_view line, std::uint64_t number) {
      if (line.empty()) {
        ++sink.counts().other;
      } else if (!json_.read(line, bytes, [&](simdjson::ondemand::object object) { return take(object); })) {
        sink.bad(number, "not a JSON object", line);
      } else {
        add_zeek(log_, values_, number, sink);
      }
    });
  }

  [[nodiscard]] std::string state() const override {
    StateWriter out(InputFormat::zeek_json, state_version);
    framing_.write_to(out);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, InputFormat::zeek_json, state_version);
    LineFraming framing;
    framing.read_from(in);
    if (Status status = in.finish(); !status) return status;
    framing_ = framing;
    return {};
  }

  [[nodiscard]] bool lines_are_independent() const override { return true; }
  void skip_to_line(std::uint64_t line) override { framing_.skip_to_line(line); }

 private:
  bool take(simdjson::ondemand::object object) {
    values_ = {};
    log_ = ZeekLog::other;
    bool path_said = false;
    return for_members(object, [&](std::string_view key, simdjson::ondemand::value value) {
      const ZeekField field = zeek_field_of(key);
      if (field != zeek_fields) {
        if (!path_said && field == zeek_method) log_ = ZeekLog::http;
        return json_text(value, values_[field]);
      }
      if (key == "_path") {
        std::string_view path;
        path_said = true;
        if (!json_text(value, path)) return false;
        log_ = zeek_log_of(path);
      } else if (!path_said && log_ == ZeekLog::other) {
        if (key == "conn_state") log_ = ZeekLog::conn;
        if (key == "trans_depth" || key == "status_code") log_ = ZeekLog::http;
      }
      return true;
    });
  }

  LineFraming framing_;
  JsonLine json_;
  ZeekValues values_{};
  ZeekLog log_ = ZeekLog::other;
};

}  // namespace

std::unique_ptr<Reader> make_zeek_json_reader(ReaderOptions /*options*/) {
  return std::make_unique<ZeekJsonReader>();
}

}  // namespace secondwave
