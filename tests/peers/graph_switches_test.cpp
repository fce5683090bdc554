#include "actors/peers/graph_switch.hpp"

#include <deque>
#include <map>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"

// Peers that run at their own pace, words that take their time: all go by the same graph.
namespace echelon::tests {
namespace {

using actors::graph_answer;
using actors::graph_changed;
using actors::graph_coming;
using actors::graph_switch;
using actors::peer_welcome;

/// A peer as far as graphs go.
struct walker {
  index held = 0;
  std::map<index, std::vector<std::int32_t>> graphs = {};  ///< links added, by first exchange
  std::optional<index> coming = {};
  bool unwelcome = false;

  bool may_open() const { return !coming && !unwelcome; }
  const std::vector<std::int32_t>& graph() const {
    static const std::vector<std::int32_t> none;
    const auto later = graphs.upper_bound(held);
    return later == graphs.begin() ? none : std::prev(later)->second;
  }
};

struct newcomer {};

/// The monitor, some walkers, and links between them that keep order and nothing else.
class crowd {
public:
  crowd(index peers, std::uint64_t seed)
      : peers_(peers), random_{seed, "tests.graph_switch"}, graphs_(peers) {
    for (std::int32_t peer = 0; peer < peers; ++peer)
      here_[peer] = {};
  }

  void step() {
    const index what = random_.below(100);
    const auto peer = static_cast<std::int32_t>(random_.below(peers_));
    if (what < 3)
      leave(peer);
    else if (what < 6)
      come(peer);
    else if (what < 10)
      add_link();
    else if (what < 40)
      deliver(peer);
    else if (what < 70)
      hear(peer);
    else
      open(peer);
  }

  void settle() {
    for (int round = 0; round < 1000; ++round)
      for (std::int32_t peer = 0; peer < peers_; ++peer) {
        deliver(peer);
        hear(peer);
      }
  }

  std::map<std::int32_t, walker> here_;

private:
  void post() {
    for (auto& letter : graphs_.take_letters())
      if (here_.contains(letter.to))
        down_[letter.to].push_back(letter.word);
  }

  void leave(std::int32_t peer) {
    if (here_.size() < 2 || here_.erase(peer) == 0)
      return;
    down_.erase(peer);
    up_.erase(peer);
    for (auto& [exchange, graphs] : opened_)
      graphs.erase(peer);
    graphs_.lose(peer);
    post();
  }

  /// Counted in from where the furthest is, as peers settle among themselves.
  void come(std::int32_t peer) {
    if (here_.contains(peer))
      return;
    walker fresh{.unwelcome = true};
    for (const auto& [other, known] : here_)
      fresh.held = std::max(fresh.held, known.held);
    here_[peer] = fresh;
    up_[peer].push_back(newcomer{});
  }

  void add_link() {
    graphs_.add({{0, static_cast<index>(++links_)}});
    post();
  }

  /// To the peer.
  void deliver(std::int32_t peer) {
    auto& letters = down_[peer];
    if (letters.empty())
      return;
    const auto word = letters.front();
    letters.pop_front();
    walker& reader = here_.at(peer);
    if (const auto* coming = std::get_if<graph_coming>(&word)) {
      reader.coming = coming->change;
      up_[peer].push_back(graph_answer{peer, coming->change, reader.held + 1});
    } else if (const auto* changed = std::get_if<graph_changed>(&word)) {
      reader.graphs[changed->exchange] = changed->ends;
      if (reader.coming == changed->change)
        reader.coming.reset();
    } else {
      reader.unwelcome = false;
    }
  }

  /// To the monitor.
  void hear(std::int32_t peer) {
    auto& letters = up_[peer];
    if (letters.empty())
      return;
    const auto word = letters.front();
    letters.pop_front();
    if (const auto* answer = std::get_if<graph_answer>(&word))
      graphs_.answered(*answer);
    else
      graphs_.welcome(peer);
    post();
  }

  void open(std::int32_t peer) {
    const auto known = here_.find(peer);
    if (known == here_.end() || !known->second.may_open())
      return;
    walker& opens = known->second;
    ++opens.held;
    auto& graphs = opened_[opens.held];
    graphs[peer] = opens.graph();
    for (const auto& [other, graph] : graphs)
      BOOST_TEST((graph == opens.graph()),
                 "peers " << peer << " and " << other << " go by two graphs in " << opens.held);
  }

  index peers_;
  random_stream random_;
  graph_switch graphs_;
  std::map<std::int32_t, std::deque<decltype(graph_switch::letter::word)>> down_;
  std::map<std::int32_t, std::deque<std::variant<graph_answer, newcomer>>> up_;
  /// The graph of each exchange, by peer; of those who are here.
  std::map<index, std::map<std::int32_t, std::vector<std::int32_t>>> opened_;
  int links_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_switches)

BOOST_AUTO_TEST_CASE(an_exchange_has_one_graph_whoever_opens_it_and_nobody_waits_for_ever) {
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      crowd all{2 + static_cast<index>(seed % 7), seed};
      for (int step = 0; step < 2000; ++step)
        all.step();
      all.settle();
      for (const auto& [peer, known] : all.here_)
        BOOST_TEST(known.may_open(), "peer " << peer << " still waits");
    }
}

BOOST_AUTO_TEST_CASE(links_wait_for_the_furthest_peer) {
  graph_switch graphs{3};
  graphs.add({{0, 2}});
  BOOST_TEST(graphs.take_letters().size() == 3u);
  graphs.answered({0, 1, 5});
  graphs.answered({1, 1, 9});
  graphs.add({{1, 2}});
  BOOST_TEST(graphs.take_letters().empty());
  BOOST_TEST(!graphs.take_settled().has_value());
  graphs.lose(2);
  const auto settled = graphs.take_settled();
  BOOST_REQUIRE(settled.has_value());
  BOOST_TEST(settled->exchange == 9);
  BOOST_TEST((settled->ends == std::vector<std::int32_t>{0, 2, 1, 2}));
  BOOST_TEST(graphs.take_letters().size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
