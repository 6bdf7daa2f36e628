// A source of bytes given to a reader of lines, piece by piece.
#pragma once

#include <string>

#include "cli/environment.hpp"
#include "ingest/byte_source.hpp"

namespace secondwave {

/// Gives `reader.read(bytes, last)` what `source` holds, in pieces of `piece_bytes`, until its end; what the reader did
/// not take comes again before the next piece. `after(last)` is called behind each piece. Memory: a piece and what the
/// reader leaves. Errors: those of the three, and interrupted, with the words `interrupted`.
template <class Reader, class After>
[[nodiscard]] Status read_pieces(ByteSource& source, Reader& reader, std::size_t piece_bytes, const char* interrupted,
                                 After&& after) {
  std::string bytes;
  std::size_t held = 0;
  for (;;) {
    bytes.resize(held + piece_bytes);
    const Result<std::size_t> got = source.read({bytes.data() + held, piece_bytes});
    if (!got) return tl::unexpected(got.error());
    held += *got;
    const bool last = *got == 0;
    const Result<std::size_t> taken = reader.read({bytes.data(), held}, last);
    if (!taken) return tl::unexpected(taken.error());
    bytes.erase(0, *taken);
    held -= *taken;
    if (const Status good = after(last); !good) return good;
    if (last) return {};
    if (cancelled_by_signal().cancelled()) return failure(ErrorKind::interrupted, interrupted);
  }
}

}  // namespace secondwave
