// One replicate, kept with all that is needed to look at its sensors packet by packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/run.hpp"
#include "sensor/watch.hpp"

namespace secondwave {

class WatchedRun {
 public:
  /// Runs the replicate as run_replicate does: same infections, same counts of the sensors. Errors: as there, and usage
  /// for the reference construction, which counts probe by probe and keeps no luck that could be drawn again; data,
  /// where there are too few addresses for sources().
  [[nodiscard]] static Result<WatchedRun> make(const Model& model, const RunOptions& options);

  WatchedRun(WatchedRun&&) noexcept;
  WatchedRun& operator=(WatchedRun&&) noexcept;
  ~WatchedRun();

  [[nodiscard]] const RunResult& run() const;

  /// An address for each number of an address: those of the hosts, and for each new address of a host one of its
  /// neighbourhood (the same /16 where it has room) that nobody else has and no sensor watches. A function of seed and
  /// replicate; which address a host gets next is otherwise arbitrary, as the model knows only that it is new.
  [[nodiscard]] const std::vector<Ipv4>& sources() const;

  /// How many addresses sensor `sensor` has.
  [[nodiscard]] std::uint64_t addresses_of(std::size_t sensor) const;

  /// See watch() of the room `sensor`. `options.seed` and `options.addresses` are filled in here.
  [[nodiscard]] Status watch(std::size_t sensor, WatchOptions options, const PacketTaker& take) const;

 private:
  struct State;
  explicit WatchedRun(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondwave
