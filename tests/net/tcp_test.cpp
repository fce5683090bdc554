#include "net/transports/tcp.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>
#include <sys/resource.h>

#include "net/real_clock.hpp"
#include "tests/support/real_loop.hpp"
#include "tests/support/streams.hpp"

namespace echelon {
namespace {

using namespace std::chrono_literals;
using asio::experimental::awaitable_operators::operator||;
using tests::pattern;

struct tcp_world : tests::real_loop {
  net::tcp plain;

  tests::stream_pair connect(std::string where = "127.0.0.1:0") {
    return run(tests::connect(plain, plain, std::move(where)));
  }
  std::string refusal(net::tcp& from, std::string where) {
    const auto listening = run(from.listen(std::move(where)));
    return listening ? "" : listening.error().detail;
  }
};

asio::awaitable<result<bool>> read_or_give_up(net::stream& where, nanoseconds patience) {
  net::real_clock time;
  std::vector<std::byte> byte(1);
  auto ended = co_await (where.read_some(byte) || time.sleep_until(time.now() + patience));
  co_return ended.index() == 0;
}

/// As many descriptors as are open now, and so no further one.
class no_free_descriptor {
public:
  explicit no_free_descriptor(int open) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(open);
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~no_free_descriptor() { setrlimit(RLIMIT_NOFILE, &before_); }
  no_free_descriptor(const no_free_descriptor&) = delete;
  no_free_descriptor& operator=(const no_free_descriptor&) = delete;

private:
  rlimit before_{};
};

BOOST_FIXTURE_TEST_SUITE(tcp, tcp_world)

BOOST_AUTO_TEST_CASE(both_ends_agree_on_where_they_are) {
  for (const std::string host : {"127.0.0.1", "[::1]", "localhost"}) {
    auto [near, far] = connect(host + ":0");
    BOOST_TEST(near->remote() == far->local());
    BOOST_TEST(near->local() == far->remote());
    BOOST_TEST(near->remote() != near->local());
    BOOST_TEST(!near->proven_name().has_value());
  }
}

BOOST_AUTO_TEST_CASE(many_buffers_arrive_in_order_in_both_directions_at_once) {
  auto [near, far] = connect();
  const auto forth = pattern(20'000'000, 1);
  const auto back = pattern(10'000'000, 2);
  std::vector<std::byte> got_forth(forth.size()), got_back(back.size());

  start(tests::write_all(*near, forth, 1000));
  start(tests::write_all(*far, back, 1));
  start(tests::read_all(*far, got_forth));
  start(tests::read_all(*near, got_back));
  finish();

  BOOST_TEST((got_forth == forth));
  BOOST_TEST((got_back == back));
}

BOOST_AUTO_TEST_CASE(nothing_to_write_is_written_at_once) {
  auto [near, far] = connect();
  const std::vector<std::byte> nothing;
  start(tests::write_all(*near, nothing, 0));
  start(tests::write_all(*near, nothing, 3));
  finish();
}

BOOST_AUTO_TEST_CASE(a_close_ends_what_is_pending_at_this_end_and_tells_the_other) {
  auto [near, far] = connect();
  std::string read_error, write_error, far_error;
  const auto bytes = pattern(50'000'000, 1);
  start(tests::note_read_error(*near, read_error));
  start(tests::note_write_error(*near, bytes, write_error));
  settle();
  BOOST_TEST(started == 2);

  near->close();
  near->close();
  finish();
  start(tests::note_read_error(*far, far_error));
  finish();

  BOOST_TEST(read_error == "the stream is closed");
  BOOST_TEST(write_error == "the stream is closed");
  BOOST_TEST(far_error == "the peer closed the stream");
}

BOOST_AUTO_TEST_CASE(a_closed_stream_stays_closed) {
  auto [near, far] = connect();
  near->close();
  std::string why;
  start(tests::note_read_error(*near, why));
  finish();
  BOOST_TEST(why == "the stream is closed");
}

BOOST_AUTO_TEST_CASE(a_cancelled_read_ends) {
  auto [near, far] = connect();
  BOOST_TEST(run(read_or_give_up(*near, 1ms)).value() == false);
}

BOOST_AUTO_TEST_CASE(plain_tcp_listens_on_this_machine_alone_unless_told_otherwise) {
  for (const std::string where : {"0.0.0.0:0", "[::]:0", "192.0.2.7:0"}) {
    const std::string why = refusal(plain, where);
    BOOST_TEST(why.find("--tls") != std::string::npos, why);
    BOOST_TEST(why.find("--insecure-public") != std::string::npos, why);
  }
  net::tcp open{{.public_plain = true, .dial_from = {}}};
  BOOST_TEST(refusal(open, "0.0.0.0:0") == "");
}

BOOST_AUTO_TEST_CASE(every_interface_of_ipv6_takes_ipv4_as_well) {
  net::tcp open{{.public_plain = true, .dial_from = {}}};
  const auto listener = *run(open.listen("[::]:0"));
  const std::string port = listener->address().substr(listener->address().rfind(':'));
  const auto near = *run(plain.dial("127.0.0.1" + port));
  const auto far = *run(listener->accept());
  BOOST_TEST(far->remote() == near->local());
}

BOOST_AUTO_TEST_CASE(one_may_say_where_to_dial_from) {
  net::tcp elsewhere{{.public_plain = false, .dial_from = "127.0.0.9"}};
  const auto ends = run(tests::connect(elsewhere, plain, "127.0.0.1:0"));
  BOOST_TEST(ends.far->remote().starts_with("127.0.0.9:"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached_says_who_refused_what) {
  auto listener = *run(plain.listen("127.0.0.1:0"));
  const std::string where = listener->address();
  BOOST_TEST(refusal(plain, where).find("Address already in use") != std::string::npos);
  listener->close();
  const auto gone = run(plain.dial(where));
  BOOST_TEST(!gone.has_value());
  BOOST_TEST((gone.error().code == errc::unreachable));
  BOOST_TEST(gone.error().detail ==
             "cannot reach " + where + ": " + where + ": Connection refused");
  BOOST_TEST((run(plain.dial("127.0.0.1:0")).error().code == errc::bad_input));
  BOOST_TEST((run(plain.dial("nonsense")).error().code == errc::bad_input));
  BOOST_TEST((run(plain.dial("no.such.host.invalid:1")).error().code == errc::unreachable));
}

BOOST_AUTO_TEST_CASE(a_closed_listener_ends_its_accept) {
  auto listener = *run(plain.listen("127.0.0.1:0"));
  std::string why;
  start([](net::listener& from, std::string& told) -> asio::awaitable<void> {
    const auto got = co_await from.accept();
    told = got ? "" : got.error().detail;
  }(*listener, why));
  settle();
  BOOST_TEST(started == 1);
  listener->close();
  finish();
  BOOST_TEST(why.find("the listener is closed") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(without_a_free_descriptor_one_accept_fails_and_the_next_works) {
  const auto listener = *run(plain.listen("127.0.0.1:0"));
  const auto near = *run(plain.dial(listener->address()));
  {
    const no_free_descriptor full{3};
    const auto refused = run(listener->accept());
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().detail.find("Too many open files") != std::string::npos);
  }
  BOOST_TEST(run(listener->accept()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
