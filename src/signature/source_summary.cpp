#include "signature/source_summary.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

namespace secondwave {
namespace {

constexpr char summary_version = 1;

void add_to(std::uint64_t& sum, std::uint64_t more) {
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - sum;
  sum += std::min(room, more);
}

bool icmp_asks(unsigned type) {
  return type == 8 || type == 13 || type == 15 || type == 17;
}

bool icmp_answers(unsigned type) {
  constexpr std::array<unsigned, 9> types = {0, 3, 4, 5, 11, 12, 14, 16, 18};
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// The counter that a sighting's packets belong to.
std::uint64_t SourceSummary::*counter_of(const Sighting& sighting) {
  if (sighting.kind == Sighting::Kind::request) return &SourceSummary::requests;
  switch (sighting.protocol) {
    case protocol_tcp: {
      if (!sighting.knows(Sighting::flags_known)) return &SourceSummary::other_tcp;
      const bool syn = (sighting.tcp_flags & 2) != 0;
      const bool ack = (sighting.tcp_flags & 16) != 0;
      if ((sighting.tcp_flags & 4) != 0) return syn ? &SourceSummary::other_tcp : &SourceSummary::rst;
      if (syn && (sighting.tcp_flags & 1) == 0) return ack ? &SourceSummary::syn_ack : &SourceSummary::syn;
      return &SourceSummary::other_tcp;
    }
    case protocol_udp:
      return &SourceSummary::udp;
    case protocol_icmp:
      if (!sighting.knows(Sighting::ports_known)) return &SourceSummary::rest;
      if (icmp_asks(sighting.target_port >> 8)) return &SourceSummary::icmp_asks;
      if (icmp_answers(sighting.target_port >> 8)) return &SourceSummary::icmp_answers;
      return &SourceSummary::rest;
    default:
      return &SourceSummary::rest;
  }
}

/// All that is a plain sum, in the order of the bytes.
constexpr std::uint64_t SourceSummary::*sums[] = {
    &SourceSummary::sightings,    &SourceSummary::packets,   &SourceSummary::syn,  &SourceSummary::syn_ack,
    &SourceSummary::rst,          &SourceSummary::other_tcp, &SourceSummary::udp,  &SourceSummary::icmp_asks,
    &SourceSummary::icmp_answers, &SourceSummary::requests,  &SourceSummary::rest, &SourceSummary::unnamed_targets};
constexpr DistinctSketch SourceSummary::*sketches[] = {&SourceSummary::targets, &SourceSummary::ports,
                                                       &SourceSummary::pairs};

void put_number(std::string& bytes, std::uint64_t number) {
  while (number >= 0x80) {
    bytes += static_cast<char>(static_cast<unsigned char>((number & 0x7F) | 0x80));
    number >>= 7;
  }
  bytes += static_cast<char>(static_cast<unsigned char>(number));
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return number;
  }
  return std::nullopt;
}

/// Times may be negative: small numbers of either sign become small ones.
std::uint64_t fold(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return (bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0);
}
std::int64_t unfold(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ ((number & 1) != 0 ? ~std::uint64_t{0} : 0));
}

bool take_sketch(std::string_view& bytes, DistinctSketch& sketch) {
  const std::optional<std::uint64_t> count = take_number(bytes);
  if (!count || *count > DistinctSketch::exact_below) return false;
  std::vector<std::uint32_t> hashes;
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::optional<std::uint64_t> step = take_number(bytes);
    if (!step || *step > 0xFFFFFFFF || before + *step > 0xFFFFFFFF) return false;
    before += *step;
    hashes.push_back(static_cast<std::uint32_t>(before));
  }
  return sketch.set_hashes(hashes);
}

}  // namespace

void SourceSummary::add(const Sighting& sighting) {
  if (empty() || sighting.time_us < first_us) first_us = sighting.time_us;
  if (empty() || sighting.time_us > last_us) last_us = sighting.time_us;
  add_to(packets, sighting.packets);
  add_to(this->*counter_of(sighting), std::max<std::uint64_t>(1, sighting.packets));
  if (sighting.repeats) return;
  add_to(sightings, 1);
  const bool target = sighting.knows(Sighting::target_known);
  const bool port =
      sighting.knows(Sighting::ports_known) && (sighting.protocol == protocol_tcp || sighting.protocol == protocol_udp);
  if (target) targets.add(sighting.target);
  if (!target) add_to(unnamed_targets, sighting.targets);
  if (port) ports.add(sighting.target_port);
  if (target && port) pairs.add_pair(sighting.target, sighting.target_port);
}

void SourceSummary::merge(const SourceSummary& other) {
  if (other.empty()) return;
  first_us = empty() ? other.first_us : std::min(first_us, other.first_us);
  last_us = empty() ? other.last_us : std::max(last_us, other.last_us);
  for (const auto sum : sums) add_to(this->*sum, other.*sum);
  for (const auto sketch : sketches) (this->*sketch).merge(other.*sketch);
}

std::string SourceSummary::to_bytes() const {
  std::string bytes(1, summary_version);
  for (const auto sum : sums) put_number(bytes, this->*sum);
  put_number(bytes, fold(first_us));
  // Both lie in the years that a log can tell of, so the difference fits.
  put_number(bytes, static_cast<std::uint64_t>(last_us) - static_cast<std::uint64_t>(first_us));
  for (const auto sketch : sketches) {
    const std::span<const std::uint32_t> hashes = (this->*sketch).hashes();
    put_number(bytes, hashes.size());
    std::uint32_t before = 0;
    for (const std::uint32_t hash : hashes) {
      put_number(bytes, hash - before);
      before = hash;
    }
  }
  return bytes;
}

Result<SourceSummary> SourceSummary::from_bytes(std::string_view bytes) {
  const auto broken = [] {
    return failure(ErrorKind::data, "the summary of a source is not one that this version writes", {},
                   "read the input anew with --replace");
  };
  if (bytes.empty() || bytes.front() != summary_version) return broken();
  bytes.remove_prefix(1);
  SourceSummary summary;
  for (const auto sum : sums) {
    const std::optional<std::uint64_t> number = take_number(bytes);
    if (!number) return broken();
    summary.*sum = *number;
  }
  const std::optional<std::uint64_t> first = take_number(bytes);
  const std::optional<std::uint64_t> span = take_number(bytes);
  if (!first || !span) return broken();
  summary.first_us = unfold(*first);
  summary.last_us = static_cast<std::int64_t>(static_cast<std::uint64_t>(summary.first_us) + *span);
  for (const auto sketch : sketches) {
    if (!take_sketch(bytes, summary.*sketch)) return broken();
  }
  if (!bytes.empty()) return broken();
  return summary;
}

}  // namespace secondwave
