#include <boost/test/unit_test.hpp>

#include "actors/roles.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {
namespace {

std::string text_of(const caf::error& why) { return caf::to_string(why); }

bool mentions(const caf::error& why, const std::string& words) {
  return text_of(why).find(words) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE(messages_arrive_once_and_in_order_with_their_large_values) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  const block sent = numbers(1000, 0.5);
  all.act([&](auto* self) {
    for (int number = 0; number < 100; ++number)
      self->send(far, note{number, {}});
    self->send(far, note{100, sent});
    self->send(far, note{101, sent});
  });
  BOOST_REQUIRE_EQUAL(all.heard.notes.size(), 102u);
  for (int number = 0; number < 102; ++number)
    BOOST_TEST(all.heard.notes[static_cast<std::size_t>(number)] == number);
  const block& came = all.heard.blocks.back();
  BOOST_TEST(came.hash() == sent.hash());
  BOOST_TEST((came.kind() == precision::single));
  BOOST_TEST(came.as<float>()[999] == 999.5F);
  BOOST_TEST(came.bytes().data() != sent.bytes().data());
}

BOOST_AUTO_TEST_CASE(each_lane_keeps_its_order_when_large_messages_are_slow) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.line.faults_of_near() = {.delay = 1ms, .bulk_delay = 1s};
  all.act([&](auto* self) {
    self->send(far, note{1, numbers(3)});
    self->send(far, note{2, {}});
    self->send(far, note{3, numbers(3)});
    self->send(far, note{4, {}});
  });
  const std::vector<std::int64_t> expected{2, 4, 1, 3};
  BOOST_TEST(all.heard.notes == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_request_is_answered_and_the_answer_may_carry_blocks) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    all.request(self, far, 1s, question{21, "twice"});
    self->delayed_send(self, 1ms, deed{[&](auto* later) {
                         all.request(later, far, 1s, question{0, "an empty block"});
                       }});
  });
  BOOST_REQUIRE_EQUAL(all.book.replies.size(), 2u);
  BOOST_TEST(all.book.replies[0].number == 42);
  BOOST_TEST(all.book.replies[0].values.hash() == numbers(21).hash());
  BOOST_TEST(all.book.replies[1].values.empty());
  BOOST_TEST(all.book.replies[1].values.hash() == numbers(0).hash());
  BOOST_TEST(all.at_ada().asked == 0u);
  BOOST_TEST(all.at_bob().answering == 0u);
}

BOOST_AUTO_TEST_CASE(a_request_of_a_handler_without_answer_is_acknowledged) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->request(far, 1s, note{7, {}}).then([&] { ++all.book.acknowledged; });
  });
  BOOST_TEST(all.book.acknowledged == 1);
  BOOST_TEST(all.heard.notes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_far_actor_comes_back_with_its_text) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { all.request(self, far, 1s, question{1, "error"}); });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.errors[0] == caf::sec::invalid_argument));
  BOOST_TEST(mentions(all.book.errors[0], "no such number"));
}

BOOST_AUTO_TEST_CASE(a_promise_kept_for_ever_ends_at_the_callers_deadline_at_both_sides) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { all.request(self, far, 3s, question{1, "keep"}); });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.errors[0] == caf::sec::request_timeout));
  BOOST_TEST((all.book.error_times[0] == 3s));
  BOOST_TEST(all.at_ada().asked == 0u);
  BOOST_TEST(all.at_bob().answering == 0u);
  // What is delivered after that goes nowhere.
  all.act([&](auto*) { all.heard.kept[0].deliver(reply{}); });
  BOOST_TEST(all.at_bob().stale == 1);
  BOOST_TEST(all.book.replies.empty());
}

