// Pictures of a census: bars, hours of the day, the whole of IPv4; and the folder with a page that shows them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// Counts under names, most first. Names are from outside.
struct BarsPicture {
  std::string title;
  struct Bar {
    std::string name;
    std::uint64_t count = 0;
  };
  std::vector<Bar> bars;
  std::uint64_t whole = 0;  ///< what percentages are of
  std::uint64_t more = 0;   ///< names that are not among `bars`
  std::string note;         ///< a line below
};
/// The first 25 bars as SVG.
[[nodiscard]] std::string svg_bars(const BarsPicture& picture);

/// Hosts seen in each hour of a day, by UTC and by local time; no local bars where `local_hosts` is 0.
struct HoursPicture {
  std::string title;
  std::array<std::uint64_t, 24> utc = {};
  std::array<std::uint64_t, 24> local = {};
  std::uint64_t local_hosts = 0;
  std::string note;
};
[[nodiscard]] std::string svg_hours(const HoursPicture& picture);

/// All of IPv4 along a Hilbert curve, one square a /16, coloured by the logarithm of how many addresses it holds.
/// Neighbouring networks are neighbours on the map; /8s are framed and numbered. Exact.
[[nodiscard]] std::string svg_hilbert(std::span<const Ipv4> addresses, const std::string& title,
                                      const std::string& note);

/// Column and row of the n-th of 4^order squares along a Hilbert curve that begins at the top left. Requires
/// n < 4^order.
[[nodiscard]] std::pair<std::uint32_t, std::uint32_t> hilbert_square(std::uint32_t n, int order);

/// What the page shows: pictures under their file names, and facts about where the numbers are from.
struct CensusPage {
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  ///< name and value
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> pictures;  ///< file name without a folder, SVG of this room
};

/// One page without scripts that fetches nothing and opens from the disk.
[[nodiscard]] std::string census_html(const CensusPage& page);

/// Whether write_census_folder may write there, as far as can be told without writing. Errors: usage, machine.
[[nodiscard]] Status check_census_folder(const std::filesystem::path& folder);

/// Writes the pictures, as SVG and PNG, and report.html into `folder`, which appears whole or not at all. Gives a
/// warning where rsvg-convert, which draws the PNG, is absent or fails; the rest is written then. Errors: usage, where
/// something stands there that is not an earlier page of ours; machine.
[[nodiscard]] Result<std::vector<std::string>> write_census_folder(const std::filesystem::path& folder,
                                                                   const CensusPage& page);

}  // namespace secondwave
