#include "ingest/avro_schema.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "net/quoted.hpp"

namespace secondwave {
namespace {

using Kind = AvroSchema::Kind;

std::optional<Kind> primitive(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Kind>, 8> kinds{{{"null", Kind::null},
                                                                    {"boolean", Kind::boolean},
                                                                    {"int", Kind::integer},
                                                                    {"long", Kind::integer},
                                                                    {"float", Kind::float32},
                                                                    {"double", Kind::float64},
                                                                    {"bytes", Kind::text},
                                                                    {"string", Kind::text}}};
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

tl::unexpected<Error> refused(std::string why) {
  return failure(ErrorKind::data, "the Avro schema " + std::move(why));
}

class SchemaParser {
 public:
  Result<AvroSchema> parse(std::string_view json) {
    if (json.empty()) return refused("is missing");
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return refused("is not JSON");
    const auto node = add(root, 0);
    if (!node) return tl::unexpected(node.error());
    if (schema_.nodes[0].kind != Kind::record) return refused("is not that of a record");
    // Names are kept of a record that is not wrapped in another type.
    if (schema_.fields.size() != schema_.nodes[0].children.size()) return refused("is not that of a plain record");
    return std::move(schema_);
  }

 private:
  Result<std::uint32_t> add(simdjson::dom::element element, int depth) {
    if (depth > AvroSchema::deepest) return refused("is nested too deeply");
    if (schema_.nodes.size() >= AvroSchema::most_nodes) return refused("has more than 1024 types");
    const auto number = static_cast<std::uint32_t>(schema_.nodes.size());
    schema_.nodes.emplace_back();
    std::string_view name;
    simdjson::dom::array branches;
    simdjson::dom::object object;
    Status status;
    if (element.get(name) == simdjson::SUCCESS) {
      status = add_name(name, number);
    } else if (element.get(branches) == simdjson::SUCCESS) {
      schema_.nodes[number].kind = Kind::either;
      for (const simdjson::dom::element branch : branches) {
        if (status = add_child(branch, number, depth); !status) break;
      }
    } else if (element.get(object) == simdjson::SUCCESS) {
      status = add_object(object, number, depth);
    } else {
      return refused("has a type that is neither a name, a list nor an object");
    }
    if (!status) return tl::unexpected(status.error());
    return number;
  }

  Status add_name(std::string_view name, std::uint32_t number) {
    const auto kind = primitive(name);
    if (!kind) return refused("refers to a type by its name: " + in_quotes(name.substr(0, 60)));
    schema_.nodes[number].kind = *kind;
    return {};
  }

  Status add_child(simdjson::dom::element element, std::uint32_t parent, int depth) {
    const auto child = add(element, depth + 1);
    if (!child) return tl::unexpected(child.error());
    schema_.nodes[parent].children.push_back(*child);
    return {};
  }

  Status add_object(simdjson::dom::object object, std::uint32_t number, int depth) {
    simdjson::dom::element type;
    if (object["type"].get(type) != simdjson::SUCCESS) return refused("has an object without a type");
    std::string_view name;
    if (type.get(name) != simdjson::SUCCESS) {  // {"type": {"type": "array", ...}}
      const auto inner = add(type, depth + 1);
      if (!inner) return tl::unexpected(inner.error());
      schema_.nodes[number] = schema_.nodes[*inner];
      return {};
    }
    if (name == "record") return add_record(object, number, depth);
    if (name == "array") return add_items(object, "items", Kind::array, number, depth);
    if (name == "map") return add_items(object, "values", Kind::map, number, depth);
    if (name == "enum") {
      schema_.nodes[number].kind = Kind::integer;
      return {};
    }
    if (name != "fixed") return add_name(name, number);
    std::int64_t size = 0;
    if (object["size"].get(size) != simdjson::SUCCESS || size < 0 || size > 65536) {
      return refused("has a fixed type of impossible size");
    }
    schema_.nodes[number].kind = Kind::fixed;
    schema_.nodes[number].size = static_cast<std::uint32_t>(size);
    return {};
  }

  Status add_items(simdjson::dom::object object, const char* key, Kind kind, std::uint32_t number, int depth) {
    simdjson::dom::element items;
    if (object[key].get(items) != simdjson::SUCCESS)
      return refused("has an array or map without the type of its items");
    schema_.nodes[number].kind = kind;
    if (Status status = add_child(items, number, depth); !status) return status;
    // Items without bytes would allow arrays without end in a few bytes.
    if (kind == Kind::array && takes_nothing(schema_.nodes[number].children[0])) return refused("has items of no size");
    return {};
  }

  [[nodiscard]] bool takes_nothing(std::uint32_t number) const {
    const AvroSchema::Node& node = schema_.nodes[number];
    if (node.kind == Kind::null) return true;
    if (node.kind == Kind::fixed) return node.size == 0;
    return node.kind == Kind::record &&
           std::ranges::all_of(node.children, [this](std::uint32_t child) { return takes_nothing(child); });
  }

  Status add_record(simdjson::dom::object object, std::uint32_t number, int depth) {
    simdjson::dom::array fields;
    if (object["fields"].get(fields) != simdjson::SUCCESS) return refused("has a record without fields");
    schema_.nodes[number].kind = Kind::record;
    for (const simdjson::dom::element field : fields) {
      std::string_view name;
      simdjson::dom::element type;
      if (field["name"].get(name) != simdjson::SUCCESS || field["type"].get(type) != simdjson::SUCCESS) {
        return refused("has a field without name or type");
      }
      if (number == 0) schema_.fields.emplace_back(name);
      if (Status status = add_child(type, number, depth); !status) return status;
    }
    return {};
  }

  AvroSchema schema_;
};

}  // namespace

Result<AvroSchema> AvroSchema::parse(std::string_view json) {
  return SchemaParser().parse(json);
}

bool AvroBytes::number(std::int64_t& value) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 10 && i < left_.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(left_[i]);
    if (i == 9 && byte > 1) return false;
    bits |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte < 0x80) {
      left_.remove_prefix(i + 1);
      value = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
      return true;
    }
  }
  return false;
}

