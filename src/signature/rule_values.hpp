// Plain values of a rule's tables. Behind rule.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/table_reader.hpp"
#include "scenario/toml_tree.hpp"
#include "signature/labels.hpp"
#include "signature/packet_shape.hpp"

namespace secondwave {

/// Reads the keys of one table that people call `path`. What is wrong is noted in `problems`.
class RuleValues {
 public:
  RuleValues(const TomlNode& table, std::string path, Problems& problems)
      : table_(table), path_(std::move(path)), problems_(problems), problems_before_(problems.list().size()) {}

  [[nodiscard]] const TomlNode* find(std::string_view key) const;
  [[nodiscard]] std::string name(std::string_view key) const { return join_path(path_, key); }
  /// Where the key's value is written, or the table where there is none.
  [[nodiscard]] Place place(std::string_view key) const;
  void complain(std::string_view key, std::string_view what, std::string remedy = {});

  [[nodiscard]] std::string text(std::string_view key, TextRule rule, bool required);
  [[nodiscard]] LabelId label(std::string_view key);
  [[nodiscard]] std::int64_t moment(std::string_view key, std::int64_t standard);
  [[nodiscard]] bool boolean(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high,
                                                    bool required = false);
  /// A number, or an array of them.
  [[nodiscard]] std::vector<std::int64_t> integers(const TomlNode& node, const std::string& name, std::int64_t low,
                                                   std::int64_t high);
  /// A number or a pair [lowest, highest]; with `several` a list of such: 22, [135, 445] (two ports), [[137, 139]].
  [[nodiscard]] std::vector<NumberRange> ranges(std::string_view key, bool several);

  using Act = std::function<void(const TomlNode&)>;
  /// `act` for a value, or for each of an array of 1 to 256.
  void for_each_of(const TomlNode& node, const std::string& name, const Act& act);
  /// The same for the value of a key, where it is there.
  void each(std::string_view key, const Act& act);
  void known(std::initializer_list<std::string_view> keys) { reject_unknown_keys(table_, path_, keys, problems_); }
  /// Complains where none of the keys is there, unless something else is wrong already.
  void require_one(std::initializer_list<std::string_view> keys);

  [[nodiscard]] Problems& problems() { return problems_; }

 private:
  std::optional<std::int64_t> one_integer(const TomlNode& node, const std::string& name, std::int64_t low,
                                          std::int64_t high);

  const TomlNode& table_;
  std::string path_;
  Problems& problems_;
  std::size_t problems_before_;
};

/// The table [rule.packet].
[[nodiscard]] PacketShape read_packet_shape(RuleValues& values);

}  // namespace secondwave
