#include "net/transports/loopback.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/support/hand_world.hpp"
#include "tests/support/streams.hpp"

namespace echelon {
namespace {

using namespace std::chrono_literals;
using tests::hand_world;
using tests::pattern;
using tests::stream_pair;

BOOST_FIXTURE_TEST_SUITE(loopback, hand_world)

BOOST_AUTO_TEST_CASE(both_ends_know_each_other_by_name) {
  auto [near, far] = run(tests::connect(network, "worker", "coordinator"));

  BOOST_TEST(near->remote() == "coordinator");
  BOOST_TEST(near->local() == "worker");
  BOOST_TEST(far->remote() == "worker");
  BOOST_TEST(far->local() == "coordinator");
  BOOST_TEST(!near->proven_name().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_written_arrives_in_both_directions_at_once) {
  auto [near, far] = run(tests::connect(network, "worker", "coordinator"));
  const auto forth = pattern(3'000'000, 1);
  const auto back = pattern(2'000'000, 2);
  std::vector<std::byte> got_forth(forth.size()), got_back(back.size());

  start(tests::write_all(*near, forth, 7));
  start(tests::write_all(*far, back, 1));
  start(tests::read_all(*far, got_forth));
  start(tests::read_all(*near, got_back));
  finish();

  BOOST_TEST((got_forth == forth));
  BOOST_TEST((got_back == back));
}

BOOST_AUTO_TEST_CASE(a_writer_waits_once_the_window_is_full) {
  network.faults([](auto&&...) {
    net::stream_faults small;
    small.forth.window_bytes = 1000;
    return small;
  });
  auto [near, far] = run(tests::connect(network, "worker", "coordinator"));
  const auto bytes = pattern(1001, 1);
  start(tests::write_all(*near, bytes, 1));

  BOOST_TEST(!net::drive(loop, time, [&] { return started == 0; }));
  std::vector<std::byte> got(bytes.size());
  start(tests::read_all(*far, got));
  finish();
  BOOST_TEST((got == bytes));
}

BOOST_AUTO_TEST_CASE(a_close_ends_what_is_pending_at_this_end) {
  auto [near, far] = run(tests::connect(network, "worker", "coordinator"));
  std::string read_error, write_error;
  const auto bytes = pattern(5'000'000, 1);
  start(tests::note_read_error(*near, read_error));
  start(tests::note_write_error(*near, bytes, write_error));
  BOOST_TEST(!net::drive(loop, time, [&] { return started == 0; }));

  near->close();
  near->close();
  finish();

  BOOST_TEST(read_error == "the stream is closed");
  BOOST_TEST(write_error == "the stream is closed");
}

BOOST_AUTO_TEST_CASE(what_was_handed_over_before_a_close_still_arrives) {
  auto [near, far] = run(tests::connect(network, "worker", "coordinator"));
  const auto bytes = pattern(100, 1);
  start(tests::write_all(*near, bytes, 1));
  finish();
  near.reset();

  std::vector<std::byte> got(bytes.size());
  std::string ended;
  start(tests::read_all(*far, got));
  finish();
  start(tests::note_read_error(*far, ended));
  finish();
  BOOST_TEST((got == bytes));
  BOOST_TEST(ended == "the peer closed the stream");
  start(tests::note_write_error(*far, bytes, ended));
  finish();
  BOOST_TEST(ended == "the peer closed the stream");
}

BOOST_AUTO_TEST_CASE(nobody_is_reached_where_nobody_listens) {
  const auto host = network.host("worker");
  BOOST_TEST(run(host->dial("nowhere")).error().detail == "nowhere: nobody listens there");
  BOOST_TEST((run(host->dial("")).error().code == errc::bad_input));
  BOOST_TEST((run(host->listen("")).error().code == errc::bad_input));
}

BOOST_AUTO_TEST_CASE(an_address_has_one_listener_at_a_time) {
  const auto host = network.host("worker");
  auto listener = *run(host->listen("a"));
  BOOST_TEST(listener->address() == "a");
  BOOST_TEST(!run(host->listen("a")).has_value());
  listener->close();
  BOOST_TEST(run(host->listen("a")).has_value());
}

BOOST_AUTO_TEST_CASE(a_closed_listener_ends_its_accept_and_cuts_who_waited) {
  const auto host = network.host("worker");
  auto listener = *run(host->listen("a"));
  auto waiting = *run(host->dial("a"));
  listener->close();
  std::string ended;
  start(tests::note_read_error(*waiting, ended));
  finish();
  BOOST_TEST(ended == "the peer closed the stream");
  BOOST_TEST(!run(listener->accept()).has_value());
}

BOOST_AUTO_TEST_CASE(no_wire_outlives_both_its_ends) {
  auto ends = run(tests::connect(network, "worker", "coordinator"));
  BOOST_TEST(network.streams() == 1);
  ends.near.reset();
  BOOST_TEST(network.streams() == 1);
  ends.far.reset();
  BOOST_TEST(network.streams() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
