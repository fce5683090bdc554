#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "experiments/testkit/virtual_cluster.hpp"

namespace echelon::testkit {

/// Moments of the run's clock in tenths of a second, so that sums and differences are exact.
using tenths = std::int64_t;
inline constexpr tenths forever = std::numeric_limits<tenths>::max();
inline constexpr tenths peer_timeout = 100;
inline constexpr double slowness = 10;
inline constexpr node_id the_coordinator{role::coordinator, 0};

inline double to_s(tenths moment) {
  return moment == forever ? std::numeric_limits<double>::infinity()
                           : static_cast<double>(moment) / 10;
}

enum class woe : unsigned char { dead, slow, cut, lying };

/// What a command says: "kill worker/2", "heal worker/2".
inline std::string words_of(woe what, bool begins, node_id whom) {
  constexpr std::pair<std::string_view, std::string_view> verbs[]{
      {"kill", "bring back"}, {"slow down", "hurry"}, {"cut off", "heal"}, {"corrupt", "mend"}};
  const auto& [begin, end] = verbs[static_cast<std::size_t>(what)];
  return fmt::format("{} {}", begins ? begin : end, to_string(whom));
}

/// A cluster that commands are given to.
struct stage {
  value_table settings;
  std::vector<node_id> nodes;  ///< whom commands befall
  std::vector<woe> woes;
  std::int32_t per_edge = 0;  ///< workers of each edge; 0: there are none
  index stay = 2;             ///< workers whom no command takes away
  bool verifies = false;

  /// The node and those between it and the coordinator.
  std::vector<node_id> path(node_id node) const {
    if (node.kind == role::worker && per_edge > 0)
      return {node, {role::edge, node.number / per_edge}};
    return {node};
  }
};

struct spell {
  woe what;
  node_id whom;
  tenths from, until = forever;

  bool meets(double from_s, double until_s) const {
    return to_s(from) <= until_s && from_s <= to_s(until);
  }
  bool covers(double from_s, double until_s) const {
    return to_s(from) <= from_s && until_s <= to_s(until);
  }
  /// Its node ends over it.
  bool fatal() const {
    return what == woe::dead ||
           (what == woe::cut && (until == forever || until - from > peer_timeout));
  }
};

/// A node has ended, since it was killed or cut off for too long.
struct absence {
  node_id whom;
  tenths from;    ///< it ends
  tenths leaves;  ///< others plan without it
  tenths until;   ///< it is there again, as a new one
};

/// What commands make of a cluster: who is dead, slow, cut off or lying, from when to when. Knows
/// the commands and what is promised, and nothing of how that is done.
class command_model {
public:
  explicit command_model(const stage& on) : on_(&on) {}

  const stage& on() const { return *on_; }
  tenths now() const { return now_; }

  /// Whether a command makes sense so long after the last one, and leaves enough of the cluster.
  bool allows(woe what, bool begins, node_id whom, tenths gap) const {
    const bool holds = open(what, whom) != spells_.end();
    if (whom == the_coordinator)  // it returns by itself, and is spared from then on
      return what == woe::dead && begins && !holds;
    if (begins == holds || (whom.kind == role::edge && (what == woe::slow || what == woe::lying)))
      return false;
    if (begins && on_->verifies && !can_be_judged(what, whom, now_ + gap))
      return false;
    return !begins || what == woe::slow || what == woe::lying || enough_stay(whom);
  }
  void carry_out(woe what, bool begins, node_id whom, tenths gap) {
    now_ += gap;
    if (begins)
      spells_.push_back({what, whom, now_});
    else
      spells_[slot(open(what, whom) - spells_.begin())].until = now_;
  }
  /// All is healed; only the dead stay dead.
  void settle(tenths gap) {
    now_ += gap;
    for (spell& one : spells_)
      if (one.what != woe::dead)
        one.until = std::min(one.until, now_);
  }
  void befall(virtual_cluster& cluster) const {
    for (const spell& one : spells_) {
      fault what = fault_of(one).from(seconds{to_s(one.from)});
      cluster.suffer(one.until == forever ? what
                                          : what.lasting(seconds{to_s(one.until - one.from)}));
    }
  }

