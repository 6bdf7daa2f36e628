#include "world/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "random/stream.hpp"
#include "world/quantity.hpp"

namespace secondwave {
namespace {

constexpr std::uint32_t most_networks = 1u << 24;

/// A law with one region of `size` positions.
RegionLaw one_region(std::uint64_t size) {
  return {.ends = {size}, .cumulative = {1.0}};
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::string remedy_for_code(const CountryTable& table, std::string_view code) {
  const std::string upper = upper_case(code);
  std::vector<std::string_view> known;
  for (const CountryRanges& country : table.countries()) known.push_back(country.code);
  std::string_view nearest = nearest_word(upper, known);
  if (upper == "UK" && table.find("GB") != nullptr) nearest = "GB";
  const std::string rule = "Codes are those of ISO 3166 alpha-2, in upper case, such as KR.";
  return nearest.empty() ? rule : fmt::format("Did you mean {}? {}", nearest, rule);
}

tl::unexpected<Error> does_not_fit(std::string message) {
  return failure(ErrorKind::data, std::move(message), {}, "Lower population.vulnerable, or give the hosts more room.");
}

/// How many networks of 2^host_bits addresses the ranges (in order) touch.
std::uint64_t count_networks(const std::vector<AddressRange>& ranges, int host_bits) {
  std::uint64_t count = 0;
  std::uint64_t next_new = 0;  // networks below this number are counted
  for (const AddressRange& range : ranges) {
    const std::uint64_t first = std::max(std::uint64_t{range.first} >> host_bits, next_new);
    const std::uint64_t end = (std::uint64_t{range.last} >> host_bits) + 1;
    if (end > first) count += end - first;
    next_new = std::max(next_new, end);
  }
  return count;
}

Status check_networks(const PlacementSpec& spec, int address_bits) {
  if (spec.networks == 0) return {};
  if (spec.network_length < 1 || spec.network_length > address_bits) {
    return failure(ErrorKind::data, fmt::format("A network length of {} does not fit addresses of {} bits.",
                                                spec.network_length, address_bits));
  }
  if (spec.networks > most_networks || spec.networks > (std::uint64_t{1} << spec.network_length)) {
    return failure(
        ErrorKind::data,
        fmt::format("There are no {} networks of length {}; the most is {}.", spec.networks, spec.network_length,
                    std::min<std::uint64_t>(most_networks, std::uint64_t{1} << spec.network_length)));
  }
  return {};
}

}  // namespace

Result<Placement> Placement::make(const PlacementSpec& spec, int address_bits,
                                  std::shared_ptr<const CountryTable> table, std::span<const AddressRange> dark) {
  const bool by_country = spec.method == PlacementSpec::Method::country;
  if (address_bits < 1 || address_bits > 32) {
    return failure(ErrorKind::data, fmt::format("Addresses of {} bits are not within 1 to 32.", address_bits));
  }
  if (by_country && address_bits != 32) {
    return failure(ErrorKind::data,
                   fmt::format("Placement by country needs addresses of 32 bits, not {}.", address_bits), {},
                   "Use the method \"uniform\" in a small address space.");
  }
  if (Status status = check_networks(spec, address_bits); !status) return tl::unexpected<Error>(status.error());
  Placement placement;
  placement.address_bits_ = address_bits;
  placement.dark_ = to_gaps(dark);
  placement.networks_ = spec.networks;
  placement.network_length_ = spec.network_length;
  if (!by_country) return placement;

  SECONDWAVE_REQUIRE(table != nullptr);
  if (Status status = placement.add_regions(spec, *table); !status) return tl::unexpected<Error>(status.error());
  std::vector<double> centres;
  for (const CountryShare& share : spec.shares) centres.push_back(share.percent.centre());
  if (Result<std::vector<double>> sums = placement.probabilities(centres); !sums) {
    return tl::unexpected<Error>(sums.error());
  }
  return placement;
}

Status Placement::add_regions(const PlacementSpec& spec, const CountryTable& table) {
  std::set<std::string, std::less<>> named;
  for (const CountryShare& share : spec.shares) {
    const CountryRanges* country = table.find(share.code);
    if (country == nullptr) {
      return failure(ErrorKind::data, fmt::format("The country table knows no country '{}'.", share.code),
                     share.percent.place, remedy_for_code(table, share.code));
    }
    if (!named.insert(share.code).second) {
      return failure(ErrorKind::data, fmt::format("The country {} has two shares.", share.code), share.percent.place,
                     "Give one share for each country.");
    }
    add_region(country->code, country->ranges);
  }
  shares_ = regions_.size();
  std::vector<AddressRange> rest;
  for (const CountryRanges& country : table.countries()) {
    if (named.count(country.code) == 0) rest.insert(rest.end(), country.ranges.begin(), country.ranges.end());
  }
  std::sort(rest.begin(), rest.end(), [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  if (!rest.empty()) add_region("all other countries", rest);
  return {};
}

void Placement::add_region(std::string name, const std::vector<AddressRange>& ranges) {
  Region region{
      .name = std::move(name), .ranges = without_gaps(ranges, dark_), .before = {}, .addresses = 0, .networks = 0};
  for (const AddressRange& range : region.ranges) {
    region.before.push_back(static_cast<std::uint32_t>(region.addresses));
    region.addresses += range.size();
  }
  if (networks_ > 0) region.networks = count_networks(region.ranges, 32 - network_length_);
  regions_.push_back(std::move(region));
}

Result<std::vector<double>> Placement::probabilities(std::span<const double> shares_percent) const {
  SECONDWAVE_REQUIRE(shares_percent.size() == shares_);
  double sum = 0.0;
  for (std::size_t i = 0; i < shares_; ++i) {
    const double share = shares_percent[i];
    if (!(share >= 0.0 && share <= 1000.0)) {
      return failure(ErrorKind::data,
                     fmt::format("The share of {}, {:g}%, is not within 0 to 100%.", regions_[i].name, share));
    }
    sum += share;
  }
  if (sum > 100.5) {
    return failure(ErrorKind::data, fmt::format("The shares of the countries add up to {:g}%.", sum), {},
                   "Lower them to 100% or less; what they leave goes to all other countries.");
  }
  const bool has_rest = regions_.size() > shares_;
  if (!has_rest && sum < 99.5) {
    return failure(ErrorKind::data,
                   fmt::format("The shares of the countries add up to {:g}%, and the table has no other country.", sum),
                   {}, "Raise them to 100%.");
  }
  std::vector<double> result(shares_percent.begin(), shares_percent.end());
  if (has_rest) {
    result.push_back(std::max(0.0, 100.0 - sum));
    sum += result.back();
  }
  for (double& share : result) share /= sum;
  return result;
}

Status Placement::check(std::uint64_t hosts, std::span<const double> shares_percent) const {
  if (hosts > most_hosts) {
    return does_not_fit(fmt::format("{} hosts are more than the {} that can be placed.", hosts, most_hosts));
  }
  const std::uint64_t space = (std::uint64_t{1} << address_bits_) - positions_in(dark_);
  if (hosts > space) {
    return does_not_fit(fmt::format("{} hosts do not fit into the address space of {} addresses.", hosts, space));
  }
  if (networks_ > 0) {
    const std::uint64_t in_networks = networks_ * (std::uint64_t{1} << (address_bits_ - network_length_));
    if (hosts > in_networks) {
      return does_not_fit(fmt::format("{} hosts do not fit into {} networks of length {}, which hold {} addresses.",
                                      hosts, networks_, network_length_, in_networks));
    }
  }
  if (regions_.empty()) return {};
  const Result<std::vector<double>> shares = probabilities(shares_percent);
  if (!shares) return tl::unexpected<Error>(shares.error());
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    if (Status status = check_fit(regions_[i], (*shares)[i], hosts); !status) return status;
  }
  return {};
}

Status Placement::check_fit(const Region& region, double probability, std::uint64_t hosts) const {
  if (networks_ == 0) {
    const double expected = probability * static_cast<double>(hosts);
    if (expected <= 0.5 * static_cast<double>(region.addresses)) return {};
    return does_not_fit(fmt::format("{:.0f} hosts are expected in {}, more than half of the {} addresses there.",
                                    expected, region.name, region.addresses));
  }
  const double expected = probability * networks_;
  if (expected <= 0.5 * static_cast<double>(region.networks)) return {};
  return failure(ErrorKind::data,
                 fmt::format("{:.0f} networks of length {} are expected in {}, more than half of the {} there.",
                             expected, network_length_, region.name, region.networks),
                 {}, "Lower population.placement.networks, or choose a greater network length.");
}

RegionLaw Placement::law_of(const std::vector<double>& probabilities) const {
  RegionLaw law;
  double below = 0.0;
  std::uint64_t end = 0;
  std::size_t last_used = 0;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    below += probabilities[i];
    end += regions_[i].addresses;
    law.ends.push_back(end);
    law.cumulative.push_back(std::min(below, 1.0));
    if (probabilities[i] > 0.0) last_used = i;
  }
  // The sum may round to just below 1: the last region that can be picked takes what is missing.
  for (std::size_t i = last_used; i < law.cumulative.size(); ++i) law.cumulative[i] = 1.0;
  return law;
}

Result<std::vector<std::uint32_t>> Placement::choose_country_networks(const RegionLaw& law, std::uint64_t seed,
                                                                      std::uint32_t replicate) const {
  const int host_bits = 32 - network_length_;
  const std::uint64_t most_tries = 1000 * std::uint64_t{networks_} + 1'000'000;
  std::uint64_t tries = 0;
  std::unordered_set<std::uint32_t> taken;  // only asked, never walked: its order enters nothing
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t i = 0; i < networks_; ++i) {
    Stream stream(seed, {.replicate = replicate, .entity = i, .purpose = Purpose::networks});
    const Region& region = regions_[law.pick(stream.uniform())];
    std::uint32_t network = 0;
    do {
      if (++tries > most_tries) {
        return failure(
            ErrorKind::data,
            fmt::format("{} distinct networks of length {} cannot be found: most addresses of {} lie in a few.",
                        networks_, network_length_, region.name),
            {}, "Lower population.placement.networks.");
      }
      const auto index = static_cast<std::uint32_t>(stream.below(region.addresses));
      const auto after = std::upper_bound(region.before.begin(), region.before.end(), index);
      const auto at = static_cast<std::size_t>(after - region.before.begin()) - 1;
      network = (region.ranges[at].first + (index - region.before[at])) >> host_bits;
    } while (!taken.insert(network).second);
    chosen.push_back(network);
  }
  sort_positions(chosen);
  return chosen;
}

Result<std::vector<std::uint32_t>> Placement::choose_networks(const std::vector<double>& probabilities,
                                                              std::uint64_t seed, std::uint32_t replicate) const {
  if (!regions_.empty()) return choose_country_networks(law_of(probabilities), seed, replicate);
  const StreamName name{.replicate = replicate, .purpose = Purpose::networks};
  return *draw_distinct(one_region(std::uint64_t{1} << network_length_), networks_, seed, name);
}

Result<std::vector<Ipv4>> Placement::place_by_country(std::uint64_t hosts, const RegionLaw& law, std::uint64_t seed,
                                                      std::uint32_t replicate) const {
  std::optional<std::vector<std::uint32_t>> positions =
      draw_distinct(law, hosts, seed, {.replicate = replicate, .purpose = Purpose::placement});
  if (!positions) return does_not_fit("Chance put more hosts into a small country than it has addresses.");
  // Positions are in order, so one walk over the ranges turns them into addresses.
  std::size_t next = 0;
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    std::uint64_t range_start = law.start(r);
    for (const AddressRange& range : regions_[r].ranges) {
      const std::uint64_t range_end = range_start + range.size();
      while (next < positions->size() && (*positions)[next] < range_end) {
        (*positions)[next] = static_cast<Ipv4>(range.first + ((*positions)[next] - range_start));
        ++next;
      }
      range_start = range_end;
    }
  }
  sort_positions(*positions);
  return std::move(*positions);
}

