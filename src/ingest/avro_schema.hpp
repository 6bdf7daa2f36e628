// The schema of an Avro file, as far as reading its records needs it, and values read by it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

/// A schema as a tree, in the order in which values are written. Node 0 is the record of the file.
struct AvroSchema {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,  ///< int, long, and the number of an enum's symbol
    float32,
    float64,
    text,  ///< bytes and string
    fixed,
    array,
    map,
    either,  ///< a union
    record,
  };
  struct Node {
    Kind kind = Kind::null;
    std::uint32_t size = 0;               ///< of fixed, in bytes
    std::vector<std::uint32_t> children;  ///< items, values, branches or fields
  };
  std::vector<Node> nodes;
  std::vector<std::string> fields;  ///< names of the fields of node 0

  static constexpr std::size_t most_nodes = 1024;
  static constexpr int deepest = 16;

  /// Errors: data, for what is no schema, for references to types by name (so nothing is recursive), for arrays and
  /// maps whose items take no bytes, beyond most_nodes and deepest, and where the whole is not a record.
  [[nodiscard]] static Result<AvroSchema> parse(std::string_view json);
};

/// What a value says: a number, a text, or (for an array) how many items it has and what the first number is.
struct AvroValue {
  enum class Kind : std::uint8_t { nothing, number, text, numbers };
  Kind kind = Kind::nothing;
  std::int64_t number = 0;
  std::uint64_t count = 0;
  std::string_view text;
};

/// Takes values off the front of bytes; all bounds are checked.
class AvroBytes {
 public:
  explicit AvroBytes(std::string_view bytes) : left_(bytes) {}

  /// A zigzag number of up to ten bytes.
  [[nodiscard]] bool number(std::int64_t& value);
  /// A value of node `node`. False where the bytes end, or are no such value.
  [[nodiscard]] bool value(const AvroSchema& schema, std::uint32_t node, AvroValue& value);
  [[nodiscard]] std::string_view left() const { return left_; }
  [[nodiscard]] bool take(std::uint64_t size, std::string_view& bytes);

 private:
  [[nodiscard]] bool items(const AvroSchema& schema, const AvroSchema::Node& node, AvroValue& value);

  std::string_view left_;
};

}  // namespace secondwave
