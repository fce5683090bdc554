#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "actors/cluster/cluster_messages.hpp"
#include "actors/cluster/seating.hpp"
#include "actors/membership.hpp"

namespace echelon::actors {

/// What a front desk has done by others.
struct front_desk_outlets {
  /// To a node's process.
  std::function<void(const std::string& peer, const take_seat&)> order;
  std::function<void(const std::string& peer, const expect_child&)> expect;
  /// A child of an edge or the coordinator in this process is to be reached at a peer.
  std::function<void(node_id child, const std::string& peer)> seat_child;
  /// An edge that nobody else can be is to live in this process; or no longer.
  std::function<void(node_id edge)> stand_in;
  std::function<void(node_id edge)> step_down;
  /// Somebody came or went.
  std::function<void()> changed;
  /// One sentence about who came, went or changed seats.
  std::function<void(const std::string& what)> tell;
};

/// Receives the nodes of a run: gives seats, brings children and parents together, and finds a way
/// when somebody is lost. A lost worker's seat waits for him or another one. A lost edge's seat
/// goes to a node that has none, else the coordinator's own process stands in until one comes;
/// either way its workers are sent there. Pure: told of events, it calls its outlets.
class front_desk {
public:
  /// `own_name` is this process among its peers. `topology` outlives it.
  front_desk(const tree& topology, std::string own_name, bool stands_in,
             front_desk_outlets outlets);

  /// A node's process has all it needs. `listening` is empty where others cannot reach it.
  void ready(const std::string& peer, const std::string& listening, node_id seat_before);
  void taken(const std::string& peer, const seat_taken& what);
  /// What the process of an edge says of one of its children.
  void presence(const std::string& peer, const child_presence& what);
  /// Nothing can be heard of it any more.
  void lost(const std::string& peer);

  const membership& members() const { return members_; }
  const seating& seats() const { return seats_; }
  bool complete() const { return members_.nodes_present() == members_.nodes(); }
  std::vector<std::string> waiting() const;  ///< names without a seat
  /// Where others reach it; empty: nowhere.
  std::string listening_of(const std::string& peer) const;

private:
  struct guest {
    std::string listening;
    node_id seat_before;
  };

  void seat(const std::string& peer);
  /// Sends whoever sits there to his parent, if the parent is there.
  void introduce(node_id child);
  void arrive(node_id node);
  void leave(node_id node);
  void introduce_children(node_id edge);
  void fill(node_id seat);

  const tree& topology_;
  std::string own_name_;
  bool stands_in_;
  front_desk_outlets out_;
  seating seats_;
  membership members_;
  std::map<std::string, guest> guests_;
  std::set<node_id> ours_;  ///< edges that live in this process for want of others
};

}  // namespace echelon::actors
