#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include "actors/remote/call.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {

struct work_order {
  std::int64_t number = 0;
};
struct stop_order {
  std::int64_t number = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, work_order& x) {
  return f(caf::meta::type_name("work_order"), x.number);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_order& x) {
  return f(caf::meta::type_name("stop_order"), x.number);
}

stop_order if_given_up(const work_order& what) { return {what.number}; }

namespace {

using yard = caf::typed_actor<caf::replies_to<work_order>::with<reply>, caf::reacts_to<stop_order>>;

/// Works for ever.
struct yard_book {
  std::vector<std::int64_t> started, stopped;
  std::vector<caf::typed_response_promise<reply>> kept;
};

yard::behavior_type toil(yard::pointer self, yard_book* book) {
  return {[self, book](const work_order& what) {
            book->started.push_back(what.number);
            book->kept.push_back(self->make_response_promise<reply>());
            return book->kept.back();
          },
          [book](const stop_order& what) { book->stopped.push_back(what.number); }};
}

/// Two gateways on a real loop; ends when all coroutines have.
struct office {
  office() {
    ada.attach(line.near());
    bob.attach(line.far());
    played = system.spawn(serve, &heard);
    working = system.spawn(toil, &toiled);
    bob.publish("desk/0", played);
    bob.publish("yard/0", working);
  }
  ~office() {
    caf::anon_send_exit(played, caf::exit_reason::kill);
    caf::anon_send_exit(working, caf::exit_reason::kill);
    loop.drain();
  }
  void run(asio::awaitable<void> what) {
    asio::co_spawn(io, std::move(what), [this](std::exception_ptr thrown) {
      BOOST_TEST((thrown == nullptr));
      loop.stop();
    });
    loop.run();
    io.restart();
    io.poll();
  }

  asio::io_context io{1};
  runtime::asio_loop loop{io, 0ns};
  std::unique_ptr<caf::actor_system_config> config = runtime::make_config(loop);
  caf::actor_system system{*config};
  pipe line{system, loop, "ada", "bob"};
  remote::gateway ada{system, loop}, bob{system, loop};
  desk_book heard;
  yard_book toiled;
  desk played;
  yard working;
};

asio::awaitable<void> pause(nanoseconds span) {
  asio::steady_timer timer{co_await asio::this_coro::executor, span};
  co_await timer.async_wait(asio::use_awaitable);
}

/// GCC 12 destroys braced temporaries of a co_await twice: they are made here.
asio::awaitable<result<reply>> ask(desk whom, std::int64_t number, std::string text,
                                   nanoseconds limit) {
  question what{number, std::move(text)};
  return remote::call<reply>(std::move(whom), std::move(what), limit);
}

asio::awaitable<void> ask_everything(office& all, desk whom, bool far) {
  const result<reply> twice = co_await ask(whom, 4, "twice", 5s);
  BOOST_REQUIRE(twice.has_value());
  BOOST_TEST(twice->number == 8);
  BOOST_TEST(twice->values.hash() == numbers(4).hash());
  const note told{9, {}};
  const result<void> heard = co_await remote::call<void>(whom, told, 5s);
  BOOST_TEST(heard.has_value());
  const result<reply> wrong = co_await ask(whom, 4, "error", 5s);
  BOOST_REQUIRE(!wrong.has_value());
  BOOST_TEST(wrong.error().detail == "no such number");
  const result<reply> late = co_await ask(whom, 4, "keep", 20ms);
  BOOST_REQUIRE(!late.has_value());
  BOOST_TEST((late.error().code == errc::timed_out));
  if (far) {
    co_await pause(1ms);
    BOOST_TEST(all.ada.counts("bob")->asked == 0u);
    BOOST_TEST(all.bob.counts("ada")->answering == 0u);
  }
}

asio::awaitable<void> call_and_cancel(office& all, yard whom) {
  using namespace asio::experimental::awaitable_operators;
  const work_order order{3};
  auto first = remote::call<reply>(whom, order, 60s);
  auto second = pause(20ms);
  co_await (std::move(first) || std::move(second));
  co_await pause(1ms);
  BOOST_TEST(all.toiled.started.size() == 1u);
  const std::vector<std::int64_t> expected{3};
  BOOST_TEST(all.toiled.stopped == expected, boost::test_tools::per_element());
  BOOST_TEST(all.ada.counts("bob")->asked == 0u);
  BOOST_TEST(all.bob.counts("ada")->answering == 0u);
  // What the actor answers all the same goes nowhere.
  all.toiled.kept[0].deliver(reply{});
  co_await pause(1ms);
}

asio::awaitable<void> call_and_lose(office& all, desk whom) {
  auto cut = [](office& there) -> asio::awaitable<void> {
    co_await pause(10ms);
    there.line.cut("the cable is out");
  };
  asio::co_spawn(all.io, cut(all), asio::detached);
  const result<reply> lost = co_await ask(whom, 1, "keep", 60s);
  BOOST_REQUIRE(!lost.has_value());
  BOOST_TEST((lost.error().code == errc::unreachable));
  const result<reply> after = co_await ask(whom, 1, "twice", 60s);
  BOOST_REQUIRE(!after.has_value());
  BOOST_TEST((after.error().code == errc::unreachable));
  BOOST_TEST((all.loop.now() < 30s));  // neither waited for its limit
}

asio::awaitable<void> call_often(desk whom) {
  for (int each = 0; each < 1000; ++each) {
    const result<reply> came = co_await ask(whom, 1, "twice", 5s);
    BOOST_REQUIRE(came.has_value());
  }
}

BOOST_AUTO_TEST_SUITE(calls)

BOOST_AUTO_TEST_CASE(coroutines_ask_local_actors) {
  office all;
  all.run(ask_everything(all, all.played, false));
}

BOOST_AUTO_TEST_CASE(coroutines_ask_far_actors) {
  office all;
  all.run(ask_everything(all, all.ada.bind<desk>("bob", "desk/0"), true));
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_stops_the_work_and_leaves_nothing_behind) {
  office all;
  all.run(call_and_cancel(all, all.ada.bind<yard>("bob", "yard/0")));
}

BOOST_AUTO_TEST_CASE(a_lost_link_ends_a_call) {
  office all;
  all.run(call_and_lose(all, all.ada.bind<desk>("bob", "desk/0")));
}

BOOST_AUTO_TEST_CASE(a_thousand_calls_leave_nothing_behind) {
  office all;
  const desk far = all.ada.bind<desk>("bob", "desk/0");
  all.run(call_often(far));
  BOOST_TEST(all.ada.counts("bob")->asked == 0u);
  BOOST_TEST(all.bob.counts("ada")->answering == 0u);
  BOOST_TEST(all.bob.counts("ada")->waiting == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
