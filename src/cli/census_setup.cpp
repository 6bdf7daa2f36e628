#include "cli/census_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <tuple>

#include "base/text.hpp"
#include "census/names_file.hpp"
#include "cli/census_hosts.hpp"
#include "cli/census_kinds.hpp"
#include "cli/contacts.hpp"
#include "cli/environment.hpp"
#include "cli/read_pieces.hpp"
#include "ingest/byte_source.hpp"
#include "report/progress_bar.hpp"
#include "store/sqlite_names.hpp"

namespace secondwave {
namespace {

// Countries of the first are younger, the second has AS numbers as well.
constexpr std::array installed_tables = {"/usr/share/tor/geoip", "/usr/share/libloc-location/location.db"};
constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr std::size_t most_unwritten = std::size_t{1} << 16;
constexpr double years_that_matter = 1;
constexpr std::size_t most_named_resolvers = 8;

std::int64_t now_us() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

std::string date_text(std::int64_t time_us) {
  return to_string(UtcTime::from_microseconds(time_us)).substr(0, 10);
}

/// Puts answers about hosts of the census into the cache, many at a time.
class AnswerSink {
 public:
  AnswerSink(NameCache& cache, const std::vector<HostFact>& hosts) : cache_(cache), hosts_(hosts) {}
  Status add(NameAnswer&& answer) {
    const auto at = std::lower_bound(hosts_.begin(), hosts_.end(), answer.address,
                                     [](const HostFact& host, Ipv4 address) { return host.address < address; });
    if (at == hosts_.end() || at->address != answer.address || answer.outcome == LookupOutcome::not_asked) return {};
    ++of_hosts;
    answers_.push_back(std::move(answer));
    return answers_.size() < most_unwritten ? Status() : flush();
  }
  Status flush() {
    std::sort(answers_.begin(), answers_.end(), [](const NameAnswer& a, const NameAnswer& b) {
      return std::tie(a.address, a.asked_us) < std::tie(b.address, b.asked_us);
    });
    const Status done = cache_.put(answers_);
    answers_.clear();
    return done;
  }
  std::uint64_t of_hosts = 0;

