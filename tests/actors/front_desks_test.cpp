#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "actors/cluster/front_desk.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::actors {
namespace {

/// Nodes that do what they are told, at once or never, and a desk that tells them.
class village {
public:
  explicit village(bool stands_in)
      : topology_(tree::from_edges(value{value_list{value{2}, value{2}}}).value()),
        desk_(topology_, "coordinator", stands_in, outlets()) {}

  void join(const std::string& name) {
    alive_.insert(name);
    desk_.ready(name, "somewhere", no_seat);
    settle();
  }
  void die(const std::string& name) {
    alive_.erase(name);
    parents_.erase(name);
    std::erase_if(orders_, [&](const auto& order) { return order.first == name; });
    desk_.lost(name);
    settle();
  }
  bool alive(const std::string& name) const { return alive_.contains(name); }
  const front_desk& desk() const { return desk_; }

  /// Who is present is reached through a parent that is alive; who sits has one seat.
  void check() const {
    std::set<node_id> taken;
    for (const std::string& name : alive_) {
      const auto seat = desk_.seats().seat_of(name);
      if (!seat)
        continue;
      RC_ASSERT(taken.insert(*seat).second);
      if (!desk_.members().present(*seat))
        continue;
      const auto& parent = parents_.at(name);
      RC_ASSERT(parent == "coordinator" || alive_.contains(parent));
    }
    for (const node_id edge : ours_)
      RC_ASSERT(desk_.seats().occupant(edge).empty());
  }

private:
  front_desk_outlets outlets() {
    return {.order = [this](const std::string& peer,
                            const take_seat& what) { orders_.emplace_back(peer, what); },
            .expect = [](const std::string&, const expect_child&) {},
            .seat_child = [](node_id, const std::string&) {},
            .stand_in = [this](node_id edge) { ours_.insert(edge); },
            .step_down = [this](node_id edge) { ours_.erase(edge); },
            .changed = [this] { ++changes; },
            .tell = [](const std::string&) {}};
  }

  void settle() {
    for (int steps = 0; !orders_.empty(); ++steps) {
      RC_ASSERT(steps < 1000);
      const auto [peer, order] = orders_.front();
      orders_.erase(orders_.begin());
      const bool reached = order.parent_peer == "coordinator" || alive_.contains(order.parent_peer);
      if (!alive_.contains(peer) || !reached)
        continue;  // a parent that died: his end is known soon
      parents_[peer] = order.parent_peer;
      desk_.taken(peer, {order.seat, true});
      if (order.parent_peer != "coordinator")
        desk_.presence(order.parent_peer, {order.seat, true});
    }
  }

  tree topology_;
  std::set<std::string> alive_;
  std::map<std::string, std::string> parents_;
  std::vector<std::pair<std::string, take_seat>> orders_;
  std::set<node_id> ours_;
  front_desk desk_;

public:
  int changes = 0;
};

std::vector<std::string> names(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i)
    all.push_back("node-" + std::to_string(i));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(front_desks)

BOOST_AUTO_TEST_CASE(as_many_nodes_as_seats_are_enough_in_any_order) {
  RC_ASSERT(rc::check("complete", [] {
    village place{*rc::gen::arbitrary<bool>()};
    for (int left = 6; left > 0; --left)
      place.join("node-" + std::to_string(left));
    place.check();
    RC_ASSERT(place.desk().complete());
    RC_ASSERT(place.desk().members().absent_workers().empty());
  }));
}

BOOST_AUTO_TEST_CASE(whoever_comes_and_goes_the_desk_keeps_order) {
  const bool holds = rc::check("order", [] {
    village place{*rc::gen::arbitrary<bool>()};
    const auto all = names(8);
    for (const int which : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8))) {
      const std::string& name = all[static_cast<std::size_t>(which)];
      if (place.alive(name))
        place.die(name);
      else
        place.join(name);
      place.check();
    }
    // In the end everybody who was away comes: all seats must fill.
    for (const std::string& name : all)
      if (!place.alive(name))
        place.join(name);
    place.check();
    RC_ASSERT(place.desk().complete());
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(a_lost_edge_lives_on_at_the_coordinator_until_somebody_comes) {
  village place{true};
  for (const std::string& name : names(6))
    place.join(name);
  place.die("node-0");  // edge/0: the first that can be reached
  BOOST_TEST(place.desk().complete());
  BOOST_TEST(place.desk().seats().occupant({role::edge, 0}).empty());
  place.join("node-7");
  BOOST_TEST(place.desk().seats().occupant({role::edge, 0}) == "node-7");
  BOOST_TEST(place.desk().complete());
}

BOOST_AUTO_TEST_CASE(without_a_stand_in_the_workers_of_a_lost_edge_are_absent) {
  village place{false};
  for (const std::string& name : names(6))
    place.join(name);
  place.die("node-0");
  BOOST_TEST(place.desk().members().absent_workers() == (std::vector<index>{0, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nobody_speaks_for_a_seat_that_is_not_his) {
  village place{false};
  for (const std::string& name : names(6))
    place.join(name);
  auto& desk = const_cast<front_desk&>(place.desk());
  const auto before = desk.members().version();
  desk.taken("node-3", {{role::worker, 3}, true});
  desk.presence("node-3", {{role::worker, 0}, false});
  desk.presence("node-0", {{role::worker, 3}, false});
  desk.presence("stranger", {{role::worker, 0}, false});
  desk.lost("stranger");
  BOOST_TEST(desk.members().version() == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
