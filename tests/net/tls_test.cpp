#include "net/transports/tls.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>
#include <boost/test/unit_test.hpp>

#include "net/address.hpp"
#include "net/transports/tcp.hpp"
#include "tests/support/identities.hpp"
#include "tests/support/real_loop.hpp"
#include "tests/support/streams.hpp"

namespace echelon {
namespace {

using asio::experimental::as_tuple;
using tests::pattern;

std::unique_ptr<net::tls> make_tls(net::tls_identity identity,
                                   std::function<bool(const std::string&)> admits = {}) {
  auto made = net::tls::make({std::move(identity), std::move(admits), {}});
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *std::move(made);
}

asio::awaitable<void> note_opened(net::stream& which, std::string& why) {
  const auto opened = co_await which.open();
  why = opened ? "opened" : opened.error().detail;
}

/// What somebody with other software may do, and what it got for it.
struct stranger {
  net::key_pair shown{};  ///< empty: no certificate
  std::string trusted{};  ///< empty: everybody
  int newest = TLS1_3_VERSION;
  std::string failed{};
  std::size_t bytes_got = 0;
};

asio::ssl::context context_of(const stranger& who) {
  asio::ssl::context context{asio::ssl::context::tls};
  SSL_CTX_set_max_proto_version(context.native_handle(), who.newest);
  if (!who.shown.certificate.empty()) {
    context.use_certificate(asio::buffer(who.shown.certificate), asio::ssl::context::pem);
    context.use_private_key(asio::buffer(who.shown.key), asio::ssl::context::pem);
  }
  return context;
}

using strange_stream = asio::ssl::stream<asio::ip::tcp::socket&>;

asio::awaitable<void> read_strangely(strange_stream& stream, stranger& who) {
  std::vector<char> bytes(4096);
  for (asio::error_code ended; !ended;) {
    const auto [failed, count] = co_await stream.async_read_some(asio::buffer(bytes),
                                                                 as_tuple(asio::use_awaitable));
    who.bytes_got += count;
    who.failed = failed.message();
    ended = failed;
  }
}

/// Shakes hands as well as it can and reads until it is cut off.
asio::awaitable<void> be_strange(asio::ip::tcp::socket& socket, stranger& who,
                                 asio::ssl::stream_base::handshake_type side) {
  asio::ssl::context context = context_of(who);
  strange_stream stream{socket, context};
  const auto [refused] = co_await stream.async_handshake(side, as_tuple(asio::use_awaitable));
  who.failed = refused.message();
  if (!refused)
    co_await read_strangely(stream, who);
}

asio::awaitable<void> dial_strangely(std::string where, stranger& who) {
  const auto to = net::parse_address(where).value();
  asio::ip::tcp::socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect({asio::ip::make_address(to.host), to.port}, asio::use_awaitable);
  co_await be_strange(socket, who, asio::ssl::stream_base::client);
}

asio::awaitable<void> listen_strangely(asio::ip::tcp::acceptor& acceptor, stranger& who) {
  asio::ip::tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
  co_await be_strange(socket, who, asio::ssl::stream_base::server);
}

struct tls_world : tests::real_loop {
  tests::cluster_keys keys;
  std::unique_ptr<net::tls> coordinator = make_tls(keys.identity("coordinator"));
  std::unique_ptr<net::tls> worker = make_tls(keys.identity("worker"));
  net::tcp plain;

