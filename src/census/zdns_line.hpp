// One line of ZDNS. Slow to compile behind this, so it is apart.
#pragma once

#include <memory>
#include <string_view>

#include "records/name_cache.hpp"

namespace secondwave {

class ZdnsLine {
 public:
  ZdnsLine();
  ~ZdnsLine();
  /// Reads one JSON object. `answer.asked_us` stays as it is where the line has no time. Gives nothing, or why the line
  /// is of no use.
  [[nodiscard]] const char* read(std::string_view line, NameAnswer& answer);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace secondwave
