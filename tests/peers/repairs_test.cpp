#include <cmath>

#include "actors/peers/peer_book.hpp"
#include "tests/support/small_peers.hpp"

// Runs whose graph gets new links where peers have gone.
namespace echelon::tests {
namespace {

using crashes = std::vector<actors::node_crash>;

node_id peer(std::int32_t number) { return {role::peer, number}; }

/// Peers that learn nothing, so that all they do is agree.
finished_run agree(const char* graph, index peers, bool repairs, crashes gone, index rounds = 30,
                   std::string_view rule = "average") {
  small_peers wanted{
      .graph = graph, .peers = peers, .policy = std::string{rule}, .repairs = repairs};
  wanted.training.kind = precision::double_;
  wanted.training.rounds = rounds;
  auto setup = peer_setup(wanted);
  setup.rate = 1e-300;
  return train(setup, {.crashes = std::move(gone)});
}

finished_run agree_without_hub(bool repairs, index rounds = 30) {
  return agree("star", 6, repairs, {{peer(0), 22}}, rounds);
}

double fact(const actors::round_record& round, const char* name) { return round.facts.at(name); }

/// Of those that are numbered from 1.
double mean_of_the_others(const finished_run& run, index number) {
  double sum = 0;
  for (std::size_t peer = 1; peer < run.outcome.peers.size(); ++peer)
    sum += run.outcome.peers[peer].as<double>()[slot(number)];
  return sum / static_cast<double>(run.outcome.peers.size() - 1);
}

index rounds_with_news(const finished_run& run) {
  return std::ranges::count_if(run.rounds,
                               [](const auto& one) { return !one.graph_change.empty(); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repairs)

BOOST_AUTO_TEST_CASE(those_whom_a_hub_held_together_go_on_agreeing) {
  const auto repaired = agree_without_hub(true).rounds, left = agree_without_hub(false).rounds;
  BOOST_REQUIRE(repaired.size() == 30u);
  BOOST_TEST(fact(left.back(), "disagreement") > 0.1 * fact(left[5], "disagreement"));
  BOOST_TEST(fact(repaired.back(), "disagreement") < 1e-3 * fact(repaired[5], "disagreement"));
  BOOST_TEST(fact(left.back(), "contraction_predicted") == 1, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(fact(repaired.back(), "contraction_predicted") < 0.9);
  for (const auto& round : repaired)
    BOOST_TEST(fact(round, "contraction") <= fact(round, "contraction_predicted") + 1e-9);
}

BOOST_AUTO_TEST_CASE(their_mean_stays_where_it_is) {
  const auto early = agree_without_hub(true, 12), late = agree_without_hub(true, 30);
  for (const index number : {0, 7, 100})
    BOOST_TEST(mean_of_the_others(early, number) == mean_of_the_others(late, number),
               boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_record_says_once_which_links_are_new) {
  const auto run = agree_without_hub(true);
  BOOST_TEST(rounds_with_news(run) == 1);
  const auto told = std::ranges::find_if(run.rounds,
                                         [](const auto& one) { return !one.graph_change.empty(); });
  BOOST_REQUIRE(told != run.rounds.end());
  BOOST_TEST(told->graph_change ==
             fmt::format("links peer/1-peer/2, peer/1-peer/5, peer/2-peer/3, peer/3-peer/4, "
                         "peer/4-peer/5 added from exchange {} on, without peer/0",
                         told->round));
  BOOST_TEST(fact(*told, "links_added") == 5);
  BOOST_TEST(fact(*std::prev(told), "links_added") == 0);
  BOOST_TEST(rounds_with_news(agree_without_hub(false)) == 0);
}

BOOST_AUTO_TEST_CASE(a_ring_that_fell_in_two_is_one_again) {
  const crashes gone{{peer(0), 40}, {peer(4), 60}};
  const auto repaired = agree("ring", 8, true, gone, 60).rounds;
  const auto left = agree("ring", 8, false, gone, 60).rounds;
  BOOST_TEST(fact(repaired.back(), "disagreement") < 1e-4 * fact(left.back(), "disagreement"));
}

BOOST_AUTO_TEST_CASE(whenever_peers_leave_the_others_get_through) {
  for (const std::string_view rule : {"average", "dimat", "sync", "cdsgd", "cga", "sgp"})
    for (std::int64_t first = 5; first < 60; first += 11)
      BOOST_TEST_CONTEXT(rule << ", from message " << first) {
        small_peers wanted{.peers = 6, .policy = std::string{rule}, .repairs = true};
        wanted.training.rounds = 12;
        const auto run = train(
            peer_setup(wanted),
            {.crashes = {{peer(2), first}, {peer(5), first + 1}, {peer(3), first + 40}}});
        BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
        BOOST_REQUIRE(run.rounds.size() == 12u);
        BOOST_TEST(run.rounds.back().senders.size() == 3u);
        BOOST_TEST(std::isfinite(*run.rounds.back().train_loss));
      }
}

BOOST_AUTO_TEST_CASE(who_comes_for_one_that_has_gone_knows_the_new_graph) {
  for (const std::string_view rule : {"average", "cdsgd", "cga"})
    for (const std::int64_t later : {1, 3, 12, 30})
      BOOST_TEST_CONTEXT(rule << ", back after " << later) {
        small_peers wanted{
            .graph = "star", .peers = 5, .policy = std::string{rule}, .repairs = true};
        wanted.training.rounds = 16;
        const auto run = train(peer_setup(wanted), {.crashes = {{peer(0), 20, 20 + later}}});
        BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
        BOOST_REQUIRE(run.rounds.size() == 16u);
        BOOST_TEST((run.rounds.back().worth.kind == actors::certificate::outcome::exact));
        // Who comes at once was never missed.
        if (later > 10)
          BOOST_TEST(fact(run.rounds.back(), "links_added") > 0);
      }
}

BOOST_AUTO_TEST_CASE(the_same_seed_is_the_same_run) {
  const auto once = agree_without_hub(true).outcome.summary;
  const auto again = agree_without_hub(true).outcome.summary;
  BOOST_TEST(once.weights_hash == again.weights_hash);
  BOOST_TEST(*once.trace_hash == *again.trace_hash);
}

BOOST_AUTO_TEST_CASE(rounds_before_a_newcomers_first_do_not_count_against_its_links) {
  actors::peer_book book{std::make_shared<const actors::training_setup>(
      peer_setup({.graph = "ring", .peers = 6, .repairs = true}))};
  const auto all_but_one_report = [&book](index round) {
    for (const std::int32_t number : {0, 1, 2, 4, 5}) {
      actors::peer_report what;
      what.peer = number;
      what.round = what.exchange = round;
      if (number == 4)
        what.absent = {3};
      book.add(what);
    }
  };
  book.lose(3);
  BOOST_TEST(!book.take_repair().empty());
  all_but_one_report(1);
  book.regain(3, 6);
  for (index round = 2; round <= 5; ++round)
    all_but_one_report(round);
  BOOST_TEST(book.summary().rounds == 5);
  BOOST_TEST(book.take_repair().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
