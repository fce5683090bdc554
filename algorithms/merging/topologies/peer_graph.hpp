#pragma once

#include <span>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::merging {

/// "peer/3", as messages, refusals and records name it.
std::string peer_name(index peer);

/// Who sends to whom: from one peer to another one.
struct peer_link {
  index from = 0;
  index to = 0;

  auto operator<=>(const peer_link&) const = default;
};

/// Which peers send to which. Every peer also hears itself, which is not stored. Adding what is
/// there already changes nothing.
class peer_graph {
public:
  explicit peer_graph(index peers = 0) : out_(slot(peers)), in_(slot(peers)) {}

  /// Both ways between two different peers.
  void connect(index a, index b);
  /// One way only.
  void add(peer_link link);
  void disconnect(index a, index b);

  index peers() const { return std::ssize(out_); }
  /// Ascending.
  std::span<const index> receivers(index peer) const { return out_[slot(peer)]; }
  std::span<const index> senders(index peer) const { return in_[slot(peer)]; }
  bool has(peer_link link) const;
  /// True where every link has its opposite.
  bool undirected() const;
  /// Ascending; an undirected graph names each edge once, from the lower peer.
  std::vector<peer_link> edges() const;
  index messages() const;

  bool operator==(const peer_graph&) const = default;

private:
  std::vector<std::vector<index>> out_, in_;
};

/// All links of several graphs over the same peers.
peer_graph united(std::span<const peer_graph> graphs);

/// The part each peer belongs to, numbered from 0 by lowest peer; links count both ways. `present`,
/// where given, leaves peers out: theirs is -1.
std::vector<index> components(const peer_graph& graph, const std::vector<bool>& present = {});

/// Whether what any peer knows comes to every other one. Errors: names a peer that is cut off.
/// Cost: O(peers + links).
result<void> check_connected(const peer_graph& graph);

}  // namespace echelon::merging
