// How fast all copies go at a time, where they hinder each other: a change of clock for everything that they send.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace secondwave {

/// Paced time: at pace f, a second counts f seconds. Steps in order of time, each from its moment on; before the first
/// one, and without any, paced time is time. Both functions are continuous and never fall.
struct Pace {
  std::vector<double> from_s;
  std::vector<double> paced_s;  ///< paced time at from_s
  std::vector<double> factor;   ///< from there on, 0 to 1

  [[nodiscard]] bool is_plain() const { return from_s.empty(); }

  /// Paced time at `time_s`.
  [[nodiscard]] double of(double time_s) const {
    const std::size_t after = rank(from_s, time_s);
    if (after == 0) return time_s;
    return paced_s[after - 1] + factor[after - 1] * (time_s - from_s[after - 1]);
  }

  /// The time at which paced time is `paced`: one such. +infinity where it is not
  /// reached at the last pace.
  [[nodiscard]] double time_of(double paced) const {
    const std::size_t after = rank(paced_s, paced);
    if (after == 0) return paced;
    const std::size_t i = after - 1;
    if (factor[i] > 0) return from_s[i] + (paced - paced_s[i]) / factor[i];
    return paced > paced_s[i] ? std::numeric_limits<double>::infinity() : from_s[i];
  }

  /// A new pace from `time_s` on, which is not before the last step's.
  void change(double time_s, double to) {
    const double now = of(time_s);
    if (!from_s.empty() && from_s.back() == time_s) {
      factor.back() = to;
      return;
    }
    from_s.push_back(time_s);
    paced_s.push_back(now);
    factor.push_back(to);
  }

 private:
  /// How many of the sorted values are at or before x; the end is looked at first, as most questions are of now.
  [[nodiscard]] static std::size_t rank(const std::vector<double>& values, double x) {
    if (values.empty() || values.back() <= x) return values.size();
    return static_cast<std::size_t>(std::upper_bound(values.begin(), values.end(), x) - values.begin());
  }
};

}  // namespace secondwave
