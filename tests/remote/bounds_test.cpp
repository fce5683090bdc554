#include <boost/test/unit_test.hpp>

#include "actors/roles.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {
namespace {

std::string text_of(const caf::error& why) { return caf::to_string(why); }

bool mentions(const caf::error& why, const std::string& words) {
  return text_of(why).find(words) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(bounds)

BOOST_AUTO_TEST_CASE(a_name_that_is_not_published_ends_the_handle_and_says_which) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/1");
  all.act([&](auto* self) {
    self->monitor(far);
    all.request(self, far, 100s, question{1, "anybody?"});
  });
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST(mentions(all.book.downs[0], "no actor 'desk/1' is published for ada"));
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST(mentions(all.book.errors[0], "desk/1"));
  BOOST_TEST(all.at_bob().refused == 1);
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_not_connected_ends_the_handle_at_once) {
  stage all;
  const desk far = all.ada.bind<desk>("eve", "desk/0");
  all.act([&](auto* self) {
    self->monitor(far);
    all.request(self, far, 100s, question{1, "anybody?"});
  });
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST(mentions(all.book.downs[0], "no peer 'eve'"));
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_interface_that_differs_ends_the_handle) {
  using other_desk = caf::typed_actor<caf::reacts_to<question>>;
  stage all;
  const auto far = all.ada.bind<other_desk>("bob", "desk/0");
  all.act([&](auto* self) { self->monitor(far); });
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST((all.book.downs[0] == caf::sec::unexpected_actor_messaging_interface));
}

BOOST_AUTO_TEST_CASE(a_part_of_an_interface_is_enough) {
  using note_desk = caf::typed_actor<caf::reacts_to<note>>;
  stage all;
  const auto far = all.ada.bind<note_desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(far, note{5, {}}); });
  BOOST_TEST(all.heard.notes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(only_those_whom_an_actor_is_published_for_reach_it) {
  stage all;
  all.bob.publish("private", all.played, {.peers = {"eve"}});
  all.bob.publish("shared", all.played, {.peers = {"eve", "ada"}});
  const desk refused = all.ada.bind<desk>("bob", "private");
  const desk allowed = all.ada.bind<desk>("bob", "shared");
  all.act([&](auto* self) {
    self->send(refused, note{1, {}});
    self->send(allowed, note{2, {}});
  });
  const std::vector<std::int64_t> expected{2};
  BOOST_TEST(all.heard.notes == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_message_that_is_not_in_the_interface_is_refused_at_the_near_side) {
  stage all;
  const auto far = caf::actor_cast<caf::actor>(all.ada.bind<desk>("bob", "desk/0"));
  all.act([&](auto* self) {
    self->send(far, actors::cancel_round{1, 0});
    self->request(far, 1s, actors::begin_run{})
        .then([] {}, [&](const caf::error& why) { all.fail(why); });
  });
  BOOST_TEST(all.at_ada().refused == 2);
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.errors[0] == caf::sec::unexpected_message));
  BOOST_TEST(all.at_bob().refused == 0);
}

BOOST_AUTO_TEST_CASE(a_message_too_long_for_a_head_is_refused_with_an_error) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    all.request(self, far, 1s, question{1, std::string(70'000, 'x')});
    all.request(self, far, 1s, question{1, "short"});
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST(mentions(all.book.errors[0], "head"));
  BOOST_TEST((all.book.error_times[0] == 0s));
  BOOST_TEST(all.book.replies.size() == 1u);
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_of_open_requests_each_gets_an_error) {
  stage all{{}, {.asks_max = 3}};
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    for (int number = 0; number < 5; ++number)
      all.request(self, far, 9s, question{number, "keep"});
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 5u);
  BOOST_TEST((all.book.errors[0] == caf::sec::unavailable_or_would_block));
  BOOST_TEST((all.book.error_times[1] == 0s));
  BOOST_TEST((all.book.error_times[2] == 9s));
}

BOOST_AUTO_TEST_CASE(the_far_side_bounds_open_requests_too) {
  stage all{{.asks_max = 3}};
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    for (int number = 0; number < 5; ++number)
      all.request(self, far, 9s, question{number, "keep"});
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 5u);
  BOOST_TEST((all.book.errors[0] == caf::sec::unavailable_or_would_block));
  BOOST_TEST(all.heard.questions.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_link_that_takes_no_more_fails_requests_at_once) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(far, note{1, {}}); });
  all.line.faults_of_near().pending_max = 2;
  all.act([&](auto* self) {
    for (int number = 0; number < 4; ++number)
      all.request(self, far, 9s, question{number, "twice"});
  });
  BOOST_TEST(all.book.replies.size() == 2u);
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 2u);
  BOOST_TEST(mentions(all.book.errors[0], "on their way"));
}