bool AvroBytes::take(std::uint64_t size, std::string_view& bytes) {
  if (size > left_.size()) return false;
  bytes = left_.substr(0, size);
  left_.remove_prefix(size);
  return true;
}

bool AvroBytes::value(const AvroSchema& schema, std::uint32_t number, AvroValue& value) {
  const AvroSchema::Node& node = schema.nodes[number];
  std::string_view bytes;
  std::int64_t count = 0;
  value = {};
  switch (node.kind) {
    case Kind::null:
      return true;
    case Kind::boolean:
      value.kind = AvroValue::Kind::number;
      if (!take(1, bytes)) return false;
      value.number = bytes[0] != 0;
      return true;
    case Kind::integer:
      value.kind = AvroValue::Kind::number;
      return this->number(value.number);
    case Kind::float32:
      return take(4, bytes);
    case Kind::float64:
      return take(8, bytes);
    case Kind::fixed:
      return take(node.size, bytes);
    case Kind::text:
      value.kind = AvroValue::Kind::text;
      return this->number(count) && count >= 0 && take(static_cast<std::uint64_t>(count), value.text);
    case Kind::array:
    case Kind::map:
      return items(schema, node, value);
    case Kind::either:
      if (!this->number(count) || count < 0 || static_cast<std::uint64_t>(count) >= node.children.size()) return false;
      return this->value(schema, node.children[static_cast<std::size_t>(count)], value);
    case Kind::record: {
      AvroValue field;
      return std::ranges::all_of(node.children, [&](std::uint32_t child) { return this->value(schema, child, field); });
    }
  }
  return false;
}

// Groups of items, each behind its number, until a group of none. Each item takes bytes, so the bytes bound the work.
bool AvroBytes::items(const AvroSchema& schema, const AvroSchema::Node& node, AvroValue& value) {
  value.kind = AvroValue::Kind::numbers;
  while (true) {
    std::int64_t count = 0;
    if (!number(count)) return false;
    if (count == 0) return true;
    if (count < 0) {
      std::int64_t size = 0;
      if (!number(size) || count == INT64_MIN) return false;
      count = -count;
    }
    for (; count > 0; --count) {
      AvroValue item;
      std::string_view key;
      std::int64_t key_size = 0;
      if (node.kind == Kind::map &&
          (!number(key_size) || key_size < 0 || !take(static_cast<std::uint64_t>(key_size), key))) {
        return false;
      }
      if (!this->value(schema, node.children[0], item)) return false;
      if (value.count == 0) value.number = item.number;
      ++value.count;
    }
  }
}

}  // namespace secondwave
