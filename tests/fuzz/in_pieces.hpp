// A reader of lines given a text piece by piece, as a command gives it a file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace secondwave {

/// What the reader leaves of a piece comes again before the next one.
template <class Reader>
void read_in_pieces(Reader& reader, std::string_view text, std::size_t piece) {
  std::string rest;
  do {
    rest += text.substr(0, piece);
    text.remove_prefix(std::min(piece, text.size()));
    rest.erase(0, reader.read(rest, text.empty()).value());
  } while (!text.empty());
}

}  // namespace secondwave
