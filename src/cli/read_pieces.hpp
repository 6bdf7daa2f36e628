// A source fed to a reader of lines, piece by piece.
#pragma once

#include <string>

#include "cli/environment.hpp"
#include "ingest/byte_source.hpp"

namespace secondwave {

/// Gives `reader.read(bytes, last)` what `source` holds until its end; what the reader did not take comes again with
/// the next piece. Errors: those of both; interrupted, saying `kept`.
template <class Reader>
[[nodiscard]] Status read_pieces(ByteSource& source, Reader& reader, const char* kept) {
  constexpr std::size_t piece_bytes = std::size_t{1} << 18;
  std::string bytes;
  std::size_t held = 0;
  for (;;) {
    bytes.resize(held + piece_bytes);
    const Result<std::size_t> got = source.read({bytes.data() + held, piece_bytes});
    if (!got) return tl::unexpected(got.error());
    held += *got;
    const Result<std::size_t> taken = reader.read({bytes.data(), held}, *got == 0);
    if (!taken) return tl::unexpected(taken.error());
    bytes.erase(0, *taken);
    held -= *taken;
    if (*got == 0) return {};
    if (cancelled_by_signal().cancelled()) return failure(ErrorKind::interrupted, kept);
  }
}

}  // namespace secondwave
