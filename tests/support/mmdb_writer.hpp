// Small files in MaxMind's format, right or wrong, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace secondwave {

/// Writes IPv4 networks with one map of texts and numbers each; nested maps by keys with a slash ("country/iso_code").
class MmdbWriter {
 public:
  struct Value {
    std::string text;
    std::uint32_t number = 0;
    bool is_number = false;
  };
  using Map = std::map<std::string, Value>;
  explicit MmdbWriter(std::string type) : type_(std::move(type)) { nodes_.push_back({empty, empty}); }

  void add(std::uint32_t base, int length, const Map& map) {
    std::size_t node = 0;
    for (int bit = 0;; ++bit) {
      const std::size_t side = base >> (31 - bit) & 1;
      if (bit == length - 1) {
        nodes_[node][side] = -static_cast<std::int64_t>(data_.size()) - 2;
        data_ += encode(map);
        return;
      }
      if (nodes_[node][side] < 0) {
        nodes_.push_back({empty, empty});
        nodes_[node][side] = static_cast<std::int64_t>(nodes_.size() - 1);
      }
      node = static_cast<std::size_t>(nodes_[node][side]);
    }
  }
  /// Makes the tree go in a circle: the left side of the root leads to the root.
  void close_circle() { nodes_[0][0] = 0; }

  [[nodiscard]] std::string bytes() const {
    std::string file;
    for (const auto& node : nodes_) {
      for (const std::int64_t side : node) {
        const auto count = static_cast<std::int64_t>(nodes_.size());
        const std::int64_t record = side >= 0 ? side : side == empty ? count : count + 16 + (-side - 2);
        for (int shift = 24; shift >= 0; shift -= 8) file += static_cast<char>(record >> shift);
      }
    }
    file += std::string(16, '\0') + data_ + "\xAB\xCD\xEFMaxMind.com";
    file += head(7, 9) + text("node_count") + number(static_cast<std::uint32_t>(nodes_.size())) + text("record_size") +
            number16(32) + text("ip_version") + number16(4) + text("database_type") + text(type_) + text("languages") +
            head(11, 0) + text("binary_format_major_version") + number16(2) + text("binary_format_minor_version") +
            number16(0) + text("build_epoch") + number64(1'600'000'000) + text("description") + head(7, 0);
    return file;
  }

 private:
  static constexpr std::int64_t empty = -1;
  static std::string head(int type, std::size_t size) {
    std::string bytes;
    const std::size_t shown = size < 29 ? size : 29;
    bytes += static_cast<char>(type <= 7 ? static_cast<std::size_t>(type) << 5 | shown : shown);
    if (type > 7) bytes += static_cast<char>(type - 7);
    if (size >= 29) bytes += static_cast<char>(size - 29);
    return bytes;
  }
  static std::string text(const std::string& text) { return head(2, text.size()) + text; }
  static std::string big_endian(std::uint64_t value, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    return out;
  }
  static std::string number(std::uint32_t value) { return head(6, 4) + big_endian(value, 4); }
  static std::string number16(std::uint32_t value) { return head(5, 2) + big_endian(value, 2); }
  static std::string number64(std::uint64_t value) { return head(9, 8) + big_endian(value, 8); }

  static std::string encode(const Map& map) {
    std::map<std::string, Map> inner;
    std::string own;
    std::size_t count = 0;
    for (const auto& [key, value] : map) {
      const std::size_t slash = key.find('/');
      if (slash != std::string::npos) {
        inner[key.substr(0, slash)][key.substr(slash + 1)] = value;
      } else {
        own += text(key) + (value.is_number ? number(value.number) : text(value.text));
        ++count;
      }
    }
    for (const auto& [key, each] : inner) own += text(key) + encode(each);
    return head(7, count + inner.size()) + own;
  }

  std::string type_;
  std::vector<std::array<std::int64_t, 2>> nodes_;
  std::string data_;
};

}  // namespace secondwave
