#include "report/census_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/picture_style.hpp"

namespace secondwave {
namespace {

constexpr std::size_t most_bars = 25;
constexpr int hilbert_order = 8;  // 65,536 squares, one a /16
constexpr int square_px = 3;
constexpr int hilbert_left = 40;
constexpr int hilbert_top = 46;

std::string picture_head(int width, int height, const std::string& title) {
  const std::string safe = escape_for_html(title);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sw\" viewBox=\"0 0 {} {}\" role=\"img\" "
      "aria-label=\"{}\">{}\n<rect "
      "class=\"paper\" width=\"{}\" height=\"{}\"/><text class=\"title\" x=\"40\" y=\"30\">{}</text>\n",
      width, height, safe, picture_style, width, height, safe);
}

std::string count_text(std::uint64_t count) {
  return number_for_people(static_cast<double>(count));
}

/// At most `most` characters, with a mark where some are cut off; escaped.
std::string short_name(const std::string& name, std::size_t most) {
  std::string out;
  std::size_t shown = 0;
  const std::string valid = to_valid_utf8(name);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(valid[i]) & 0xC0u) != 0x80u;
    if (starts && ++shown > most) return escape_for_html(out) + "...";
    out += valid[i] == '\n' || valid[i] == '\t' ? ' ' : valid[i];
  }
  return escape_for_html(out);
}

