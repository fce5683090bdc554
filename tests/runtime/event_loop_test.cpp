#include <set>

#include <asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include "actors/runtime/asio_loop.hpp"
#include "actors/runtime/compute_pool.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/virtual_loop.hpp"

using namespace echelon;
using namespace std::chrono_literals;

namespace {

/// A system on a loop; ends its actors before the loop goes.
struct stage {
  explicit stage(runtime::event_loop& on)
      : loop(on), config(runtime::make_config(on)), system(*config) {}
  ~stage() {
    for (const auto& each : actors)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    loop.drain();
  }

  caf::actor play(caf::behavior (*role)(caf::event_based_actor*, std::vector<std::string>*,
                                        runtime::event_loop*)) {
    actors.push_back(system.spawn(role, &said, &loop));
    return actors.back();
  }

  runtime::event_loop& loop;
  std::unique_ptr<caf::actor_system_config> config;
  caf::actor_system system;
  std::vector<std::string> said;
  std::vector<caf::actor> actors;
};

/// Ticks every second through CAF's own delayed_send and stops the loop at the fifth tick.
caf::behavior ticker(caf::event_based_actor* self, std::vector<std::string>* said,
                     runtime::event_loop* loop) {
  self->delayed_send(self, 1s, caf::ok_atom_v);
  return {[=](caf::ok_atom) {
    said->push_back(std::to_string(loop->now() / 1ns));
    self->delayed_send(self, 1s, caf::ok_atom_v);
    if (said->size() == 5)
      loop->stop();
  }};
}

caf::behavior namer(caf::event_based_actor* self, std::vector<std::string>* said,
                    runtime::event_loop*) {
  return {[=](int number) {
    said->push_back(std::to_string(self->id()) + ":" + std::to_string(number));
  }};
}

caf::behavior silent_server(caf::event_based_actor* self, std::vector<std::string>*,
                            runtime::event_loop*) {
  return {[=](int) { return self->make_response_promise(); }};
}

/// Asks a server that never answers.
caf::behavior asker(caf::event_based_actor* self, std::vector<std::string>* said,
                    runtime::event_loop* loop) {
  return {[=](const caf::actor& server) {
    self->request(server, 3s, 1)
        .then([](int) {},
              [=](caf::error& problem) {
                said->push_back(self->system().render(problem) + " at " +
                                std::to_string(loop->now() / 1s));
                loop->stop();
              });
  }};
}

std::vector<std::string> order_with(std::optional<std::uint64_t> seed) {
  runtime::virtual_loop loop{seed, 0ns};
  stage all{loop};
  for (int actor = 0; actor < 6; ++actor)
    all.play(namer);
  for (const auto& actor : all.actors)
    for (int number = 0; number < 3; ++number)
      caf::anon_send(actor, number);
  BOOST_TEST(!loop.run());  // nothing is left to happen
  std::vector<std::string> order = all.said;
  const std::size_t first_id = all.actors.front().id();
  for (auto& entry : order) {
    const auto colon = entry.find(':');
    entry = std::to_string(std::stoul(entry) - first_id) + entry.substr(colon);
  }
  return order;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_loop)

BOOST_AUTO_TEST_CASE(a_periodic_timer_fires_each_time_on_time_and_does_not_keep_the_run_alive) {
  runtime::virtual_loop loop{std::nullopt, 0ns};
  stage all{loop};
  all.play(ticker);

  BOOST_TEST(loop.run());

  const std::vector<std::string> expected{"1000000000", "2000000000", "3000000000", "4000000000",
                                          "5000000000"};
  BOOST_TEST(all.said == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_unanswered_request_fails_at_its_deadline_in_virtual_time) {
  runtime::virtual_loop loop{std::nullopt, 10s};
  stage all{loop};
  const auto server = all.play(silent_server);
  caf::anon_send(all.play(asker), server);

  BOOST_TEST(loop.run());

  BOOST_REQUIRE(all.said.size() == 1U);
  BOOST_TEST(all.said.front().find("at 13") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_seed_actors_take_turns_in_order) {
  const auto order = order_with(std::nullopt);

  BOOST_TEST(order.size() == 18U);
  BOOST_TEST(order.front() == "0:0");
  BOOST_TEST(order[1] == "1:0");
  BOOST_TEST(order.back() == "5:2");
}

BOOST_AUTO_TEST_CASE(a_seed_repeats_its_order_and_seeds_differ_but_no_mailbox_is_reordered) {
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto order = order_with(seed);
    BOOST_TEST(order == order_with(seed));
    for (char actor = '0'; actor < '6'; ++actor) {
      std::string numbers;
      for (const auto& entry : order)
        if (entry.front() == actor)
          numbers += entry.back();
      BOOST_TEST(numbers == "012");
    }
    orders.insert(order);
  }
  BOOST_TEST(orders.size() > 15U);
}

BOOST_AUTO_TEST_CASE(a_raised_flag_is_seen_between_messages_and_only_once) {
  runtime::virtual_loop loop{std::nullopt, 0ns};
  stage all{loop};
  for (int actor = 0; actor < 50; ++actor)
    all.play(namer);
  for (const auto& actor : all.actors)
    for (int number = 0; number < 10; ++number)
      caf::anon_send(actor, number);
  int reactions = 0;
  loop.watch([] { return true; }, [&] { ++reactions; });

  loop.run();

  BOOST_TEST(reactions == 1);
  BOOST_TEST(loop.handled() >= 500);
}

BOOST_AUTO_TEST_CASE(the_same_actors_run_on_an_io_context) {
  asio::io_context context;
  runtime::asio_loop loop{context, 0ns};
  stage all{loop};
  const auto server = all.play(silent_server);
  caf::anon_send(all.play(namer), 7);
  const auto pool = runtime::make_thread_pool(2);
  const auto listener = all.play([](caf::event_based_actor* self, std::vector<std::string>* said,
                                    runtime::event_loop* on) -> caf::behavior {
    return {[=](int lane) {
      said->push_back("lane " + std::to_string(lane));
      self->quit();
      on->stop();
    }};
  });
  pool->compute(listener, {}, [](int lane) { return lane; });

  BOOST_TEST(loop.run());
  pool->close();

  BOOST_TEST(all.said.back().substr(0, 5) == "lane ");
}

BOOST_AUTO_TEST_CASE(a_cancelled_task_sends_nothing) {
  runtime::virtual_loop loop{std::nullopt, 0ns};
  stage all{loop};
  const auto listener = all.play(namer);
  const auto pool = runtime::make_inline_pool();
  runtime::cancel_token token;
  pool->compute(listener, token, [](int) { return 1; });
  token.cancel();
  pool->compute(listener, token, [](int) { return 2; });

  loop.run();

  BOOST_TEST(all.said.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