BOOST_AUTO_TEST_CASE(the_value_returned_for_a_plain_message_is_dropped_at_the_far_side) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(far, question{4, "twice"}); });
  BOOST_TEST(all.heard.questions.size() == 1u);
  BOOST_TEST(all.at_ada().messages_received == 1);  // that it is bound
  BOOST_TEST(all.at_bob().answering == 0u);
}

BOOST_AUTO_TEST_CASE(an_exit_message_reaches_only_actors_that_allow_it) {
  stage all;
  all.bob.publish("mortal", all.played, {.may_end = true});
  const desk firm = all.ada.bind<desk>("bob", "desk/0");
  const desk mortal = all.ada.bind<desk>("bob", "mortal");
  all.act([&](auto* self) {
    self->monitor(mortal);
    self->send_exit(firm, caf::exit_reason::user_shutdown);
  });
  BOOST_TEST(all.book.downs.empty());
  BOOST_TEST(all.at_bob().refused == 1);
  all.act([&](auto* self) { self->send_exit(mortal, caf::exit_reason::user_shutdown); });
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST((all.book.downs[0] == caf::exit_reason::user_shutdown));
}

BOOST_AUTO_TEST_CASE(a_withdrawn_actor_is_gone_for_those_bound_to_it) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->monitor(far);
    all.request(self, far, 100s, question{1, "keep"});
    self->delayed_send(self, 1s, deed{[&](auto*) { all.bob.withdraw("desk/0"); }});
  });
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST(mentions(all.book.downs[0], "published no longer"));
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.error_times[0] == 1s));
}

BOOST_AUTO_TEST_CASE(binding_a_name_twice_gives_the_same_actor) {
  stage all;
  BOOST_TEST((all.ada.bind<desk>("bob", "desk/0") == all.ada.bind<desk>("bob", "desk/0")));
  all.loop.run();
}

BOOST_AUTO_TEST_CASE(what_crosses_is_counted_and_told) {
  std::map<std::string, std::size_t> arrived;
  stage all{
      {.on_arrival = [&](const std::string& peer, std::size_t bytes) { arrived[peer] += bytes; }}};
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(far, note{1, numbers(1000)}); });
  BOOST_TEST(all.at_ada().messages_sent == 2);
  BOOST_TEST(all.at_bob().messages_received == 2);
  BOOST_TEST(all.at_ada().bytes_sent == all.at_bob().bytes_received);
  BOOST_TEST(arrived["ada"] == static_cast<std::size_t>(all.at_bob().bytes_received));
  BOOST_TEST(arrived["ada"] > 4000u);
  BOOST_TEST(all.at_bob().waiting == 0u);
  BOOST_TEST(all.at_bob().landed_bytes == 4000u);
  all.heard.blocks.clear();
  BOOST_TEST(all.at_bob().landed_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(health_is_passed_on) {
  std::vector<net::health> told;
  stage all{{}, {.on_health = [&](const std::string&, net::health now) { told.push_back(now); }}};
  all.line.suspect(all.line.near());
  BOOST_REQUIRE_EQUAL(told.size(), 1u);
  BOOST_TEST((told[0] == net::health::suspect));
}

BOOST_AUTO_TEST_CASE(handles_outlive_their_gateway) {
  desk kept;
  stage all;
  {
    remote::gateway short_lived{all.system, all.loop};
    pipe other{all.system, all.loop, "carl", "bob"};
    short_lived.attach(other.near());
    kept = short_lived.bind<desk>("bob", "desk/0");
    all.act([&](auto* self) { self->monitor(kept); });
  }
  all.act([&](auto* self) { all.request(self, kept, 100s, question{1, "anybody?"}); });
  BOOST_TEST(all.book.downs.size() == 1u);
  BOOST_TEST(all.book.errors.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_roles_of_a_cluster_cross) {
  using namespace actors;
  stage all;
  std::vector<round_start> started;
  const child_handle worker = all.system.spawn(
      [&](child_handle::pointer) -> child_handle::behavior_type {
        return {[&](const round_start& what) { started.push_back(what); },
                [](const cancel_round&) {}, [](const assignment&) {}};
      });
  all.bob.publish("worker/3", worker);
  const child_handle far = all.ada.bind<child_handle>("bob", "worker/3");
  all.act([&](auto* self) {
    self->send(far, round_start{4, 2, numbers(10), 40});
    self->send(far, assignment{4, 2, 3, 1, {{1, 0.5, {}}, {2, 0.25, {}}}, true});
    self->send(far, cancel_round{4});
  });
  BOOST_REQUIRE_EQUAL(started.size(), 1u);
  BOOST_TEST(started[0].state.hash() == numbers(10).hash());
  BOOST_TEST(all.at_bob().malformed == 0);
  BOOST_TEST(all.at_bob().refused == 0);
  caf::anon_send_exit(worker, caf::exit_reason::kill);
  all.loop.run();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