std::vector<Gap> Placement::gaps_within(const std::vector<std::uint32_t>& networks) const {
  const std::uint64_t size = std::uint64_t{1} << (address_bits_ - network_length_);
  std::vector<Gap> gaps;
  std::size_t at = 0;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const std::uint64_t first = networks[i] * size;
    while (at < dark_.size() && dark_[at].first + dark_[at].count <= first) ++at;
    for (std::size_t g = at; g < dark_.size() && dark_[g].first < first + size; ++g) {
      const std::uint64_t from = std::max(dark_[g].first, first);
      const std::uint64_t end = std::min(dark_[g].first + dark_[g].count, first + size);
      gaps.push_back({i * size + (from - first), end - from});
    }
  }
  return gaps;
}

Result<std::vector<Ipv4>> Placement::place(std::uint64_t hosts, std::span<const double> shares_percent,
                                           std::uint64_t seed, std::uint32_t replicate) const {
  if (const Status status = check(hosts, shares_percent); !status) return tl::unexpected<Error>(status.error());
  const StreamName name{.replicate = replicate, .purpose = Purpose::placement};
  const std::uint64_t space = std::uint64_t{1} << address_bits_;
  if (regions_.empty() && networks_ == 0) {
    std::vector<Ipv4> addresses = *draw_distinct(one_region(space - positions_in(dark_)), hosts, seed, name);
    lift_over_gaps(addresses, dark_);
    return addresses;
  }

  std::vector<double> shares;
  if (!regions_.empty()) shares = *probabilities(shares_percent);
  if (networks_ == 0) return place_by_country(hosts, law_of(shares), seed, replicate);

  const Result<std::vector<std::uint32_t>> networks = choose_networks(shares, seed, replicate);
  if (!networks) return tl::unexpected<Error>(networks.error());
  const std::uint64_t network_size = space >> network_length_;
  const std::vector<Gap> gaps = gaps_within(*networks);
  const std::uint64_t room = networks_ * network_size - positions_in(gaps);
  if (hosts > room) {
    return does_not_fit(
        fmt::format("{} hosts do not fit into the {} networks without the sensors' addresses.", hosts, networks_));
  }
  std::vector<Ipv4> addresses = *draw_distinct(one_region(room), hosts, seed, name);
  lift_over_gaps(addresses, gaps);
  // Network and place in it, from one number: uniform over both. Ascending, as the networks are.
  for (Ipv4& address : addresses) {
    const std::uint64_t network = (*networks)[address / network_size];
    address = static_cast<Ipv4>(network * network_size + address % network_size);
  }
  return addresses;
}

std::vector<double> draw_shares(const PlacementSpec& spec, std::uint64_t seed, std::uint32_t replicate) {
  std::vector<double> shares;
  for (const CountryShare& share : spec.shares) {
    shares.push_back(draw_quantity(share.percent, seed, replicate, "population.placement.shares." + share.code));
  }
  return shares;
}

}  // namespace secondwave
