// pcapng, as Wireshark and dumpcap write it: sections of blocks (draft-ietf-opsawg-pcapng).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ingest/bytes.hpp"
#include "ingest/packet_decoder.hpp"
#include "ingest/reader.hpp"

namespace secondwave {

/// Sections in either byte order, any number of them; interfaces with their link type, resolution and offset of time;
/// enhanced, simple and obsolete packet blocks. Other blocks are skipped; only packets and broken blocks are counted as
/// records. A place is the offset of a block. A simple packet block has no time: it gets that of the packet before it
/// on the first interface, and is bad where there is none. A comment with "simulated by secondwave" marks the packet,
/// or all packets of the interface or section, that it is attached to.
/// Bad beside the packets themselves: blocks whose two lengths differ or make no sense, packets of unknown interfaces,
/// lengths that contradict each other, a step back of an interface's clock by more than a second, a cut-off end. After
/// a broken block the reader goes on as PcapReader does.
class PcapngReader final : public Reader {
 public:
  static constexpr std::uint32_t longest_packet = 262144;
  static constexpr std::size_t search_window = 65536;
  static constexpr std::size_t most_interfaces = 4096;

  [[nodiscard]] InputFormat format() const override { return InputFormat::pcapng; }
  std::size_t read(std::string_view bytes, bool last, Batch& batch) override;
  [[nodiscard]] std::string state() const override;
  [[nodiscard]] Status restore(std::string_view state) override;

 private:
  static constexpr std::size_t smallest_block = 12;
  /// A packet of full length with room for its options.
  static constexpr std::uint32_t longest_packet_block = longest_packet + 65536;

  enum class Stage : std::uint8_t { start, blocks, skipping, searching, finished };
  struct Interface {
    std::uint64_t units_per_s = 1'000'000;  ///< 0: a resolution that cannot be read
    std::int64_t offset_s = 0;
    std::int64_t last_time_us = 0;
    std::uint32_t snap_length = 0;  ///< 0: none
    std::uint16_t link_type = 0;
    bool has_time = false;
    bool simulated = false;
  };
  struct Packet;

  [[nodiscard]] bool plausible(std::string_view bytes, std::size_t at) const;
  [[nodiscard]] const char* fault_of_header(const char* from) const;
  std::size_t read_blocks(std::string_view bytes, std::size_t at, bool last, SightingSink& sink);
  std::size_t skip(std::size_t available, bool last, SightingSink& sink);
  std::size_t search(std::string_view bytes, std::size_t at, bool last, SightingSink& sink);
  void block(std::uint32_t type, std::string_view body, std::uint64_t place, SightingSink& sink);
  void section(std::string_view body, std::uint64_t place, SightingSink& sink);
  void interface(std::string_view body, std::uint64_t place, SightingSink& sink);
  void packet_block(std::uint32_t type, std::string_view body, std::uint64_t place, SightingSink& sink);
  void simple_packet(std::string_view body, std::uint64_t place, SightingSink& sink);
  void packet(const Packet& packet, SightingSink& sink);
  [[nodiscard]] static std::optional<std::int64_t> time_of(const Interface& interface, std::uint64_t units);

  PacketDecoder decoder_;
  std::vector<Interface> interfaces_;
  std::uint64_t offset_ = 0;
  std::uint64_t left_to_skip_ = 0;
  std::uint64_t skipped_place_ = 0;  ///< of the block that is being skipped
  Stage stage_ = Stage::start;
  ByteOrder order_;
  bool simulated_ = false;  ///< the section says so
};

[[nodiscard]] std::unique_ptr<Reader> make_pcapng_reader(ReaderOptions options);

/// True where the input begins with a section header block.
[[nodiscard]] bool is_pcapng(std::string_view head);

}  // namespace secondwave