  /// Both ends, and what became of opening them.
  struct opened_pair {
    tests::stream_pair ends;
    std::string near, far;
  };
  opened_pair open(net::transport& dialler, net::transport& host) {
    opened_pair pair{run(tests::connect(dialler, host, "127.0.0.1:0")), {}, {}};
    start(note_opened(*pair.ends.near, pair.near));
    start(note_opened(*pair.ends.far, pair.far));
    finish();
    return pair;
  }
  tests::stream_pair connect() {
    auto pair = open(*worker, *coordinator);
    BOOST_REQUIRE_EQUAL(pair.near, "opened");
    BOOST_REQUIRE_EQUAL(pair.far, "opened");
    return std::move(pair.ends);
  }
  /// What a listener says of a dialler that is no node of ours.
  std::string refusal_of(stranger& who) {
    const auto listener = *run(coordinator->listen("127.0.0.1:0"));
    start(dial_strangely(listener->address(), who));
    const auto far = *run(listener->accept());
    std::string why;
    start(note_opened(*far, why));
    run_until([&] { return !why.empty(); });
    far->close();
    finish();
    return why;
  }
  /// What a dialler says of a listener that is no node of ours.
  std::string refusal_by_dialler(stranger& who) {
    asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
    start(listen_strangely(acceptor, who));
    const auto near = *run(
        worker->dial("127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())));
    std::string why;
    start(note_opened(*near, why));
    run_until([&] { return !why.empty(); });
    near->close();
    finish();
    return why;
  }
  /// What a listener says of a dialler that sends these bytes and waits.
  std::string refusal_of_bytes(const std::vector<std::byte>& bytes, std::string& told) {
    const auto ends = run(tests::connect(plain, *coordinator, "127.0.0.1:0"));
    std::string why;
    start(tests::write_all(*ends.near, bytes, 1));
    start(note_opened(*ends.far, why));
    run_until([&] { return !why.empty(); });
    ends.far->close();
    start(tests::note_read_error(*ends.near, told));
    finish();
    return why;
  }
};

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

BOOST_FIXTURE_TEST_SUITE(tls, tls_world)

BOOST_AUTO_TEST_CASE(each_end_learns_the_name_the_other_has_proved) {
  auto [near, far] = connect();
  BOOST_TEST(near->proven_name().value() == "coordinator");
  BOOST_TEST(far->proven_name().value() == "worker");
  BOOST_TEST(near->remote() == far->local());
}

BOOST_AUTO_TEST_CASE(nothing_is_proven_before_the_handshake) {
  const auto ends = run(tests::connect(*worker, *coordinator, "127.0.0.1:0"));
  BOOST_TEST(!ends.near->proven_name().has_value());
  BOOST_TEST(!ends.far->proven_name().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_written_arrives_in_both_directions_at_once) {
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

BOOST_AUTO_TEST_CASE(a_close_ends_what_is_pending_at_this_end) {
  auto [near, far] = connect();
  std::string read_error, write_error;
  const auto bytes = pattern(50'000'000, 1);
  start(tests::note_read_error(*near, read_error));
  start(tests::note_write_error(*near, bytes, write_error));
  settle();
  BOOST_TEST(started == 2);
  near->close();
  near->close();
  finish();
  BOOST_TEST(read_error == "the stream is closed");
  BOOST_TEST(write_error == "the stream is closed");
}

BOOST_AUTO_TEST_CASE(an_end_says_goodbye_and_a_cut_is_told_apart) {
  std::string why;
  auto first = connect();
  first.near->close();
  start(tests::note_read_error(*first.far, why));
  finish();
  BOOST_TEST(why == "the peer closed the stream");

  // Closed in the middle of a write: half a record is no end.
  auto second = connect();
  const auto bytes = pattern(50'000'000, 1);
  start(tests::note_write_error(*second.near, bytes, why));
  settle();
  second.near->close();
  finish();
  start(tests::note_read_error(*second.far, why));
  finish();
  BOOST_TEST(why == "the peer cut the stream without a goodbye");
}

BOOST_AUTO_TEST_CASE(who_is_not_on_the_list_is_refused_and_told) {
  const auto picky = make_tls(keys.identity("coordinator"),
                              [](const std::string& name) { return name == "worker-1"; });
  const auto pair = open(*worker, *picky);
  BOOST_TEST(pair.far == "worker is not on the list of nodes");
  BOOST_TEST(pair.near == "coordinator does not admit a node of the name worker");
  BOOST_TEST(open(*picky, *worker).near == "worker is not on the list of nodes");
}

BOOST_AUTO_TEST_CASE(strangers_are_refused_with_the_reason_and_get_nothing) {
  const tests::cluster_keys others;
  const auto own = keys.pair("worker");
  stranger without, of_others{.shown = others.pair("worker")},
      expired{.shown = keys.pair("worker", tests::long_ago())},
      too_early{.shown = keys.pair("worker", {tests::today() + std::chrono::hours{9},
                                              tests::today() + std::chrono::hours{19}})},
      self_signed{.shown = net::make_authority("worker", tests::around_now())},
      nameless{.shown = keys.pair("worker")}, old{.shown = own, .newest = TLS1_2_VERSION};
  const std::pair<stranger*, std::string> refusals[]{
      {&without, "the peer showed no certificate"},
      {&of_others, "the peer's certificate is of another authority"},
      {&expired, "the peer's certificate has expired"},
      {&too_early, "the peer's certificate is not valid yet; compare the clocks"},
      {&self_signed, "the peer's certificate is of another authority"},
      {&old, "the peer speaks no TLS 1.3"},
  };
  for (const auto& [who, reason] : refusals) {
    BOOST_TEST(refusal_of(*who) == reason);
    BOOST_TEST(who->bytes_got == 0U);
    BOOST_TEST(who->failed != "Success");
  }
}

BOOST_AUTO_TEST_CASE(a_listener_that_is_no_node_is_refused_with_the_reason) {
  const tests::cluster_keys others;
  stranger of_others{.shown = others.pair("coordinator")},
      expired{.shown = keys.pair("coordinator", tests::long_ago())};
  BOOST_TEST(refusal_by_dialler(of_others) == "the peer's certificate is of another authority");
  BOOST_TEST(refusal_by_dialler(expired) == "the peer's certificate has expired");
}

BOOST_AUTO_TEST_CASE(a_refused_dialler_learns_why) {
  const tests::cluster_keys others;
  auto identity = others.identity("worker");
  identity.authority = keys.authority.certificate;
  // Our own check would refuse such keys; a peer with older ones has just such a view of us.
  BOOST_TEST(!net::tls::make({identity, {}, {}}).has_value());
  const auto foreign = make_tls(others.identity("worker"));
  const auto pair = open(*foreign, *coordinator);
  BOOST_TEST(pair.near == "the peer's certificate is of another authority");
  BOOST_TEST(pair.far == "the peer does not trust the authority of our certificate");
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_is_refused_by_its_first_bytes) {
  std::string told;
  BOOST_TEST(refusal_of_bytes(bytes_of("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), told) ==
             "the peer sent an HTTP request");
  BOOST_TEST(refusal_of_bytes(bytes_of("ECHELON hello from a plain node"), told) ==
             "the peer speaks no TLS; if it is a node, it was started without --tls");
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::string why = refusal_of_bytes(pattern(4000, seed), told);
    BOOST_TEST(why != "opened");
    BOOST_TEST(why != "");
  }
}

BOOST_AUTO_TEST_CASE(a_plain_listener_is_told_apart) {
  const auto pair = run(tests::connect(*worker, plain, "127.0.0.1:0"));
  std::string why;
  start(note_opened(*pair.near, why));
  const auto answer = bytes_of("hello");
  start(tests::write_all(*pair.far, answer, 1));
  finish();
  BOOST_TEST(why == "the peer speaks no TLS; if it is a node, it was started without --tls");

  const auto silent = run(tests::connect(*worker, plain, "127.0.0.1:0"));
  silent.far->close();
  start(note_opened(*silent.near, why));
  finish();
  BOOST_TEST(why == "the peer cut the stream without a goodbye during the TLS handshake");
}

BOOST_AUTO_TEST_CASE(whoever_never_finishes_its_handshake_waits_until_the_caller_closes) {
  const auto ends = run(tests::connect(plain, *coordinator, "127.0.0.1:0"));
  const std::vector<std::byte> beginning{std::byte{0x16}, std::byte{3}, std::byte{1}};
  std::string why;
  start(note_opened(*ends.far, why));
  start(tests::write_all(*ends.near, beginning, 3));
  settle();
  BOOST_TEST(why == "");
  ends.far->close();
  finish();
  BOOST_TEST(why == "the stream is closed during the TLS handshake");
}

BOOST_AUTO_TEST_CASE(a_hundred_streams_in_turn_leave_nothing_behind) {
  const auto bytes = pattern(1000, 1);
  for (int i = 0; i < 100; ++i) {
    auto [near, far] = connect();
    std::vector<std::byte> got(bytes.size());
    start(tests::write_all(*near, bytes, 2));
    start(tests::read_all(*far, got));
    finish();
    BOOST_TEST((got == bytes));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
