// Fingerprints of results: equal fingerprints mean equal bits, on any machine, with any number of threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "records/run_result.hpp"

namespace secondwave {

/// 32 hex digits: XXH3-128 over three vectors in this order: times (the bits of the doubles), hosts, infectors; before
/// each its length as 64 bits; all little-endian. Depends on nothing else of the run. Fast, not for adversaries.
[[nodiscard]] std::string replicate_digest(const RunResult& run);

/// The run hash of contracts: SHA-256 over the digests of the replicates in order of replicate, each followed by a
/// newline (so `sha256sum` over a file of digests, one a line, gives the same).
class RunHash {
 public:
  RunHash();
  ~RunHash();
  RunHash(RunHash&&) noexcept;
  RunHash& operator=(RunHash&&) noexcept;

  /// Requires 32 hex digits, as replicate_digest gives them.
  void add(std::string_view digest);

  /// 64 hex digits over all digests added so far; more may be added afterwards.
  [[nodiscard]] std::string hex() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace secondwave
