// How the pictures of a census look: each is an SVG file of its own and can stand in a page as well.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace secondwave {

/// Colours follow the reader's choice of light or dark. Steps s0 to s5: from few to many.
inline constexpr std::string_view picture_style =
    "<style>.sw text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:#5b6672}.sw "
    ".title{font-size:17px;font-weight:600;"
    "fill:#1b1f24}.sw .small{font-size:11px}.sw .bar{fill:#1f5fbf}.sw .bar2{fill:#e08a1e}.sw .paper{fill:#fff}.sw "
    ".land{fill:#e3e7ec;stroke:#fff;stroke-width:.5}.sw .sea{fill:#f5f7fa}.sw "
    ".grid{stroke:#dfe3e8;stroke-width:1;fill:none}"
    ".sw .s0{fill:#cfe0f6}.sw .s1{fill:#a3c6ee}.sw .s2{fill:#6ba3e0}.sw .s3{fill:#3b7ccb}.sw .s4{fill:#1b55a5}.sw "
    ".s5{fill:#0b2e66}@media(prefers-color-scheme:dark){.sw .paper{fill:#14171b}.sw text{fill:#9aa5b1}.sw "
    ".title{fill:#e6e9ed}.sw .bar{fill:#7fb0ff}.sw .bar2{fill:#f0b35a}.sw .land{fill:#2a3038;stroke:#14171b}.sw "
    ".sea{fill:#1b2026}.sw .grid{stroke:#2f363e}.sw .s0{fill:#1d3354}.sw .s1{fill:#26497b}.sw .s2{fill:#3367ac}.sw "
    ".s3{fill:#4f8ad6}.sw .s4{fill:#86b5f2}.sw .s5{fill:#cfe2ff}}</style>";

inline constexpr int picture_steps = 6;

/// Bounds of the six steps between 1 and the largest count, evenly in the logarithm; equal steps merge at the lower.
class LogSteps {
 public:
  explicit LogSteps(std::uint64_t largest) {
    const double top = std::log(static_cast<double>(std::max<std::uint64_t>(largest, 1)) + 1);
    for (int i = 0; i < picture_steps; ++i)
      from_[static_cast<std::size_t>(i)] =
          static_cast<std::uint64_t>(std::max(1.0, std::ceil(std::exp(top * i / picture_steps))));
  }
  /// 0 to 5. Requires a count above 0.
  [[nodiscard]] int of(std::uint64_t count) const {
    int step = 0;
    for (int i = 1; i < picture_steps; ++i) {
      if (count >= from_[static_cast<std::size_t>(i)]) step = i;
    }
    return step;
  }
  [[nodiscard]] std::uint64_t from(int step) const { return from_[static_cast<std::size_t>(step)]; }

 private:
  std::array<std::uint64_t, picture_steps> from_ = {};
};

}  // namespace secondwave
