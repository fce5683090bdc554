// Every rank runs every case; a case is a script that all ranks follow over a transport of its own.

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/hash.hpp"
#include "algorithms/base/random.hpp"
#include "tests/mpi/job.hpp"

namespace echelon {
namespace {

using namespace asio::experimental::awaitable_operators;
using net::listener;
using net::stream;

using dialled = result<std::unique_ptr<stream>>;
using bytes = std::vector<std::byte>;

struct rank_at_work {
  net::transport& ranks;
  int rank;
  int size;
};

using script = asio::awaitable<void> (*)(rank_at_work&);

asio::awaitable<void> follow(script what, rank_at_work& here) {
  co_await what(here);
  co_await here.ranks.close();
}

/// Nothing is left on the loop once the transport has been closed.
void together(script what) {
  asio::io_context loop;
  const auto ranks = test::job().make_transport(loop.get_executor());
  rank_at_work here{*ranks, test::job().rank(), test::job().size()};
  bool done = false;
  asio::co_spawn(loop, follow(what, here), [&done](const std::exception_ptr& failed) {
    done = true;
    BOOST_TEST(!failed);
  });
  loop.run();
  BOOST_TEST(done);
}

asio::awaitable<std::unique_ptr<listener>> listening(rank_at_work& here) {
  auto one = co_await here.ranks.listen("");
  BOOST_REQUIRE(one.has_value());
  BOOST_TEST((*one)->address() == std::to_string(here.rank));
  co_return std::move(*one);
}

/// A peer that does not listen yet refuses; then once more.
asio::awaitable<std::unique_ptr<stream>> dial(rank_at_work& here, int rank) {
  for (;;) {
    dialled one = co_await here.ranks.dial(std::to_string(rank));
    if (!one)
      continue;
    BOOST_TEST((*one)->remote() == std::to_string(rank));
    BOOST_TEST((*one)->local() == std::to_string(here.rank));
    const auto opened = co_await (*one)->open();
    BOOST_TEST(opened.has_value());
    co_return std::move(*one);
  }
}

asio::awaitable<std::unique_ptr<stream>> accept(listener& door) {
  dialled one = co_await door.accept();
  BOOST_REQUIRE(one.has_value());
  const auto opened = co_await (*one)->open();
  BOOST_TEST(opened.has_value());
  co_return std::move(*one);
}

asio::awaitable<void> read_all(stream& from, std::span<std::byte> into) {
  while (!into.empty()) {
    const auto got = co_await from.read_some(into);
    BOOST_REQUIRE(got.has_value());
    into = into.subspan(*got);
  }
}

asio::awaitable<void> write_all(stream& to, std::span<const std::byte> what) {
  const asio::const_buffer piece{what.data(), what.size()};
  const auto written = co_await to.write({&piece, 1});
  BOOST_TEST(written.has_value());
}

bytes random_bytes(std::size_t count, random_stream& random) {
  bytes made(count);
  for (auto& one : made)
    one = static_cast<std::byte>(random());
  return made;
}

/// Small ones, large ones, empty ones.
std::size_t random_size(random_stream& random) {
  const index largest[] = {1, 64, 5'000, 300'000, 1'500'000};
  return static_cast<std::size_t>(random.below(largest[random.below(5)]));
}

constexpr std::size_t bytes_in_all = 8 * 1024 * 1024;

asio::awaitable<void> write_in_pieces(stream& to, std::uint64_t seed) {
  random_stream content{seed, "content"};
  random_stream cuts{seed, "cuts of the writer"};
  const bytes all = random_bytes(bytes_in_all, content);
  for (std::size_t at = 0; at < all.size();) {
    std::vector<asio::const_buffer> gather;
    for (index pieces = 1 + cuts.below(4); pieces > 0; --pieces) {
      const std::size_t size = std::min(random_size(cuts), all.size() - at);
      gather.emplace_back(all.data() + at, size);
      at += size;
    }
    const auto written = co_await to.write(gather);
    BOOST_REQUIRE(written.has_value());
  }
}

asio::awaitable<void> read_in_pieces(stream& from, std::uint64_t seed) {
  random_stream content{seed, "content"};
  random_stream cuts{seed, "cuts of the reader"};
  const bytes all = random_bytes(bytes_in_all, content);
  bytes got(bytes_in_all);
  for (std::size_t at = 0; at < got.size();) {
    const std::size_t room = std::min(1 + random_size(cuts), got.size() - at);
    const auto count = co_await from.read_some(std::span{got}.subspan(at, room));
    BOOST_REQUIRE(count.has_value());
    BOOST_REQUIRE((*count > 0 && *count <= room));
    at += *count;
  }
  BOOST_TEST(hash_bytes(got) == hash_bytes(all));
}

/// With itself too. Both directions at once.
asio::awaitable<void> exchange_with_all(rank_at_work& here) {
  const auto door = co_await listening(here);
  for (int other = 0; other < here.size; ++other) {
    // Each rank dials the one `other` places on, and is dialled by the one as far behind.
    auto ours = dial(here, (here.rank + other) % here.size);
    auto theirs = accept(*door);
    const auto [mine, guest] = co_await (std::move(ours) && std::move(theirs));
    const auto seed = static_cast<std::uint64_t>(other);
    auto forth = write_in_pieces(*mine, seed) && read_in_pieces(*guest, seed);
    auto back = write_in_pieces(*guest, seed + 100) && read_in_pieces(*mine, seed + 100);
    co_await (std::move(forth) && std::move(back));
  }
}

/// Rank 0 does not read; every other rank writes as much as it can.
asio::awaitable<void> write_on(stream& to, std::size_t& written) {
  const bytes little(1'000);
  for (;;) {
    const asio::const_buffer piece{little.data(), little.size()};
    const auto done = co_await to.write({&piece, 1});
    if (!done)
      co_return;
    written += little.size();
  }
}

asio::awaitable<void> ping(stream& other, int times) {
  std::byte ball{};
  for (int i = 0; i < times; ++i) {
    co_await write_all(other, {&ball, 1});
    co_await read_all(other, {&ball, 1});
  }
}

asio::awaitable<void> pong(stream& other, int times) {
  std::byte ball{};
  for (int i = 0; i < times; ++i) {
    co_await read_all(other, {&ball, 1});
    co_await write_all(other, {&ball, 1});
  }
}

constexpr int pings = 4'000;

asio::awaitable<void> ping_and_close(stream& pinged, stream& flooded) {
  co_await ping(pinged, pings);
  flooded.close();
}

asio::awaitable<void> flood(rank_at_work& here) {
  if (here.rank > 1 || here.size < 2)
    co_return;
  const auto door = co_await listening(here);
  if (here.rank == 0) {
    const auto flooded = co_await accept(*door);
    const auto pinged = co_await accept(*door);
    co_await pong(*pinged, pings);
  } else {
    const auto flooded = co_await dial(here, 0);
    const auto pinged = co_await dial(here, 0);
    std::size_t written = 0;
    auto writes = write_on(*flooded, written);
    auto pings_on = ping_and_close(*pinged, *flooded);
    co_await (std::move(writes) && std::move(pings_on));
    BOOST_TEST_MESSAGE("a writer whose reader rests ran " << written << " bytes ahead");
    BOOST_TEST(written > 0);
    BOOST_TEST(written < 2 * 1024 * 1024);
  }
}

asio::awaitable<void> read_until_closed(stream& from, std::string& why) {
  bytes room(64 * 1024);
  for (;;) {
    const auto got = co_await from.read_some(room);
    if (!got) {
      why = got.error().detail;
      co_return;
    }
  }
}

asio::awaitable<void> close_now(stream& one) {
  one.close();
  one.close();
  co_return;
}

/// In pairs: the even rank closes while both read and the odd one writes 64 MB.
asio::awaitable<void> close_while_busy(rank_at_work& here) {
  const int other = here.rank % 2 == 0 ? here.rank + 1 : here.rank - 1;
  if (other >= here.size)
    co_return;
  std::string why;
  if (here.rank % 2 == 0) {
    const auto door = co_await listening(here);
    const auto guest = co_await accept(*door);
    std::byte first{};
    co_await read_all(*guest, {&first, 1});
    auto reads = read_until_closed(*guest, why);
    auto closes = close_now(*guest);
    co_await (std::move(reads) && std::move(closes));
    BOOST_TEST(why.find("closed here") != std::string::npos);
    const auto refused = co_await guest->write({});
    BOOST_TEST(!refused.has_value());
  } else {
    const auto mine = co_await dial(here, other);
    const bytes large(64 * 1024 * 1024);
    const asio::const_buffer piece{large.data(), large.size()};
    auto reads = read_until_closed(*mine, why);
    auto writes = mine->write({&piece, 1});
    const auto written = co_await (std::move(reads) && std::move(writes));
    BOOST_TEST(!written.has_value());
    BOOST_TEST(why == fmt::format("rank {} closed the stream", other));
  }
}

asio::awaitable<void> refuse(rank_at_work& here) {
  for (const char* nonsense : {"", "x", "-1", "1000000", "0 ", "127.0.0.1:80"}) {
    const dialled answer = co_await here.ranks.dial(nonsense);
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().code == errc::bad_input));
  }
  const dialled answer = co_await here.ranks.dial(std::to_string((here.rank + 1) % here.size));
  BOOST_REQUIRE(!answer.has_value());
  BOOST_TEST((answer.error().code == errc::unreachable));
  const auto other = co_await here.ranks.listen(std::to_string(here.rank + 1));
  BOOST_TEST(!other.has_value());
}

asio::awaitable<void> listen_twice(rank_at_work& here) {
  auto door = co_await listening(here);
  const auto second = co_await here.ranks.listen("");
  BOOST_TEST(!second.has_value());
  door.reset();
  const auto third = co_await here.ranks.listen("");
  BOOST_TEST(third.has_value());
}

asio::awaitable<void> short_wait() {
  const auto loop = co_await asio::this_coro::executor;
  asio::steady_timer timer{loop, std::chrono::milliseconds{1}};
  co_await timer.async_wait(asio::use_awaitable);
}

/// What was called off has taken nothing: the next read gets the first byte.
asio::awaitable<void> call_off(rank_at_work& here) {
  const auto door = co_await listening(here);
  auto ours = dial(here, (here.rank + 1) % here.size);
  auto theirs = accept(*door);
  const auto [mine, guest] = co_await (std::move(ours) && std::move(theirs));
  std::byte got{};
  auto reads = guest->read_some({&got, 1});
  auto waits = short_wait();
  const auto first = co_await (std::move(reads) || std::move(waits));
  BOOST_TEST(first.index() == 1U);
  auto accepts = door->accept();
  auto waits_again = short_wait();
  const auto second = co_await (std::move(accepts) || std::move(waits_again));
  BOOST_TEST(second.index() == 1U);
  const std::byte sent{42};
  co_await write_all(*mine, {&sent, 1});
  co_await read_all(*guest, {&got, 1});
  BOOST_TEST((got == sent));
}

/// Whether a rank listens or not when it is dialled, and whether the dialler still waits, closing
/// finds everything.
asio::awaitable<void> close_amid_dials(rank_at_work& here) {
  std::unique_ptr<listener> door;
  if (here.rank % 2 == 0)
    door = co_await listening(here);
  const auto loop = co_await asio::this_coro::executor;
  for (int other = 0; other < here.size; ++other) {
    auto dials = here.ranks.dial(std::to_string(other));
    auto posts = asio::post(loop, asio::use_awaitable);
    co_await (std::move(dials) || std::move(posts));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mpi_streams)

BOOST_AUTO_TEST_CASE(whatever_is_written_in_pieces_is_read_in_order) {
  together(exchange_with_all);
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_a_reader_that_rests) { together(flood); }

BOOST_AUTO_TEST_CASE(closing_ends_reads_and_writes_at_both_ends) { together(close_while_busy); }

BOOST_AUTO_TEST_CASE(what_is_no_listening_rank_is_refused) { together(refuse); }

BOOST_AUTO_TEST_CASE(a_rank_listens_once_at_a_time) { together(listen_twice); }

BOOST_AUTO_TEST_CASE(what_is_called_off_loses_nothing) { together(call_off); }

BOOST_AUTO_TEST_CASE(a_transport_closes_amid_dials) {
  for (int i = 0; i < 100; ++i)
    together(close_amid_dials);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
