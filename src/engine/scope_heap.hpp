// Which scope crosses next: a heap of all scopes by the time of their next crossing, in which any key can change.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "response/rules.hpp"

namespace secondwave {

/// Four children a node, keys beside the numbers: the four children are one cache line.
class ScopeHeap {
 public:
  explicit ScopeHeap(std::size_t scopes) : nodes_(scopes), place_(scopes) {
    for (std::uint32_t i = 0; i < scopes; ++i) {
      nodes_[i].scope = i;
      place_[i] = i;
    }
  }

  [[nodiscard]] std::uint32_t top() const { return nodes_[0].scope; }
  [[nodiscard]] double top_time() const { return nodes_[0].time_s; }

  void change(std::uint32_t scope, double time_s) {
    const std::size_t at = place_[scope];
    const bool earlier = time_s < nodes_[at].time_s;
    if (earlier) {
      up(at, {time_s, scope});
    } else {
      down(at, {time_s, scope});
    }
  }

 private:
  struct Node {
    double time_s = never;
    std::uint32_t scope = 0;

    /// Ties go to the lower number, so that the order never depends on the heap's history.
    bool operator<(const Node& other) const {
      return time_s != other.time_s ? time_s < other.time_s : scope < other.scope;
    }
  };

  void put(std::size_t at, const Node& node) {
    nodes_[at] = node;
    place_[node.scope] = static_cast<std::uint32_t>(at);
  }

  void up(std::size_t at, const Node& node) {
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!(node < nodes_[parent])) break;
      put(at, nodes_[parent]);
      at = parent;
    }
    put(at, node);
  }

  void down(std::size_t at, const Node& node) {
    while (true) {
      const std::size_t first = 4 * at + 1;
      if (first >= nodes_.size()) break;
      const std::size_t last = std::min(first + 4, nodes_.size());
      std::size_t best = first;
      for (std::size_t child = first + 1; child < last; ++child) {
        best = nodes_[child] < nodes_[best] ? child : best;
      }
      if (!(nodes_[best] < node)) break;
      put(at, nodes_[best]);
      at = best;
    }
    put(at, node);
  }

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> place_;  ///< where a scope stands in the heap
};

}  // namespace secondwave