 private:
  NameCache& cache_;
  const std::vector<HostFact>& hosts_;
  std::vector<NameAnswer> answers_;
};

Status read_names(ByteSource& source, NamesReader& reader) {
  return read_pieces(source, reader, piece_bytes, "interrupted while reading names: what was read is kept",
                     [](bool) { return Status(); });
}

bool is_database(const std::string& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::string head(magic.size(), '\0');
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  const std::size_t got = std::fread(head.data(), 1, head.size(), file);
  std::fclose(file);
  return got == magic.size() && head == magic;
}

Status names_of_store(const std::string& path, AnswerSink& sink, Census::NamesFile& file) {
  Result<std::unique_ptr<SqliteStore>> other = SqliteStore::open(path, Database::Access::read);
  if (!other) return tl::unexpected(other.error());
  SqliteNameCache names(**other);
  return names.walk([&](const NamePeriod& period) -> Status {
    ++file.counts.sightings;
    return each_end(period, [&](NameAnswer&& answer) { return sink.add(std::move(answer)); });
  });
}

Status read_offline(const CensusOptions& options, const std::string& path, NameCache& cache, Census& census) {
  Census::NamesFile file{.path = path, .counts = {}};
  AnswerSink sink(cache, census.hosts);
  if (is_database(path)) {
    if (const Status read = names_of_store(path, sink, file); !read) return read;
  } else {
    Result<std::unique_ptr<ByteSource>> source = open_source(path);
    if (!source) return tl::unexpected(source.error());
    const std::optional<UtcTime> changed = (*source)->file_time();
    NamesReader reader(changed ? changed->microseconds() : now_us(),
                       [&](NameAnswer&& answer) { return sink.add(std::move(answer)); });
    if (const Status read = read_names(**source, reader); !read) return read;
    file.counts = reader.counts();
  }
  if (const Status written = sink.flush(); !written) return written;
  file.of_hosts = sink.of_hosts;
  const ReadCounts& counts = file.counts;
  const double all = static_cast<double>(counts.sightings + counts.bad);
  if (counts.bad > 0 && static_cast<double>(counts.bad) > options.max_bad * all) {
    return failure(ErrorKind::data,
                   fmt::format("{} of {:.0f} lines are bad; the first: {}", counts.bad, all, counts.bad_samples[0].why),
                   {.file = path, .line = static_cast<int>(counts.bad_samples[0].place)},
                   "lines are address<TAB>name, or JSON of ZDNS; --max-bad sets how many may be bad");
  }
  if (counts.bad > 0)
    tell(options.query.common, fmt::format("{}: {} bad lines skipped; the first, line {}: {}", path, counts.bad,
                                           counts.bad_samples[0].place, counts.bad_samples[0].why));
  census.files.push_back(std::move(file));
  return {};
}

Result<std::vector<Resolver>> whom_to_ask(const CensusOptions& options) {
  if (options.no_lookup || (options.resolvers.empty() && !options.offline.empty())) return std::vector<Resolver>();
  if (options.resolvers.empty()) {
    Result<std::vector<Resolver>> found = system_resolvers();
    if (!found) found.error().remedy = "name one with --resolver, or ask nobody: --no-lookup";
    return found;
  }
  std::vector<Resolver> named;
  for (const std::string& text : options.resolvers) {
    Result<Resolver> resolver = parse_resolver(text);
    if (!resolver) return tl::unexpected(resolver.error());
    named.push_back(std::move(*resolver));
  }
  return named;
}

void tell_asking(const CensusOptions& options, const std::vector<Resolver>& resolvers, std::size_t count) {
  std::vector<std::string> shown;
  for (const Resolver& each : resolvers) {
    if (shown.size() < most_named_resolvers) shown.push_back(to_string(each));
  }
  const std::string pace = options.qps > 0 ? fmt::format("at most {} questions a second: {} or more", options.qps,
                                                         duration_text(static_cast<double>(count) / options.qps))
                                           : std::string("as fast as they come");
  tell(options.query.common, fmt::format("asking {} ({}) for the names of {} addresses, {}", fmt::join(shown, ", "),
                                         options.resolvers.empty() ? "the system's" : "--resolver", count, pace));
}

Status ask(const CensusOptions& options, const std::vector<Resolver>& resolvers, NameCache& cache,
           const std::vector<std::int64_t>& expires_us, Census& census) {
  const std::int64_t start_us = now_us();
  std::vector<std::uint32_t> wanted;
  std::size_t failed_lately = 0;
  for (std::uint32_t i = 0; i < census.hosts.size(); ++i) {
    if (expires_us[i] > start_us) {
      failed_lately += is_passing(census.hosts[i].lookup) ? 1 : 0;
      continue;
    }
    // What a simulation drew is nobody's business but that of a resolver that was named for it.
    if (census.hosts[i].simulated && options.resolvers.empty()) {
      ++census.not_asked_simulated;
    } else {
      wanted.push_back(i);
    }
  }
  if (census.not_asked_simulated > 0)
    tell(options.query.common, fmt::format("{} sources were written by a simulation: nobody is asked about them "
                                           "without --resolver",
                                           census.not_asked_simulated));
  if (failed_lately > 0)
    tell(options.query.common,
         fmt::format("{} names got no usable answer less than a quarter of an hour ago and are not "
                     "asked for again yet",
                     failed_lately));
  if (wanted.empty() && !options.confirm) return {};
  for (const Resolver& each : resolvers) census.resolvers.push_back(to_string(each));
  tell_asking(options, resolvers, wanted.size());
  const Common& common = options.query.common;
  ProgressBar bar({.terminal = stderr_is_terminal() && !common.quiet,
                   .utf8 = terminal_style().utf8,
                   .unit = "names",
                   .clock_s = steady_seconds,
                   .sink = write_to_stderr});
  const NameQuestions questions{.cache = &cache,
                                .lookup = {.resolvers = resolvers,
                                           .qps = options.qps,
                                           .tries = options.tries,
                                           .timeout_s = options.timeout_s,
                                           .back_off_s = options.back_off_s},
                                .confirm = options.confirm,
                                .now_us = now_us,
                                .progress = &bar,
                                .cancel = &cancelled_by_signal()};
  const std::vector<std::uint32_t> asked = wanted;
  const Result<NameTraffic> traffic = ask_names(questions, census.hosts, std::move(wanted));
  bar.finish();
  for (const std::uint32_t i : asked) {
    const LookupOutcome outcome = census.hosts[i].lookup;
    census.answers += outcome != LookupOutcome::timeout && outcome != LookupOutcome::not_asked ? 1 : 0;
  }
  if (traffic) {
    census.traffic = *traffic;
    if (!asked.empty() && census.answers == 0)
      tell(common, fmt::format("warning: no answer came at all to the questions about {} addresses: is the resolver "
                               "up, and does it answer you?",
                               asked.size()));
  } else if (traffic.error().kind == ErrorKind::interrupted) {
    census.interrupted = true;
    tell(common, "interrupted: the answers that came are kept; the same command asks for the rest");
  } else {
    return tl::unexpected(traffic.error());
  }
  return {};
}

Status find_networks(const CensusOptions& options, Census& census) {
  std::vector<std::string> paths = options.networks;
  for (const char* path : installed_tables) {
    if (options.networks.empty() && std::filesystem::exists(path)) paths.emplace_back(path);
  }
  if (paths.empty())
    tell(options.query.common, "no table of networks: install the package tor-geoipdb, or name one with --networks");
  std::vector<NetworkTable> tables;
  for (const std::string& path : paths) {
    Result<NetworkTable> table = NetworkTable::open(path, options.max_bad);
    if (!table) return tl::unexpected(table.error());
    tables.push_back(std::move(*table));
  }
  locate(tables, census.hosts);
  for (NetworkTable& table : tables) {
    const std::optional<double> years = years_apart(table, census.hosts);
    if (years && *years >= years_that_matter)
      tell(options.query.common, fmt::format("{} is of {}, {:.1f} years from the sightings: addresses have changed "
                                             "hands and countries since",
                                             table.path(), date_text(*table.date_us()), *years));
    census.networks.push_back({std::move(table), years});
  }
  return {};
}

/// Whom to tell of each host, where the store knows it.
Status find_contacts(SqliteStore& store, std::vector<HostFact>& hosts) {
  ContactBook book;
  if (const Status read = add_stored_contacts(store, book); !read) return read;
  if (book.size() == 0) return {};
  for (HostFact& host : hosts) {
    if (const NetworkContact* contact = book.find(host.address, host.asn)) host.abuse_contact = contact->address;
  }
  return {};
}

}  // namespace

Result<Census> take_census(const CensusOptions& options) {
  if (options.query.store.empty())
    return failure(ErrorKind::usage, "--store is missing", {}, "name the store that observe made: --store knocks.db");
  const Result<std::vector<Resolver>> resolvers = whom_to_ask(options);
  if (!resolvers) return tl::unexpected(resolvers.error());
  const Result<HostSetting> host_setting = host_setting_of(options);
  if (!host_setting) return tl::unexpected(host_setting.error());
  Result<QuerySetup> setup = open_query(options.query);
  if (!setup) return tl::unexpected(setup.error());
  if (setup->store->database().read_only() && (!resolvers->empty() || !options.offline.empty())) {
    return failure(ErrorKind::machine, "the store cannot be written, and what is learned of names is kept in it",
                   {.file = options.query.store},
                   "--no-lookup asks nobody; or copy the store to a place that you may "
                   "write");
  }
  Census census;
  census.host_setting = *host_setting;
  Result<SeenHosts> seen = hosts_of(*setup->store, setup->selection);
  if (!seen) return tl::unexpected(seen.error());
  census.hosts = std::move(seen->hosts);
  census.sensors = std::move(seen->sensors);
  census.apart = std::move(seen->apart);
  for (const auto& [name, count] : census.apart)
    tell(options.query.common, fmt::format("{} source{} left out: {}", count, count == 1 ? " is" : "s are", name));
  for (const HostFact& host : census.hosts) census.simulated += host.simulated ? 1 : 0;
  if (census.simulated > 0)
    tell(options.query.common,
         fmt::format("{} of the {} sources were seen by a simulated sensor", census.simulated, census.hosts.size()));
  SqliteNameCache cache(*setup->store);
  for (const std::string& path : options.offline) {
    if (const Status read = read_offline(options, path, cache, census); !read) return tl::unexpected(read.error());
  }
  const Result<std::vector<std::int64_t>> expires_us = names_from_cache(cache, census.hosts);
  if (!expires_us) return tl::unexpected(expires_us.error());
  if (!resolvers->empty()) {
    if (const Status asked = ask(options, *resolvers, cache, *expires_us, census); !asked)
      return tl::unexpected(asked.error());
  }
  if (const Status found = find_networks(options, census); !found) return tl::unexpected(found.error());
  if (const Status told = find_contacts(*setup->store, census.hosts); !told) return tl::unexpected(told.error());
  const Result<KindClassifier> kinds = open_kind_classifier();
  if (!kinds) return tl::unexpected(kinds.error());
  for (HostFact& host : census.hosts) kinds->classify(host);
  return census;
}

}  // namespace secondwave
