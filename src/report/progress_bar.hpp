// A progress bar on one line of a terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/cancel.hpp"

namespace secondwave {

/// Share, rate and time left, drawn at most ten times a second, and nothing at all where it is not told that it writes
/// to a terminal. The line is cleared at the end (finish or destruction).
class ProgressBar : public Progress {
 public:
  struct Options {
    bool terminal = false;                       ///< draws only where true
    bool utf8 = true;                            ///< block characters, else # and .
    std::string unit = "replicates";             ///< what is counted; shown escaped
    std::function<double()> clock_s;             ///< seconds, never going back; required
    std::function<void(std::string_view)> sink;  ///< where the text goes; required
  };

  explicit ProgressBar(Options options);
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(std::uint64_t done, std::uint64_t total) override;
  void finish();

 private:
  [[nodiscard]] std::string line(std::uint64_t done, std::uint64_t total, double elapsed_s) const;

  Options options_;
  double started_s_ = 0;
  double drawn_s_ = 0;
  bool drawn_ = false;
};

/// "45 s", "2 min 05 s", "3 h 12 min", "2 days 4 h".
[[nodiscard]] std::string duration_text(double seconds);

/// Writes to standard error; what cannot be written is dropped.
void write_to_stderr(std::string_view text);

/// Seconds of a steady clock, for ProgressBar::Options::clock_s.
[[nodiscard]] double steady_seconds();

}  // namespace secondwave
