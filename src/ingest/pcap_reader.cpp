#include "ingest/pcap_reader.hpp"

#include <algorithm>

namespace secondwave {
namespace {

constexpr std::uint32_t magic_micro = 0xA1B2C3D4;
constexpr std::uint32_t magic_nano = 0xA1B23C4D;
constexpr std::int64_t backwards_us = 1'000'000;
constexpr std::uint8_t state_version = 2;

}  // namespace

bool is_pcap(std::string_view head) {
  if (head.size() < 4) return false;
  for (const bool swapped : {false, true}) {
    const std::uint32_t magic = ByteOrder{swapped}.u32(head.data());
    if (magic == magic_micro || magic == magic_nano) return true;
  }
  return false;
}

std::unique_ptr<Reader> make_pcap_reader(ReaderOptions /*options*/) {
  return std::make_unique<PcapReader>();
}

PcapReader::Record PcapReader::header_at(const char* from) const {
  return {order_.u32(from), order_.u32(from + 4), order_.u32(from + 8), order_.u32(from + 12)};
}

const char* PcapReader::fault_of(const Record& record) const {
  if (record.captured > longest_packet) return "a record of more than 256 KiB";
  if (record.captured > snap_length_) return "a record longer than the snap length of its file";
  if (record.original < record.captured) return "a packet captured longer than it was";
  if (record.fraction >= (nanoseconds_ ? 1'000'000'000u : 1'000'000u)) return "a fraction of a second above one second";
  return nullptr;
}

bool PcapReader::plausible(std::string_view bytes, std::size_t at, int headers) const {
  constexpr std::int64_t day_s = 86400;
  for (; headers > 0; --headers) {
    if (bytes.size() == at) return true;
    if (bytes.size() < at + record_header) return false;
    const Record record = header_at(bytes.data() + at);
    if (fault_of(record) != nullptr || record.captured == 0 || record.original > longest_packet) return false;
    const std::int64_t distance_s = std::int64_t{record.seconds} - last_time_us_ / 1'000'000;
    if (has_time_ && (distance_s < -day_s || distance_s > day_s)) return false;
    at += record_header + record.captured;
    if (bytes.size() < at) return false;
  }
  return true;
}

void PcapReader::start(std::string_view header, SightingSink& sink) {
  if (!is_pcap(header)) {
    sink.bad(0, "not a pcap file: its first four bytes are none of the magic numbers");
    stage_ = Stage::finished;
    return;
  }
  const std::uint32_t native = load_le<std::uint32_t>(header.data());
  order_.swapped = native != magic_micro && native != magic_nano;
  nanoseconds_ = order_.u32(header.data()) == magic_nano;
  snap_length_ = order_.u32(header.data() + 16);
  if (snap_length_ == 0) sink.bad(16, "snap length 0; read as 262144");
  if (snap_length_ == 0 || snap_length_ > longest_packet) snap_length_ = longest_packet;
  // The upper half says how long a frame check sequence is; IP's own length leaves it out anyway.
  link_type_ = static_cast<std::uint16_t>(order_.u32(header.data() + 20));
  stage_ = Stage::records;
}

void PcapReader::take(const Record& record, std::string_view packet, std::uint64_t place, SightingSink& sink) {
  const std::uint32_t micro = nanoseconds_ ? record.fraction / 1000 : record.fraction;
  const std::int64_t time_us = std::int64_t{record.seconds} * 1'000'000 + micro;
  const bool back = has_time_ && time_us < last_time_us_ - backwards_us;
  last_time_us_ = time_us;
  has_time_ = true;
  if (back) return sink.bad(place, "the clock steps back by more than a second");
  if (!link_type_known(link_type_)) return sink.bad(place, "a link type that is not known here");
  decoder_.decode(packet, {time_us, place, record.original, link_type_, false}, sink);
}

std::size_t PcapReader::read_records(std::string_view bytes, std::size_t at, bool last, SightingSink& sink) {
  const char* const data = bytes.data();
  while (bytes.size() - at >= record_header) {
    const Record record = header_at(data + at);
    const std::uint64_t place = offset_ + at;
    if (const char* fault = fault_of(record); fault != nullptr) [[unlikely]] {
      sink.bad(place, fault);
      stage_ = Stage::searching;
      return at;
    }
    const std::size_t size = record_header + record.captured;
    if (bytes.size() - at < size) break;
    take(record, bytes.substr(at + record_header, record.captured), place, sink);
    at += size;
  }
  if (last && at < bytes.size()) {
    sink.bad(offset_ + at, "the input ends within a record");
    at = bytes.size();
  }
  return at;
}

// Decided only when all bytes that may matter are there, so that the pieces in which the input comes do not matter.
std::size_t PcapReader::search(std::string_view bytes, std::size_t at, bool last, SightingSink& sink) {
  constexpr std::size_t enough = search_window + 2 * (record_header + longest_packet);
  if (!last && bytes.size() - at < enough) return at;
  bytes = bytes.substr(0, at + std::min(bytes.size() - at, enough + 1));  // + 1: this end is not the input's end
  stage_ = Stage::records;
  if (bytes.size() - at >= record_header) {
    const std::size_t captured = header_at(bytes.data() + at).captured;
    const std::size_t next = at + record_header + captured;
    if (captured <= longest_packet && plausible(bytes, next, 1)) return next;
  }
  const std::size_t end = std::min(bytes.size(), at + search_window);
  for (std::size_t candidate = at + 1; candidate < end; ++candidate) {
    if (plausible(bytes, candidate, 2)) return candidate;
  }
  stage_ = Stage::finished;
  sink.bad(offset_ + at, "no plausible record within 64 KiB behind a bad one: the rest is not read");
  return at;
}

std::size_t PcapReader::read(std::string_view bytes, bool last, Batch& batch) {
  SightingSink sink(batch);
  std::size_t at = 0;
  if (stage_ == Stage::start) {
    if (bytes.size() >= file_header) {
      start(bytes.substr(0, file_header), sink);
      at = file_header;
    } else if (last && !bytes.empty()) {
      sink.bad(0, "the input ends within the header of a pcap file");
      stage_ = Stage::finished;
    }
  }
  while (true) {
    if (stage_ == Stage::records) at = read_records(bytes, at, last, sink);
    if (stage_ != Stage::searching) break;
    at = search(bytes, at, last, sink);
    if (stage_ != Stage::records) break;
  }
  if (stage_ == Stage::finished) at = bytes.size();
  offset_ += at;
  return at;
}

std::string PcapReader::state() const {
  StateWriter out(InputFormat::pcap, state_version);
  out.number(offset_);
  out.number(static_cast<std::uint64_t>(last_time_us_));
  out.number(snap_length_);
  out.number(link_type_);
  out.number(static_cast<std::uint64_t>(stage_));
  for (const bool flag : {order_.swapped, nanoseconds_, has_time_}) out.number(flag);
  decoder_.save(out);
  return out.take();
}

Status PcapReader::restore(std::string_view state) {
  StateReader in(state, InputFormat::pcap, state_version);
  PcapReader fresh;
  fresh.offset_ = in.number();
  fresh.last_time_us_ = static_cast<std::int64_t>(in.number());
  fresh.snap_length_ = static_cast<std::uint32_t>(in.number());
  fresh.link_type_ = static_cast<std::uint16_t>(in.number());
  const auto stage = static_cast<std::uint8_t>(in.number());
  in.require(fresh.last_time_us_ >= 0 && fresh.last_time_us_ < std::int64_t{1} << 53);
  in.require(stage <= static_cast<std::uint8_t>(Stage::finished));
  fresh.stage_ = static_cast<Stage>(stage);
  fresh.order_.swapped = in.number() != 0;
  fresh.nanoseconds_ = in.number() != 0;
  fresh.has_time_ = in.number() != 0;
  fresh.decoder_.restore(in);
  if (Status status = in.finish(); !status) return status;
  *this = std::move(fresh);
  return {};
}

}  // namespace secondwave
