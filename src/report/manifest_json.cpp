#include "report/manifest_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "report/output_file.hpp"

namespace secondwave {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format_name = "secondwave-result";
constexpr int format_version = 1;
constexpr int deepest = 4;
constexpr std::size_t most_values = 4'000'000;  // keeps what a hostile 64 MiB turns into below half a gigabyte

/// Thrown inside this file only: nlohmann's callbacks and accessors leave no other way out.
struct Refused {
  std::string why;
};

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Refused{fmt::format("'{}' is missing", key)};
  return *found;
}

std::string text_at(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) throw Refused{fmt::format("'{}' must be a text", key)};
  return value.get<std::string>();
}

std::string hex_at(const Json& object, const char* key, std::size_t digits) {
  std::string text = text_at(object, key);
  if (!is_hex(text, digits)) throw Refused{fmt::format("'{}' must be {} hex digits", key, digits)};
  return text;
}

std::uint64_t count_at(const Json& object, const char* key, std::uint64_t most) {
  const Json& value = member(object, key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
    throw Refused{fmt::format("'{}' must be a whole number from 0 to {}", key, most)};
  return value.get<std::uint64_t>();
}

bool truth_at(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_boolean()) throw Refused{fmt::format("'{}' must be true or false", key)};
  return value.get<bool>();
}

std::vector<std::string> texts_at(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_array()) throw Refused{fmt::format("'{}' must be a list of texts", key)};
  std::vector<std::string> texts;
  for (const Json& item : value) {
    if (!item.is_string()) throw Refused{fmt::format("'{}' must be a list of texts", key)};
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<TableStamp> tables_at(const Json& object) {
  const Json& value = member(object, "tables");
  if (!value.is_array()) throw Refused{"'tables' must be a list"};
  std::vector<TableStamp> tables;
  for (const Json& item : value) {
    if (!item.is_object()) throw Refused{"'tables' must be a list of objects"};
    tables.push_back({text_at(item, "name"), text_at(item, "path"), hex_at(item, "sha256", 64)});
  }
  return tables;
}

void read_files(const Json& object, StoredManifest& stored) {
  const Json& files = member(object, "files");
  if (!files.is_object()) throw Refused{"'files' must be an object of file names and SHA-256"};
  for (const auto& [name, hash] : files.items()) {
    const bool sound = is_file_name(name) && hash.is_string() && is_hex(hash.get_ref<const std::string&>(), 64);
    if (!sound) throw Refused{fmt::format("'files': '{}' is no file name with a SHA-256", name.substr(0, 80))};
    stored.manifest.files[name] = hash.get<std::string>();
  }
  stored.other_files = texts_at(object, "other_files");
  for (const std::string& name : stored.other_files) {
    if (!is_file_name(name)) throw Refused{fmt::format("'other_files': '{}' is no file name", name.substr(0, 80))};
  }
}

void check_digests(const Manifest& manifest) {
  const auto sound = [](const std::string& digest) { return is_hex(digest, 32); };
  if (!std::all_of(manifest.replicate_digests.begin(), manifest.replicate_digests.end(), sound))
    throw Refused{"'replicate_digests' must be texts of 32 hex digits"};
  if (manifest.replicate_digests.size() != manifest.runs_done)
    throw Refused{fmt::format("'replicate_digests' has {} entries, 'runs_done' says {}",
                              manifest.replicate_digests.size(), manifest.runs_done)};
  if (manifest.runs_done > manifest.runs_asked) throw Refused{"'runs_done' is larger than 'runs'"};
  if (manifest.partial != (manifest.runs_done < manifest.runs_asked))
    throw Refused{"'partial' contradicts 'runs' and 'runs_done'"};
}

StoredManifest stored_of(const Json& json) {
  constexpr auto most_runs = std::numeric_limits<std::uint32_t>::max();
  if (!json.is_object() || !json.contains("format") || json["format"] != format_name)
    throw Refused{"this is not a manifest of secondwave ('format' is not \"secondwave-result\")"};
  if (count_at(json, "format_version", 1000) != static_cast<std::uint64_t>(format_version))
    throw Refused{"this manifest was written by another version of secondwave ('format_version' is not 1)"};
  StoredManifest stored;
  Manifest& m = stored.manifest;
  m.program_version = text_at(json, "program_version");
  m.model = static_cast<int>(count_at(json, "model_version", 1'000'000));
  m.command = text_at(json, "command");
  m.scenario_name = text_at(json, "scenario");
  m.construction = text_at(json, "construction");
  m.seed = count_at(json, "seed", std::numeric_limits<std::uint64_t>::max());
  m.runs_asked = static_cast<std::uint32_t>(count_at(json, "runs", most_runs));
  m.runs_done = static_cast<std::uint32_t>(count_at(json, "runs_done", most_runs));
  m.partial = truth_at(json, "partial");
  m.infections_written = truth_at(json, "infections");
  m.run_hash = hex_at(json, "run_hash", 64);
  m.tables = tables_at(json);
  m.scenario_text = text_at(json, "scenario_text");
  m.replicate_digests = texts_at(json, "replicate_digests");
  read_files(json, stored);
  stored.warnings = texts_at(json, "warnings");
  check_digests(m);
  return stored;
}

/// Line and column of the byte at which parsing stopped.
Place place_of(std::string_view text, const std::string& file, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {.file = file, .line = static_cast<int>(line), .column = static_cast<int>(before.size() - start + 1)};
}

Json parse_bounded(std::string_view text) {
  std::size_t values = 0;
  const auto watch = [&values](int depth, Json::parse_event_t, Json&) {
    if (depth > deepest) throw Refused{"it is nested too deeply for a manifest"};
    if (++values > most_values) throw Refused{"it holds too many values for a manifest"};
    return true;
  };
  return Json::parse(text.begin(), text.end(), watch);
}

}  // namespace

