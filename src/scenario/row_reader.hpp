// Typed reading of one table of a list, as in expected.toml and debate.toml: what is wrong is noted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/table_reader.hpp"

namespace secondwave {

/// True for names of outcomes and curves, with dots between their parts: "cas-16.sources".
[[nodiscard]] bool is_outcome_name(std::string_view text);

/// Reads the members of one table by key. Texts and numbers that are missing are noted where they are required.
class RowReader {
 public:
  /// `path` is how messages call the row, as "outcome.3"; unknown keys are noted at once. All must outlive the reader.
  RowReader(const TomlNode& row, std::string path, const std::vector<std::string_view>& keys, Problems& problems);

  [[nodiscard]] Place place() const { return row_.spot.place(); }
  [[nodiscard]] std::string full(std::string_view key) const { return join_path(path_, key); }
  /// The member's value, or nullptr, which is a problem where it is required.
  [[nodiscard]] const TomlNode* find(std::string_view key, bool required);

  [[nodiscard]] std::string text(std::string_view key, TextRule rule, bool required = true);
  [[nodiscard]] std::string outcome_name(std::string_view key);
  [[nodiscard]] double number(std::string_view key);
  [[nodiscard]] std::optional<double> optional_number(std::string_view key);
  [[nodiscard]] std::optional<UtcTime> optional_time(std::string_view key);
  void fault(const std::string& message) { problems_.add(path_ + message, place()); }

 private:
  const TomlNode& row_;
  std::string path_;
  Problems& problems_;
};

/// The tables of the list `name` at the top of a file; a file without them, or with anything else but the keys
/// `beside`, is noted.
[[nodiscard]] std::vector<const TomlNode*> tables_of(const TomlNode& root, std::string_view name,
                                                     const std::string& file_name, Problems& problems,
                                                     const std::vector<std::string_view>& beside = {});

}  // namespace secondwave
