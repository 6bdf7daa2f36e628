// Classic pcap, as tcpdump writes it: a header of 24 bytes, then records.
#pragma once

#include <cstdint>
#include <memory>

#include "ingest/bytes.hpp"
#include "ingest/packet_decoder.hpp"
#include "ingest/reader.hpp"

namespace secondwave {

/// Either byte order, micro- or nanoseconds (rounded down to microseconds). A place is the offset of a record's header.
/// What counts as bad beside the packets themselves: a header that is none, a snap length of 0 (read on as 256 KiB), a
/// record whose lengths contradict each other or the snap length, a step back of the clock by more than a second (one
/// record a step), a cut-off end. After a record header that makes no sense the reader goes on at the record that the
/// header points to, if that one is plausible, else at the first plausible pair of records within 64 KiB; where there
/// is none the rest of the input is one bad record.
class PcapReader final : public Reader {
 public:
  static constexpr std::uint32_t longest_packet = 262144;  ///< MAXIMUM_SNAPLEN of libpcap
  static constexpr std::size_t search_window = 65536;

  [[nodiscard]] InputFormat format() const override { return InputFormat::pcap; }
  std::size_t read(std::string_view bytes, bool last, Batch& batch) override;
  [[nodiscard]] std::string state() const override;
  [[nodiscard]] Status restore(std::string_view state) override;

 private:
  static constexpr std::size_t file_header = 24;
  static constexpr std::size_t record_header = 16;

  enum class Stage : std::uint8_t { start, records, searching, finished };
  enum class Check : std::uint8_t { good, cut, bad };
  struct Record {
    std::uint32_t seconds;
    std::uint32_t fraction;
    std::uint32_t captured;
    std::uint32_t original;
  };

  [[nodiscard]] Record header_at(const char* from) const;
  /// What is wrong with the header of a record, or nullptr.
  [[nodiscard]] const char* fault_of(const Record& record) const;
  /// A header at `at` that makes sense, near in time to the packets before, and with another such header, or the end of
  /// the input, behind its packet.
  [[nodiscard]] bool plausible(std::string_view bytes, std::size_t at, int headers) const;
  void start(std::string_view header, SightingSink& sink);
  std::size_t read_records(std::string_view bytes, std::size_t at, bool last, SightingSink& sink);
  std::size_t search(std::string_view bytes, std::size_t at, bool last, SightingSink& sink);
  void take(const Record& record, std::string_view packet, std::uint64_t place, SightingSink& sink);

  PacketDecoder decoder_;
  std::uint64_t offset_ = 0;
  std::int64_t last_time_us_ = 0;
  std::uint32_t snap_length_ = longest_packet;
  std::uint16_t link_type_ = 0;
  Stage stage_ = Stage::start;
  ByteOrder order_;
  bool nanoseconds_ = false;
  bool has_time_ = false;
};

[[nodiscard]] std::unique_ptr<Reader> make_pcap_reader(ReaderOptions options);

/// True for the four magic numbers of classic pcap.
[[nodiscard]] bool is_pcap(std::string_view head);

}  // namespace secondwave