std::string manifest_to_json(const StoredManifest& stored) {
  const Manifest& m = stored.manifest;
  Json tables = Json::array();
  for (const TableStamp& table : m.tables) {
    Json one = Json::object();
    one["name"] = table.name;
    one["path"] = table.path;
    one["sha256"] = table.sha256;
    tables.push_back(std::move(one));
  }
  Json files = Json::object();
  for (const auto& [name, hash] : m.files) files[name] = hash;
  Json json = Json::object();
  json["format"] = format_name;
  json["format_version"] = format_version;
  json["program_version"] = m.program_version;
  json["model_version"] = m.model;
  json["command"] = m.command;
  json["scenario"] = m.scenario_name;
  json["construction"] = m.construction;
  json["seed"] = m.seed;
  json["runs"] = m.runs_asked;
  json["runs_done"] = m.runs_done;
  json["partial"] = m.partial;
  json["infections"] = m.infections_written;
  json["run_hash"] = m.run_hash;
  json["files"] = std::move(files);
  json["other_files"] = stored.other_files;
  json["warnings"] = stored.warnings;
  json["tables"] = std::move(tables);
  json["scenario_text"] = m.scenario_text;
  json["replicate_digests"] = m.replicate_digests;
  // Paths and warnings may hold bytes that are not UTF-8: these become U+FFFD instead of an exception.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<StoredManifest> manifest_from_json(std::string_view text, const std::string& file) {
  const std::string remedy = "the folder was not written by secondwave, or was changed since";
  if (text.size() > largest_manifest_bytes)
    return failure(ErrorKind::data, "the manifest is larger than 64 MiB", {.file = file}, remedy);
  try {
    return stored_of(parse_bounded(text));
  } catch (const Json::parse_error& error) {
    return failure(ErrorKind::data, "the manifest is not valid JSON", place_of(text, file, error.byte), remedy);
  } catch (const Json::exception&) {
    return failure(ErrorKind::data, "the manifest holds a value of the wrong kind", {.file = file}, remedy);
  } catch (const Refused& refused) {
    return failure(ErrorKind::data, refused.why, {.file = file}, remedy);
  }
}

Result<StoredManifest> read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "manifest.json";
  const auto text = read_file(path, largest_manifest_bytes);
  if (!text) return tl::unexpected(text.error());
  return manifest_from_json(*text, path.string());
}

}  // namespace secondwave