  std::vector<absence> absences() const {
    std::vector<absence> all;
    for (const spell& one : spells_) {
      if (!one.fatal() || one.whom == the_coordinator)
        continue;
      const tenths late = one.from + peer_timeout;
      absence away{one.whom, one.what == woe::dead ? one.from : late, std::min(late, one.until),
                   one.until};
      // It does not return while something else holds that it does not survive.
      for (bool longer = true; std::exchange(longer, false);)
        for (const spell& other : spells_)
          if (other.whom == away.whom && other.fatal() && other.from <= away.until &&
              other.until > away.until) {
            away.until = other.until;
            longer = true;
          }
      all.push_back(away);
    }
    return all;
  }
  /// Who suffers so at some time in between, or all the time.
  std::set<node_id> suffering(woe what, double from_s, double until_s) const {
    return chosen([&](const spell& one) { return one.what == what && one.meets(from_s, until_s); });
  }
  std::set<node_id> suffering_throughout(woe what, double from_s, double until_s) const {
    return chosen(
        [&](const spell& one) { return one.what == what && one.covers(from_s, until_s); });
  }
  /// Who is planned with, and dead, slow, cut off or lying at some time in between.
  std::set<node_id> troubled(double from_s, double until_s) const {
    std::set<node_id> found = chosen([&](const spell& one) { return one.meets(from_s, until_s); });
    for (const node_id gone : left(from_s, until_s))
      found.erase(gone);
    return found;
  }
  /// Who is planned without all the time.
  std::set<node_id> left(double from_s, double until_s) const {
    std::set<node_id> gone;
    for (const absence& one : absences())
      if (to_s(one.leaves) <= from_s && until_s <= to_s(one.until))
        gone.insert(one.whom);
    return gone;
  }
  /// When anything last changed by then.
  double last_change_s(double by_s) const {
    double last = 0;
    const auto note = [&](tenths moment) {
      if (to_s(moment) <= by_s)
        last = std::max(last, to_s(moment));
    };
    for (const spell& one : spells_)
      for (const tenths moment : {one.from, one.until})
        note(moment);
    for (const absence& one : absences())
      for (const tenths moment : {one.from, one.leaves, one.until})
        note(moment);
    return last;
  }
  /// Whether a node can have worked for so long after `from_s` and then have been heard in time.
  bool can_answer(node_id whom, double from_s, double until_s, double work_s) const {
    const auto path = on_->path(whom);
    const auto on_path = [&](node_id node) { return std::ranges::find(path, node) != path.end(); };
    const std::vector<absence> away = absences();
    const auto heard_at = [&](double moment) {
      return moment <= until_s &&
             std::ranges::none_of(away,
                                  [&](const absence& one) {
                                    return on_path(one.whom) && to_s(one.from) < moment &&
                                           moment - work_s < to_s(one.until);
                                  }) &&
             std::ranges::none_of(spells_, [&](const spell& one) {
               return one.what == woe::cut && on_path(one.whom) && to_s(one.from) <= moment &&
                      moment < to_s(one.until);
             });
    };
    // If it can at any time, then at one of these.
    std::vector<double> moments{from_s + work_s};
    for (const absence& one : away)
      moments.push_back(std::max(from_s, to_s(one.until)) + work_s);
    for (const spell& one : spells_)
      moments.push_back(std::max(from_s + work_s, to_s(one.until)));
    return std::ranges::any_of(moments, heard_at);
  }

private:
  /// After so long a round that met a change is over.
  static constexpr tenths memory = 200;

  static fault fault_of(const spell& one) {
    const std::string name = to_string(one.whom);
    switch (one.what) {
      case woe::dead: return fault{"crash"}.on_node(name);
      case woe::slow: return fault{"slow"}.on_node(name).set("factor", slowness);
      case woe::cut: return fault{"partition"}.on_link(name);
      case woe::lying: break;
    }
    return fault{"lie"}.on_node(name);
  }
  std::vector<spell>::const_iterator open(woe what, node_id whom) const {
    return std::ranges::find_if(spells_, [&](const spell& one) {
      return one.what == what && one.whom == whom && one.until == forever;
    });
  }
  template <class Test>
  std::set<node_id> chosen(Test test) const {
    std::set<node_id> found;
    for (const spell& one : spells_)
      if (one.whom != the_coordinator && test(one))
        found.insert(one.whom);
    return found;
  }
  bool enough_stay(node_id without) const {
    const auto away = [&](node_id node) {
      return node == without || open(woe::dead, node) != spells_.end() ||
             open(woe::cut, node) != spells_.end();
    };
    return std::ranges::count_if(on_->nodes, [&](node_id node) {
             return node.kind == role::worker && std::ranges::none_of(on_->path(node), away);
           }) >= on_->stay;
  }
  /// One liar is found beside one who does not answer; more may outvote the honest.
  bool can_be_judged(woe what, node_id whom, tenths when) const {
    std::set<node_id> silent, liars;
    for (const spell& one : spells_) {
      const bool planned_round = one.what == woe::dead && one.from < when - memory;
      if (one.whom != the_coordinator && one.until >= when - memory && !planned_round)
        (one.what == woe::lying ? liars : silent).insert(one.whom);
    }
    if (what == woe::lying)
      return liars.empty() && silent.size() <= 1 && !silent.contains(whom);
    return !liars.contains(whom) && (silent.empty() || silent == std::set{whom});
  }

  const stage* on_;
  tenths now_ = 0;
  std::vector<spell> spells_;
};

}  // namespace echelon::testkit