BOOST_AUTO_TEST_CASE(a_request_that_comes_after_its_deadline_is_not_executed) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(far, note{1, {}}); });  // bound, over a fast line
  all.line.faults_of_near().delay = 5s;
  all.act([&](auto* self) { all.request(self, far, 2s, question{1, "too late"}); });
  BOOST_TEST(all.heard.questions.empty());
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.errors[0] == caf::sec::request_timeout));
  BOOST_TEST((all.book.error_times[0] == 2s));
  all.act([&](auto* self) { all.request(self, far, 7s, question{1, "in time"}); });
  BOOST_TEST(all.heard.questions.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_infinite_request_ends_at_the_gateways_limit) {
  stage all{{}, {.ask_time_max = 60s}};
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->request(far, caf::infinite, question{1, "keep"})
        .then([](const reply&) {}, [&](const caf::error& why) { all.fail(why); });
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.error_times[0] == 60s));
}

BOOST_AUTO_TEST_CASE(a_request_whose_actor_quits_holding_the_promise_gets_an_error) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->monitor(far);
    all.request(self, far, 100s, question{1, "quit"});
    all.request(self, far, 100s, question{1, "behind it"});
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 2u);
  for (const caf::error& why : all.book.errors)
    BOOST_TEST((why == caf::sec::request_receiver_down), text_of(why));
  BOOST_TEST((all.book.error_times[0] == 0s));
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST((all.book.downs[0] == caf::exit_reason::user_shutdown));
  BOOST_TEST(all.at_bob().answering == 0u);
}

BOOST_AUTO_TEST_CASE(the_far_actors_normal_end_is_a_down_message_without_error) {
  stage all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->monitor(far); });
  caf::anon_send_exit(all.played, caf::exit_reason::user_shutdown);
  all.loop.run();
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  // An ended handle bounces at once, and says so to late monitors.
  all.act([&](auto* self) {
    self->monitor(far);
    all.request(self, far, 100s, question{1, "anybody?"});
  });
  BOOST_TEST(all.book.downs.size() == 2u);
  BOOST_TEST(all.book.errors.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_answers_requests_downs_monitors_and_exits_links) {
  std::vector<std::string> lost;
  stage all{{}, {.on_lost = [&](const std::string& peer, const error& why) {
              lost.push_back(peer + ": " + why.detail);
            }}};
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->monitor(far);
    self->link_to(far);
    all.request(self, far, 100s, question{1, "keep"});
    self->delayed_send(self, 10s, deed{[&](auto*) { all.line.cut("the cable is out"); }});
  });
  BOOST_REQUIRE_EQUAL(all.book.errors.size(), 1u);
  BOOST_TEST((all.book.errors[0] == caf::sec::request_receiver_down));
  BOOST_TEST((all.book.error_times[0] == 10s));
  BOOST_REQUIRE_EQUAL(all.book.downs.size(), 1u);
  BOOST_TEST((all.book.downs[0].code() ==
              static_cast<std::uint8_t>(caf::exit_reason::remote_link_unreachable)));
  BOOST_TEST(mentions(all.book.downs[0], "the cable is out"));
  BOOST_TEST(all.book.exit.has_value());
  BOOST_REQUIRE_EQUAL(lost.size(), 1u);
  BOOST_TEST(lost[0] == "bob: the cable is out");
  BOOST_TEST(!all.ada.counts("bob").has_value());
  BOOST_TEST(all.bob.peers().empty());
}

BOOST_AUTO_TEST_CASE(a_peer_that_comes_back_is_bound_anew) {
  stage all;
  const desk before = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) { self->send(before, note{1, {}}); });
  pipe second{all.system, all.loop, "ada", "bob"};
  all.ada.attach(second.near());
  all.bob.attach(second.far());
  const desk after = all.ada.bind<desk>("bob", "desk/0");
  all.act([&](auto* self) {
    self->send(before, note{2, {}});
    self->send(after, note{3, {}});
  });
  const std::vector<std::int64_t> expected{1, 3};
  BOOST_TEST(all.heard.notes == expected, boost::test_tools::per_element());
  all.ada.detach("bob", "the test ends");
  all.bob.detach("ada", "the test ends");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
