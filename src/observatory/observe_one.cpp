#include <fmt/format.h>

#include <utility>

#include "observatory/identity.hpp"
#include "observatory/observe.hpp"

namespace secondwave {
namespace {

/// Where reading starts, and what it does away with.
struct Start {
  StoredInput input;
  std::vector<InputId> instead;
  InputReport::Status status = InputReport::Status::fresh;
  std::string note;
  bool nothing_new = false;
};

bool same_settings(const ReadingShared& shared, const StoredInput& input) {
  return input.sensor == shared.settings->sensor && input.book == shared.instruments->book &&
         input.settings == shared.settings->text();
}

std::string difference(const ReadingShared& shared, const StoredInput& input) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (input.sensor != shared.settings->sensor) add("as sensor " + input.sensor);
  if (input.settings != shared.settings->text()) add("with " + input.settings);
  if (input.book != shared.instruments->book) add("with other signatures");
  return text;
}

Result<Start> start_known(const ReadingShared& shared, const std::string& path, const Identity& identity) {
  Start start;
  start.input.path = path;
  if (!identity.longest) return start;
  const std::scoped_lock lock(*shared.store_lock);
  Result<StoredInput> known = shared.store->input(identity.longest->input);
  if (!known) return tl::unexpected(known.error());
  const std::string shown = fmt::format("input {} ({})", known->id, known->path);
  if (identity.whole) {
    start.nothing_new = true;
    start.status = InputReport::Status::unchanged;
    if (!same_settings(shared, *known)) {
      start.status = InputReport::Status::other_settings;
      start.note = fmt::format("was read before as {}, {}: nothing is added; observe --replace reads it anew", shown,
                               difference(shared, *known));
    }
    start.input = std::move(*known);
    return start;
  }
  if (identity.longest->length < known->length) {
    start.note = fmt::format("begins with the first {} bytes of {} and then differs: it is counted as another input",
                             identity.longest->length, shown);
    return start;
  }
  if (!same_settings(shared, *known)) {
    return failure(ErrorKind::usage,
                   fmt::format("the input has grown since it was read as {}, {}", shown, difference(shared, *known)),
                   {}, "read its new part with the same settings, or all of it anew with --replace");
  }
  if (known->sealed) {
    return failure(ErrorKind::usage, fmt::format("{} was made anonymous, so it cannot go on", shown), {},
                   "read it into another store");
  }
  start.status = known->ended ? InputReport::Status::grown : InputReport::Status::resumed;
  start.input = std::move(*known);
  start.input.path = path;
  return start;
}

Result<Start> start_replacing(const ReadingShared& shared, const std::string& path, const Identity& identity) {
  Start start;
  start.input.path = path;
  const std::scoped_lock lock(*shared.store_lock);
  if (identity.longest) {
    const Result<StoredInput> known = shared.store->input(identity.longest->input);
    if (!known) return tl::unexpected(known.error());
    if (identity.whole && identity.whole->length < known->length) {
      return failure(
          ErrorKind::usage,
          fmt::format("the store holds a longer state of this input, as input {} ({})", known->id, known->path), {},
          fmt::format("secondwave store forget {} takes it back", known->id));
    }
    if (identity.longest->length == known->length) {
      start.instead = {known->id};
      start.status = InputReport::Status::replaced;
    }
  }
  if (!identity.pending) return start;
  Result<StoredInput> pending = shared.store->input(identity.pending->input);
  if (!pending) return tl::unexpected(pending.error());
  if (same_settings(shared, *pending) && identity.pending->length == pending->length) {
    start.input = std::move(*pending);
    start.input.path = path;
    return start;
  }
  if (const Status gone = shared.store->forget(pending->id); !gone) return tl::unexpected(gone.error());
  return start;
}

Status read(const ReadingShared& shared, const std::string& path, bool replace, std::span<const KnownPrefix> known,
            InputReport& report, std::unique_ptr<InputReading>& reading) {
  Result<ByteFeed> feed =
      ByteFeed::open(shared.instruments->open, path, shared.instruments->input_ready, shared.cancel);
  if (!feed) return tl::unexpected(feed.error());
  const Result<std::string_view> head = feed->peek(1, 1);
  if (!head) return tl::unexpected(head.error());
  if (head->empty()) {
    report.status = InputReport::Status::empty;
    return {};
  }
  const Result<Identity> identity = identify(*feed, known, shared.cancel);
  if (!identity) return tl::unexpected(identity.error());
  Result<Start> start = replace ? start_replacing(shared, path, *identity) : start_known(shared, path, *identity);
  if (!start) return tl::unexpected(start.error());
  report.note = start->note;
  if (start->nothing_new) {
    report.status = start->status;
    report.input = std::move(start->input);
    return {};
  }
  if (identity->beyond_head) {
    if (const Status back = feed->rewind(); !back) return back;
  }
  Result<std::unique_ptr<InputReading>> begun =
      InputReading::begin(shared, std::move(*feed), std::move(start->input), std::move(start->instead));
  if (!begun) return tl::unexpected(begun.error());
  reading = std::move(*begun);
  report.status = start->status;
  return {};
}

}  // namespace

ReadTally InputReport::tally() const {
  ReadTally both = input.body;
  both.add(input.tail);
  return both;
}

std::string_view to_string(InputReport::Status status) {
  switch (status) {
    case InputReport::Status::fresh:
      return "new";
    case InputReport::Status::grown:
      return "grown";
    case InputReport::Status::resumed:
      return "resumed";
    case InputReport::Status::unchanged:
      return "unchanged";
    case InputReport::Status::other_settings:
      return "unchanged, read under other settings";
    case InputReport::Status::replaced:
      return "replaced";
    case InputReport::Status::empty:
      return "empty";
    case InputReport::Status::failed:
      return "failed";
    case InputReport::Status::interrupted:
      return "interrupted";
  }
  return "failed";
}

InputReport observe_one(const ReadingShared& shared, const std::string& path, bool replace,
                        std::span<const KnownPrefix> known, std::unique_ptr<InputReading>* begun) {
  InputReport report;
  report.path = path;
  std::unique_ptr<InputReading> reading;
  Status done = read(shared, path, replace, known, report, reading);
  if (done && reading && begun != nullptr) {
    *begun = std::move(reading);
    return report;
  }
  if (done && reading) {
    done = reading->pump();
    if (done) done = reading->finish();
  }
  if (reading) {
    report.input = reading->input();
    report.bytes_read = reading->bytes_read();
    report.records_read = reading->records_read();
    report.sightings_added = reading->sightings_added();
  }
  if (!done) {
    report.status =
        done.error().kind == ErrorKind::interrupted ? InputReport::Status::interrupted : InputReport::Status::failed;
    report.error = done.error();
    if (report.error->place.file.empty()) report.error->place.file = path == "-" ? "standard input" : path;
  }
  return report;
}

}  // namespace secondwave
