#include "report/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "report/number_text.hpp"
#include "report/terminal_text.hpp"

namespace secondwave {
namespace {

constexpr double shortest_pause_s = 0.1;
constexpr std::size_t cells = 24;
constexpr std::string_view clear_line = "\r\x1b[K";

std::string bar(double share, bool utf8) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string out;
  for (std::size_t i = 0; i < cells; ++i) out += utf8 ? (i < full ? "█" : "░") : (i < full ? "#" : ".");
  return out;
}

}  // namespace

ProgressBar::ProgressBar(Options options) : options_(std::move(options)) {
  SECONDWAVE_REQUIRE(options_.clock_s && options_.sink);
  started_s_ = options_.clock_s();
}

ProgressBar::~ProgressBar() {
  finish();
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total) {
  if (!options_.terminal || total == 0) return;
  const double now_s = options_.clock_s();
  if (drawn_ && now_s - drawn_s_ < shortest_pause_s) return;
  options_.sink(std::string(clear_line) + line(std::min(done, total), total, now_s - started_s_));
  drawn_s_ = now_s;
  drawn_ = true;
}

void ProgressBar::finish() {
  if (drawn_) options_.sink(clear_line);
  drawn_ = false;
}

std::string ProgressBar::line(std::uint64_t done, std::uint64_t total, double elapsed_s) const {
  const double share = static_cast<double>(done) / static_cast<double>(total);
  std::string out = fmt::format("{} {:3.0f}%  {} of {} {}", bar(share, options_.utf8), std::floor(share * 100), done,
                                total, one_line(options_.unit, options_.utf8));
  if (done == 0 || elapsed_s <= 0) return out;
  const double rate = static_cast<double>(done) / elapsed_s;
  out += fmt::format("  {}/s", number_for_people(rate));
  if (done < total) out += fmt::format("  {} left", duration_text(static_cast<double>(total - done) / rate));
  return out;
}

std::string duration_text(double seconds) {
  if (!(seconds < 1e9)) return "very long";
  const auto s = static_cast<std::int64_t>(std::ceil(std::max(0.0, seconds)));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  if (s < 2 * 86'400) return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
  return fmt::format("{} days {} h", s / 86'400, s % 86'400 / 3600);
}

void write_to_stderr(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace secondwave
