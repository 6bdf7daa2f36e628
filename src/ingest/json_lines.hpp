// JSON lines with simdjson (On-Demand): what its readers share. Slow to compile, so only they include it.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

#include "ingest/line_framing.hpp"
#include "ingest/sighting_sink.hpp"

namespace secondwave {

/// The text of a scalar: what stands between the quotes of a string, unescaped where needed (then valid until the next
/// line), or a number, true, false or null as written. A null view for objects and arrays. False where it is broken.
inline bool json_text(simdjson::ondemand::value value, std::string_view& text) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\r'))
    token.remove_suffix(1);
  text = {};
  if (token.empty()) return false;
  if (token[0] == '{' || token[0] == '[') return true;
  if (token[0] != '"') {
    text = token;
    return true;
  }
  if (token.size() < 2 || token.back() != '"') return false;
  text = token.substr(1, token.size() - 2);
  return text.find('\\') == std::string_view::npos || value.get_string().get(text) == simdjson::SUCCESS;
}

/// Calls use(key, value) for each member, in order, until one gives false. Keys are as written. False where one gave
/// false or the object is broken.
template <class Use>
bool for_members(simdjson::ondemand::object object, const Use& use) {
  for (auto member : object) {
    simdjson::ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return false;
    const char* const key = field.key().raw();
    simdjson::ondemand::value value = field.value();
    // The key ends at the last quote before the value: between them are a colon and spaces only.
    const char* end = value.raw_json_token().data() - 1;
    while (end > key && *end != '"') --end;
    if (!use(std::string_view(key, static_cast<std::size_t>(end - key)), value)) return false;
  }
  return true;
}

/// Hands lines to the parser with the room behind them that it needs.
class JsonLine {
 public:
  /// Calls use(object) where `line`, which lies in `bytes`, is a JSON object; false where it is not, or where `use`
  /// gave false. Views into the object are valid until the next call.
  template <class Use>
  bool read(std::string_view line, std::string_view bytes, const Use& use) {
    const auto room = static_cast<std::size_t>(bytes.data() + bytes.size() - line.data());
    simdjson::padded_string_view padded(line.data(), line.size(), room);
    if (room < line.size() + simdjson::SIMDJSON_PADDING) {
      copy_.assign(line);
      copy_.append(simdjson::SIMDJSON_PADDING, ' ');
      padded = simdjson::padded_string_view(copy_.data(), line.size(), copy_.size());
    }
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser_.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    // Nothing may follow the object: past the end there is no location.
    return use(object) && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

 private:
  simdjson::ondemand::parser parser_;
  std::string copy_;
};

}  // namespace secondwave
