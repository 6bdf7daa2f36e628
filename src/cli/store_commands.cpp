#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/observe_commands.hpp"
#include "cli/query_setup.hpp"
#include "cli/store_writing.hpp"
#include "cli/table_output.hpp"
#include "report/table.hpp"
#include "scenario/text_file.hpp"
#include "store/anonymise.hpp"
#include "store/merge.hpp"
#include "store/sqlite_names.hpp"

namespace secondwave {
namespace {

ReadTally tally_of(const StoredInput& input) {
  ReadTally both = input.body;
  both.add(input.tail);
  return both;
}

std::string info_json(const std::vector<StoredInput>& inputs, const SqliteStore::Size& size) {
  std::string text = fmt::format("{{\n  \"cells\": {},\n  \"bytes\": {},\n  \"inputs\": [", size.cells, size.bytes);
  std::string comma;
  for (const StoredInput& each : inputs) {
    const ReadTally t = tally_of(each);
    fmt::format_to(
        std::back_inserter(text),
        "{}\n    {{\"input\": {}, \"path\": {}, \"sensor\": {}, \"format\": {}, \"length\": {}, \"digest\": {}, "
        "\"complete\": {}, \"records\": {}, \"sightings\": {}, \"bad\": {}, \"first\": {}, \"last\": {}, "
        "\"signatures\": {}, \"settings\": {}}}",
        comma, each.id, json_string(each.path), json_string(each.sensor), json_string(each.format), each.length,
        json_string(each.digest), each.ended, t.records(), t.sightings, t.bad, json_time(t.first_us),
        json_time(t.last_us), json_string(each.book), json_string(each.settings));
    comma = ",";
  }
  return text + "\n  ]\n}\n";
}

Status info(const StoreOptions& options) {
  const Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::read);
  if (!store) return tl::unexpected(store.error());
  const Result<std::vector<StoredInput>> inputs = (*store)->inputs();
  if (!inputs) return tl::unexpected(inputs.error());
  const Result<SqliteStore::Size> size = (*store)->size();
  if (!size) return tl::unexpected(size.error());
  if (options.common.format == Format::json) return emit(info_json(*inputs, *size));
  Table table{
      {"input", "path", "sensor", "format", "bytes", "records", "sightings", "bad", "first", "last", "complete"},
      {},
      {}};
  const auto time = [](const std::optional<std::int64_t>& us) {
    return us ? Cell(to_string(UtcTime::from_microseconds(*us))) : Cell();
  };
  for (const StoredInput& each : *inputs) {
    const ReadTally t = tally_of(each);
    table.rows.push_back({static_cast<std::uint64_t>(each.id), each.path, each.sensor, each.format, each.length,
                          t.records(), t.sightings, t.bad, time(t.first_us), time(t.last_us), each.ended});
  }
  if (options.common.format == Format::csv) return emit(table_csv(table));
  return emit(table_text(table, terminal_style()) +
              fmt::format("\n{} inputs, {} cells of a source, minute and tag in {} bytes\n", inputs->size(),
                          size->cells, size->bytes));
}

/// The input that a user names by path or number. Errors: usage, where there is none, or more than one of the path.
Result<InputId> find_input(const std::vector<StoredInput>& inputs, const std::string& name) {
  std::vector<InputId> found;
  for (const StoredInput& each : inputs) {
    if (each.path == name) found.push_back(each.id);
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    return failure(
        ErrorKind::usage,
        fmt::format("{} inputs were read under the path '{}': {}", found.size(), name, fmt::join(found, ", ")), {},
        "name one by its number (secondwave store info)");
  }
  InputId id = 0;
  const auto [stop, fault] = std::from_chars(name.data(), name.data() + name.size(), id);
  const bool number = fault == std::errc() && stop == name.data() + name.size();
  const bool known =
      number && std::any_of(inputs.begin(), inputs.end(), [&](const StoredInput& i) { return i.id == id; });
  if (known) return id;
  return failure(ErrorKind::usage, "the store has no input '" + name + "'", {}, "secondwave store info lists them");
}

Status forget(const StoreOptions& options) {
  Result<WritableStore> open = open_writable_store(options.store);
  if (!open) return tl::unexpected(open.error());
  const Result<std::vector<StoredInput>> inputs = open->store->inputs();
  if (!inputs) return tl::unexpected(inputs.error());
  std::vector<InputId> ids;
  for (const std::string& name : options.inputs) {
    const Result<InputId> id = find_input(*inputs, name);
    if (!id) return tl::unexpected(id.error());
    ids.push_back(*id);
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const Status gone = open->store->forget(ids[i]); !gone) return gone;
    tell(options.common, fmt::format("{} is taken back", options.inputs[i]));
  }
  return {};
}

