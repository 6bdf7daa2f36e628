#include "ingest/pcapng_reader.hpp"

#include <algorithm>

namespace secondwave {
namespace {

enum BlockType : std::uint32_t {
  block_interface = 1,
  block_packet_obsolete = 2,
  block_packet_simple = 3,
  block_packet_enhanced = 6,
  block_section = 0x0A0D0D0A,  // a palindrome: the same in either order
};
enum OptionCode : std::uint16_t { option_end = 0, option_comment = 1, option_tsresol = 9, option_tsoffset = 14 };

constexpr std::uint32_t order_magic = 0x1A2B3C4D;
constexpr std::int64_t backwards_us = 1'000'000;
constexpr std::int64_t year_10000_us = 253'402'300'800'000'000;
constexpr std::uint8_t state_version = 2;
constexpr std::string_view simulated_mark = "simulated by secondwave";

std::size_t padded(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

/// Calls `use(code, value)` for each option of a block.
template <class Use>
void for_options(std::string_view options, ByteOrder order, const Use& use) {
  while (options.size() >= 4) {
    const std::uint16_t code = order.u16(options.data());
    const std::size_t size = order.u16(options.data() + 2);
    if (code == option_end || options.size() - 4 < size) return;
    use(code, options.substr(4, size));
    options.remove_prefix(std::min(options.size(), 4 + padded(size)));
  }
}

bool says_simulated(std::string_view options, ByteOrder order) {
  bool found = false;
  for_options(options, order, [&found](std::uint16_t code, std::string_view value) {
    found = found || (code == option_comment && value.find(simulated_mark) != std::string_view::npos);
  });
  return found;
}

/// Units per second of if_tsresol, or 0 where they do not fit.
std::uint64_t units_of(std::uint8_t resolution) {
  const unsigned exponent = resolution & 0x7Fu;
  if ((resolution & 0x80u) != 0) return exponent < 64 ? std::uint64_t{1} << exponent : 0;
  if (exponent > 19) return 0;
  std::uint64_t units = 1;
  for (unsigned i = 0; i < exponent; ++i) units *= 10;
  return units;
}

/// The order that a section header states, if it is one.
std::optional<ByteOrder> order_of_section(const char* block) {
  for (const bool swapped : {false, true}) {
    if (ByteOrder{swapped}.u32(block + 8) == order_magic) return ByteOrder{swapped};
  }
  return std::nullopt;
}

}  // namespace

struct PcapngReader::Packet {
  std::string_view bytes;
  std::string_view options;
  std::uint64_t place;
  std::uint64_t time_units;
  std::uint32_t interface;
  std::uint32_t original;
  bool has_time;
};

bool is_pcapng(std::string_view head) {
  return head.size() >= 12 && load_le<std::uint32_t>(head.data()) == block_section && order_of_section(head.data());
}

std::unique_ptr<Reader> make_pcapng_reader(ReaderOptions /*options*/) {
  return std::make_unique<PcapngReader>();
}

/// Requires 12 bytes. What is wrong with the start of a block, or nullptr.
const char* PcapngReader::fault_of_header(const char* from) const {
  ByteOrder order = order_;
  const std::uint32_t type = order.u32(from);
  if (type == block_section) {
    const auto own = order_of_section(from);
    if (!own) return "a section header without its byte-order magic";
    order = *own;
  }
  const std::uint32_t size = order.u32(from + 4);
  if (size % 4 != 0 || size < smallest_block) return "a block whose length is impossible";
  const bool bounded = type == block_packet_enhanced || type == block_packet_simple || type == block_packet_obsolete ||
                       type == block_interface || type == block_section;
  if (bounded && size > longest_packet_block) return "a packet or header block of more than 320 KiB";
  return nullptr;
}

/// A block of a type that is in use, with equal lengths before and behind it.
bool PcapngReader::plausible(std::string_view bytes, std::size_t at) const {
  if (bytes.size() == at) return true;
  if (bytes.size() < at + smallest_block || fault_of_header(bytes.data() + at) != nullptr) return false;
  const std::uint32_t type = order_.u32(bytes.data() + at);
  const ByteOrder order = type == block_section ? *order_of_section(bytes.data() + at) : order_;
  constexpr std::uint32_t highest_common = 10;  // decryption secrets
  if (type != block_section && (type == 0 || type > highest_common)) return false;
  const std::uint32_t size = order.u32(bytes.data() + at + 4);
  return size <= longest_packet_block && bytes.size() - at >= size && order.u32(bytes.data() + at + size - 4) == size;
}

std::optional<std::int64_t> PcapngReader::time_of(const Interface& interface, std::uint64_t units) {
  __extension__ using Wide = __int128;
  if (interface.units_per_s == 0) return std::nullopt;
  Wide time = 0;
  if (interface.units_per_s == 1'000'000) {
    time = units;
  } else if (interface.units_per_s == 1'000'000'000) {
    time = units / 1000;
  } else {
    time = static_cast<Wide>(units) * 1'000'000 / interface.units_per_s;
  }
  time += static_cast<Wide>(interface.offset_s) * 1'000'000;
  if (time < 0 || time >= year_10000_us) return std::nullopt;
  return static_cast<std::int64_t>(time);
}

void PcapngReader::packet(const Packet& packet, SightingSink& sink) {
  if (packet.interface >= interfaces_.size()) return sink.bad(packet.place, "a packet of an interface not described");
  Interface& interface = interfaces_[packet.interface];
  if (packet.bytes.size() > longest_packet) return sink.bad(packet.place, "a packet of more than 256 KiB");
  if (packet.original < packet.bytes.size()) return sink.bad(packet.place, "a packet captured longer than it was");
  if (interface.snap_length != 0 && packet.bytes.size() > interface.snap_length) {
    return sink.bad(packet.place, "a packet longer than the snap length of its interface");
  }
  if (packet.has_time) {
    const auto time_us = time_of(interface, packet.time_units);
    if (!time_us) return sink.bad(packet.place, "a time before 1970, beyond the year 9999, or of unknown unit");
    const bool back = interface.has_time && *time_us < interface.last_time_us - backwards_us;
    interface.last_time_us = *time_us;
    interface.has_time = true;
    if (back) return sink.bad(packet.place, "the clock steps back by more than a second");
  } else if (!interface.has_time) {
    return sink.bad(packet.place, "a packet without a time, and none before it");
  }
  if (!link_type_known(interface.link_type)) return sink.bad(packet.place, "a link type that is not known here");
  const bool simulated =
      simulated_ || interface.simulated || (!packet.options.empty() && says_simulated(packet.options, order_));
  decoder_.decode(packet.bytes, {interface.last_time_us, packet.place, packet.original, interface.link_type, simulated},
                  sink);
}

void PcapngReader::packet_block(std::uint32_t type, std::string_view body, std::uint64_t place, SightingSink& sink) {
  if (body.size() < 20) return sink.bad(place, "a packet block too short for its header");
  const char* from = body.data();
  const std::uint32_t captured = order_.u32(from + 12);
  body.remove_prefix(20);
  if (captured > body.size()) return sink.bad(place, "a packet longer than its block");
  // The obsolete block has a number of 16 bits and a counter of drops where the enhanced one has a number of 32.
  const std::uint32_t number = type == block_packet_enhanced ? order_.u32(from) : order_.u16(from);
  packet({.bytes = body.substr(0, captured),
          .options = body.substr(std::min(body.size(), padded(captured))),
          .place = place,
          .time_units = std::uint64_t{order_.u32(from + 4)} << 32 | order_.u32(from + 8),
          .interface = number,
          .original = order_.u32(from + 16),
          .has_time = true},
         sink);
}

void PcapngReader::simple_packet(std::string_view body, std::uint64_t place, SightingSink& sink) {
  if (body.size() < 4) return sink.bad(place, "a packet block too short for its header");
  const std::uint32_t original = order_.u32(body.data());
  body = body.substr(4, original);
  const std::uint32_t snap = interfaces_.empty() ? 0 : interfaces_[0].snap_length;
  if (snap != 0) body = body.substr(0, snap);
  packet({.bytes = body,
          .options = {},
          .place = place,
          .time_units = 0,
          .interface = 0,
          .original = original,
          .has_time = false},
         sink);
}

void PcapngReader::section(std::string_view body, std::uint64_t place, SightingSink& sink) {
  interfaces_.clear();
  simulated_ = false;
  if (body.size() < 16) return sink.bad(place, "a section header too short for its fields");
  if (order_.u16(body.data() + 4) != 1) sink.bad(place, "a section of an unknown version; read as version 1");
  simulated_ = says_simulated(body.substr(16), order_);
}

void PcapngReader::interface(std::string_view body, std::uint64_t place, SightingSink& sink) {
  if (body.size() < 8) return sink.bad(place, "an interface block too short for its fields");
  if (interfaces_.size() >= most_interfaces) return sink.bad(place, "more than 4096 interfaces in a section");
  Interface& added = interfaces_.emplace_back();
  added.link_type = order_.u16(body.data());
  added.snap_length = order_.u32(body.data() + 4);
  for_options(body.substr(8), order_, [&](std::uint16_t code, std::string_view value) {
    if (code == option_tsresol && !value.empty()) added.units_per_s = units_of(static_cast<std::uint8_t>(value[0]));
    if (code == option_tsoffset && value.size() >= 8)
      added.offset_s = static_cast<std::int64_t>(order_.u64(value.data()));
  });
  added.simulated = says_simulated(body.substr(8), order_);
}

void PcapngReader::block(std::uint32_t type, std::string_view body, std::uint64_t place, SightingSink& sink) {
  switch (type) {
    case block_packet_enhanced:
    case block_packet_obsolete:
      return packet_block(type, body, place, sink);
    case block_packet_simple:
      return simple_packet(body, place, sink);
    case block_interface:
      return interface(body, place, sink);
    case block_section:
      return section(body, place, sink);
    default:
      return;
  }
}

std::size_t PcapngReader::read_blocks(std::string_view bytes, std::size_t at, bool last, SightingSink& sink) {
  while (bytes.size() - at >= smallest_block) {
    const char* const from = bytes.data() + at;
    if (const char* fault = fault_of_header(from); fault != nullptr) [[unlikely]] {
      sink.bad(offset_ + at, fault);
      stage_ = Stage::searching;
      return at;
    }
    const std::uint32_t type = order_.u32(from);
    const ByteOrder order = type == block_section ? *order_of_section(from) : order_;
    const std::uint32_t size = order.u32(from + 4);
    if (size > longest_record) {
      left_to_skip_ = size;
      skipped_place_ = offset_ + at;
      stage_ = Stage::skipping;
      return at;
    }
    if (bytes.size() - at < size) break;
    if (order.u32(from + size - 4) != size) [[unlikely]] {
      sink.bad(offset_ + at, "a block whose two lengths differ");
      stage_ = Stage::searching;
      return at;
    }
    order_ = order;
    block(type, bytes.substr(at + 8, size - smallest_block), offset_ + at, sink);
    at += size;
  }
  if (last && at < bytes.size()) {
    sink.bad(offset_ + at, "the input ends within a block");
    at = bytes.size();
  }
  return at;
}

std::size_t PcapngReader::skip(std::size_t available, bool last, SightingSink& sink) {
  const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(left_to_skip_, available));
  left_to_skip_ -= skipped;
  if (left_to_skip_ == 0) {
    stage_ = Stage::blocks;
  } else if (last) {
    sink.bad(skipped_place_, "the input ends within a block");
    stage_ = Stage::finished;
  }
  return skipped;
}

// Decided only when all bytes that may matter are there, so that the pieces in which the input comes do not matter.
std::size_t PcapngReader::search(std::string_view bytes, std::size_t at, bool last, SightingSink& sink) {
  constexpr std::size_t enough = search_window + 2 * longest_packet_block;
  if (!last && bytes.size() - at < enough) return at;
  bytes = bytes.substr(0, at + std::min(bytes.size() - at, enough + 1));  // + 1: this end is not the input's end
  stage_ = Stage::blocks;
  const std::size_t next = bytes.size() - at < 8 ? 0 : order_.u32(bytes.data() + at + 4);
  if (next >= smallest_block && next % 4 == 0 && next <= longest_packet_block && plausible(bytes, at + next)) {
    return at + next;
  }
  const std::size_t end = std::min(bytes.size(), at + search_window);
  for (std::size_t candidate = at + 1; candidate < end; ++candidate) {
    if (plausible(bytes, candidate)) return candidate;
  }
  stage_ = Stage::finished;
  sink.bad(offset_ + at, "no plausible block within 64 KiB behind a bad one: the rest is not read");
  return at;
}

std::size_t PcapngReader::read(std::string_view bytes, bool last, Batch& batch) {
  SightingSink sink(batch);
  if (stage_ == Stage::start && (bytes.size() >= smallest_block || (last && !bytes.empty()))) {
    stage_ = is_pcapng(bytes) ? Stage::blocks : Stage::finished;
    if (stage_ == Stage::finished) sink.bad(0, "not a pcapng file: it does not begin with a section header");
  }
  std::size_t at = 0;
  while (stage_ == Stage::blocks || stage_ == Stage::skipping || stage_ == Stage::searching) {
    const Stage before = stage_;
    if (before == Stage::blocks) at = read_blocks(bytes, at, last, sink);
    if (before == Stage::skipping) at += skip(bytes.size() - at, last, sink);
    if (before == Stage::searching) at = search(bytes, at, last, sink);
    if (stage_ == before) break;
  }
  if (stage_ == Stage::finished) at = bytes.size();
  offset_ += at;
  return at;
}

std::string PcapngReader::state() const {
  StateWriter out(InputFormat::pcapng, state_version);
  out.number(offset_);
  out.number(left_to_skip_);
  out.number(skipped_place_);
  out.number(static_cast<std::uint64_t>(stage_));
  out.number(order_.swapped);
  out.number(simulated_);
  out.number(interfaces_.size());
  for (const Interface& interface : interfaces_) {
    out.number(interface.units_per_s);
    out.number(static_cast<std::uint64_t>(interface.offset_s));
    out.number(static_cast<std::uint64_t>(interface.last_time_us));
    out.number(interface.snap_length);
    out.number(interface.link_type);
    out.number(interface.has_time);
    out.number(interface.simulated);
  }
  decoder_.save(out);
  return out.take();
}

Status PcapngReader::restore(std::string_view state) {
  StateReader in(state, InputFormat::pcapng, state_version);
  PcapngReader fresh;
  fresh.offset_ = in.number();
  fresh.left_to_skip_ = in.number();
  fresh.skipped_place_ = in.number();
  const auto stage = static_cast<std::uint8_t>(in.number());
  in.require(stage <= static_cast<std::uint8_t>(Stage::finished));
  fresh.stage_ = static_cast<Stage>(stage);
  fresh.order_.swapped = in.number() != 0;
  fresh.simulated_ = in.number() != 0;
  const std::uint64_t interfaces = in.number();
  in.require(interfaces <= most_interfaces);
  for (std::uint64_t i = 0; !in.broken() && i < interfaces; ++i) {
    Interface& interface = fresh.interfaces_.emplace_back();
    interface.units_per_s = in.number();
    interface.offset_s = static_cast<std::int64_t>(in.number());
    interface.last_time_us = static_cast<std::int64_t>(in.number());
    interface.snap_length = static_cast<std::uint32_t>(in.number());
    interface.link_type = static_cast<std::uint16_t>(in.number());
    interface.has_time = in.number() != 0;
    interface.simulated = in.number() != 0;
    in.require(interface.last_time_us >= 0 && interface.last_time_us < year_10000_us);
  }
  fresh.decoder_.restore(in);
  if (Status status = in.finish(); !status) return status;
  *this = std::move(fresh);
  return {};
}

}  // namespace secondwave