/// How many addresses each /16 holds; an address that comes twice counts once.
std::vector<std::uint32_t> by_slash16(std::span<const Ipv4> addresses) {
  std::vector<Ipv4> sorted(addresses.begin(), addresses.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<std::uint32_t> counts(65536, 0);
  for (const Ipv4 address : sorted) ++counts[address >> 16];
  return counts;
}

std::string hilbert_squares(const std::vector<std::uint32_t>& counts, const LogSteps& steps) {
  std::array<std::string, picture_steps> paths;
  for (std::uint32_t n = 0; n < counts.size(); ++n) {
    if (counts[n] == 0) continue;
    const auto [x, y] = hilbert_square(n, hilbert_order);
    fmt::format_to(std::back_inserter(paths[static_cast<std::size_t>(steps.of(counts[n]))]), "M{} {}h{}v{}h-{}z",
                   hilbert_left + static_cast<int>(x) * square_px, hilbert_top + static_cast<int>(y) * square_px,
                   square_px, square_px, square_px);
  }
  std::string out;
  for (std::size_t step = 0; step < paths.size(); ++step) {
    if (!paths[step].empty()) out += fmt::format("<path class=\"s{}\" d=\"{}\"/>\n", step, paths[step]);
  }
  return out;
}

/// Frames and numbers of the /8s; each says how many addresses it holds when it is pointed at.
std::string hilbert_frames(const std::vector<std::uint32_t>& counts) {
  std::string out;
  constexpr int side = 16 * square_px;
  for (std::uint32_t octet = 0; octet < 256; ++octet) {
    const auto [x, y] = hilbert_square(octet, hilbert_order / 2);
    std::uint64_t addresses = 0;
    std::uint32_t networks = 0;
    for (std::uint32_t n = octet << 8; n < (octet + 1) << 8; ++n) {
      addresses += counts[n];
      networks += counts[n] > 0 ? 1 : 0;
    }
    const int left = hilbert_left + static_cast<int>(x) * side;
    const int top = hilbert_top + static_cast<int>(y) * side;
    out += fmt::format(
        "<g><title>{}.0.0.0/8: {} in {} networks /16</title><rect class=\"grid\" fill-opacity=\"0\" x=\"{}\" y=\"{}\" "
        "width=\"{}\" height=\"{}\" pointer-events=\"all\"/><text class=\"small\" x=\"{}\" y=\"{}\">{}</text></g>\n",
        octet, count_text(addresses), networks, left, top, side, side, left + 3, top + 12, octet);
  }
  return out;
}

std::string hilbert_legend(const LogSteps& steps, std::uint32_t largest, int y) {
  std::string out;
  int x = hilbert_left;
  for (int step = 0; step < picture_steps && largest > 0; ++step) {
    const std::uint64_t next = step + 1 < picture_steps ? steps.from(step + 1) : largest + std::uint64_t{1};
    if (next <= steps.from(step)) continue;
    const std::string words = next == steps.from(step) + 1
                                  ? count_text(steps.from(step))
                                  : fmt::format("{} to {}", count_text(steps.from(step)), count_text(next - 1));
    out += fmt::format(
        "<rect class=\"s{}\" x=\"{}\" y=\"{}\" width=\"16\" height=\"12\"/><text x=\"{}\" y=\"{}\">{}</text>\n", step,
        x, y, x + 22, y + 11, words);
    x += 44 + 8 * static_cast<int>(words.size());
  }
  return out;
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> hilbert_square(std::uint32_t n, int order) {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  // The usual walk from the smallest square to the largest, turning the picture at each step.
  for (std::uint32_t side = 1; side < std::uint32_t{1} << order; side *= 2) {
    const std::uint32_t right = n / 2 & 1u;
    const std::uint32_t down = (n ^ right) & 1u;
    if (down == 0) {
      if (right == 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      std::swap(x, y);
    }
    x += side * right;
    y += side * down;
    n /= 4;
  }
  return {x, y};
}

std::string svg_bars(const BarsPicture& picture) {
  const std::size_t shown = std::min(picture.bars.size(), most_bars);
  const int height = 84 + static_cast<int>(shown) * 24;
  std::uint64_t largest = 1;
  for (const BarsPicture::Bar& bar : picture.bars) largest = std::max(largest, bar.count);
  std::string out = picture_head(860, height, picture.title);
  for (std::size_t i = 0; i < shown; ++i) {
    const BarsPicture::Bar& bar = picture.bars[i];
    const int y = 48 + static_cast<int>(i) * 24;
    const double width = 400.0 * static_cast<double>(bar.count) / static_cast<double>(largest);
    const double share =
        picture.whole == 0 ? 0 : 100.0 * static_cast<double>(bar.count) / static_cast<double>(picture.whole);
    out += fmt::format(
        "<g><title>{}: {}</title><text x=\"270\" y=\"{}\" text-anchor=\"end\">{}</text><rect class=\"bar\" x=\"280\" "
        "y=\"{}\" width=\"{:.1f}\" height=\"16\"/><text x=\"{:.1f}\" y=\"{}\">{} ({:.1f}%)</text></g>\n",
        escape_for_html(bar.name), count_text(bar.count), y + 13, short_name(bar.name, 32), y, width, 288 + width,
        y + 13, count_text(bar.count), share);
  }
  const std::uint64_t more = picture.more + picture.bars.size() - shown;
  const std::string rest = more > 0 ? fmt::format("and {} more. ", count_text(more)) : std::string();
  out += fmt::format("<text class=\"small\" x=\"40\" y=\"{}\">{}{}</text>\n", height - 14, rest,
                     escape_for_html(picture.note));
  return out + "</svg>\n";
}

std::string svg_hours(const HoursPicture& picture) {
  std::uint64_t largest = 1;
  for (std::size_t hour = 0; hour < 24; ++hour)
    largest = std::max({largest, picture.utc[hour], picture.local_hosts == 0 ? 0 : picture.local[hour]});
  std::string out = picture_head(860, 336, picture.title);
  const bool local = picture.local_hosts > 0;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const double left = 44 + 33.0 * static_cast<double>(hour);
    const auto bar = [&](const char* kind, double x, double width, std::uint64_t count, const char* clock) {
      const double tall = 220.0 * static_cast<double>(count) / static_cast<double>(largest);
      out += fmt::format(
          "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{:02}:00 {}: "
          "{}</title></rect>",
          kind, x, 270 - tall, width, tall, hour, clock, count_text(count));
    };
    bar("bar", left, local ? 13 : 26, picture.utc[hour], "UTC");
    if (local) bar("bar2", left + 14, 13, picture.local[hour], "local time");
    out += fmt::format("<text x=\"{:.1f}\" y=\"288\" text-anchor=\"middle\">{:02}</text>\n", left + 13, hour);
  }
  out += "<rect class=\"bar\" x=\"640\" y=\"20\" width=\"12\" height=\"12\"/><text x=\"658\" y=\"31\">UTC</text>\n";
  if (local)
    out +=
        "<rect class=\"bar2\" x=\"710\" y=\"20\" width=\"12\" height=\"12\"/><text x=\"728\" y=\"31\">local "
        "time</text>\n";
  out += fmt::format("<text class=\"small\" x=\"40\" y=\"318\">Highest bar: {}. {}</text>\n", count_text(largest),
                     escape_for_html(picture.note));
  return out + "</svg>\n";
}

std::string svg_hilbert(std::span<const Ipv4> addresses, const std::string& title, const std::string& note) {
  const std::vector<std::uint32_t> counts = by_slash16(addresses);
  const std::uint32_t largest = *std::max_element(counts.begin(), counts.end());
  const LogSteps steps(largest);
  constexpr int side = 256 * square_px;
  constexpr int height = hilbert_top + side + 58;
  std::string out = picture_head(side + 2 * hilbert_left, height, title);
  out += fmt::format("<rect class=\"sea\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", hilbert_left, hilbert_top,
                     side, side);
  out += hilbert_squares(counts, steps) + hilbert_frames(counts);
  out += hilbert_legend(steps, largest, hilbert_top + side + 12);
  out += fmt::format(
      "<text class=\"small\" x=\"{}\" y=\"{}\">Each square is a /16, numbers are first octets, colours "
      "count addresses. {}</text>\n",
      hilbert_left, height - 14, escape_for_html(note));
  return out + "</svg>\n";
}

}  // namespace secondwave
