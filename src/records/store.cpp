#include "records/store.hpp"

#include <utility>

namespace secondwave {

Status Store::sweep_evidence(const SweepFilter& filter, const EvidenceVisit& visit) {
  Result<std::vector<InputEvidence>> all = evidence(filter);
  if (!all) return tl::unexpected(all.error());
  std::vector<InputEvidence> of_source;
  for (InputEvidence& each : *all) {
    if (!of_source.empty() && of_source.front().sample.source != each.sample.source) {
      if (const Status done = visit(of_source); !done) return done;
      of_source.clear();
    }
    of_source.push_back(std::move(each));
  }
  return of_source.empty() ? Status{} : visit(of_source);
}

}  // namespace secondwave