/// A time, or "365d" before the latest sighting of the store.
Result<Minute> limit_of(const std::string& text, SqliteStore& store) {
  std::uint32_t days = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (fault != std::errc() || stop + 1 != text.data() + text.size() || *stop != 'd') return minute_from(text);
  const Result<std::vector<StoredInput>> inputs = store.inputs();
  if (!inputs) return tl::unexpected(inputs.error());
  std::int64_t last_us = 0;
  for (const StoredInput& each : *inputs) last_us = std::max(last_us, tally_of(each).last_us.value_or(0));
  const std::int64_t minutes = last_us / minute_us - std::int64_t{days} * 1440;
  return static_cast<Minute>(std::max<std::int64_t>(minutes, 0));
}

Status prune(const StoreOptions& options) {
  Result<WritableStore> open = open_writable_store(options.store);
  if (!open) return tl::unexpected(open.error());
  const Result<Minute> limit = limit_of(options.older_than, *open->store);
  if (!limit) return tl::unexpected(limit.error());
  const Result<std::uint64_t> names = SqliteNameCache(*open->store).prune(std::int64_t{*limit} * minute_us);
  if (!names) return tl::unexpected(names.error());
  const Result<std::uint64_t> gone = open->store->prune(*limit);
  if (!gone) return tl::unexpected(gone.error());
  tell(options.common, fmt::format("{} cells and {} names of addresses from before {} are dropped", *gone, *names,
                                   to_string(UtcTime::from_seconds(std::int64_t{*limit} * 60))));
  return {};
}

Status merge(const StoreOptions& options) {
  Result<WritableStore> open = open_writable_store(options.store);
  if (!open) return tl::unexpected(open.error());
  const Result<MergeReport> report = merge_store(*open->store, options.other);
  if (!report) return tl::unexpected(report.error());
  tell(options.common,
       fmt::format("{} inputs added, {} extended, {} known already; {} names of addresses and {} contacts looked at",
                   report->added, report->extended, report->known, report->names, report->contacts));
  if (report->unclear.empty()) return {};
  return failure(
      ErrorKind::machine,
      fmt::format("{} inputs are left out: they begin as inputs of this store do, and whether one goes on from "
                  "the other is not known ({})",
                  report->unclear.size(), fmt::join(report->unclear, ", ")),
      {}, "read these files themselves into this store, or first take back the input that is shorter");
}

using Key = std::array<unsigned char, AddressCipher::key_bytes>;

/// The key of a file, made where there is none; without a file one that nobody keeps.
Result<Key> key_of(const std::string& path) {
  Key key;
  const auto fresh = [&] { return RAND_bytes(key.data(), static_cast<int>(key.size())) == 1; };
  if (path.empty()) {
    if (fresh()) return key;
    return failure(ErrorKind::machine, "no random key could be made");
  }
  if (::access(path.c_str(), F_OK) == 0) {
    const Result<std::string> text = read_text_file(path, key.size());
    if (!text) return tl::unexpected(text.error());
    if (text->size() != key.size())
      return failure(ErrorKind::data, fmt::format("a key has {} bytes", key.size()), {.file = path});
    std::memcpy(key.data(), text->data(), key.size());
    return key;
  }
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && fresh() && ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  const int fault = errno;
  if (file >= 0) ::close(file);
  if (written) return key;
  return failure(ErrorKind::machine, std::string("the key cannot be written: ") + std::strerror(fault), {.file = path});
}

Status anonymise(const StoreOptions& options) {
  const Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::read);
  if (!store) return tl::unexpected(store.error());
  const Result<Key> key = key_of(options.key);
  if (!key) return tl::unexpected(key.error());
  AddressCipher cipher(*key);
  if (const Status done = anonymise_store(**store, options.other, cipher); !done) return done;
  tell(options.common, fmt::format("{} has the counts of {} with other addresses, and neither evidence nor names",
                                   options.other, options.store));
  return {};
}

}  // namespace

int store_info_command(const StoreOptions& options) {
  return finish(info(options));
}
int store_forget_command(const StoreOptions& options) {
  return finish(forget(options));
}
int store_prune_command(const StoreOptions& options) {
  return finish(prune(options));
}
int store_merge_command(const StoreOptions& options) {
  return finish(merge(options));
}
int store_anonymise_command(const StoreOptions& options) {
  return finish(anonymise(options));
}

}  // namespace secondwave
