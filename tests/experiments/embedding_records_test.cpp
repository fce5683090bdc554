#include <fstream>

#include <boost/test/unit_test.hpp>

#include "experiments/run/run.hpp"
#include "tests/support/embedding.hpp"
#include "tests/support/temporary_folder.hpp"

// What sessions leave on disk.
namespace echelon {
namespace {

using actors::run_outcome;
using actors::run_status;
using embed::session;
using experiments::policy_catalogues;
using tests::alone;
using tests::finish;
using tests::one_thread;
using tests::open;
using tests::resolved;
using tests::small_settings;
using tests::whole;

std::string folder_text(const std::filesystem::path& file) {
  std::ifstream read{file};
  return {std::istreambuf_iterator<char>{read}, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedding_records)

BOOST_AUTO_TEST_CASE(an_interrupted_session_resumes_to_the_weights_of_one_that_was_not) {
  const tests::temporary_folder folder{"embedding"};
  const auto until = [](experiments::scenario what, embed::session_options how,
                        int rounds) -> asio::awaitable<result<run_outcome>> {
    session here = co_await open(what, how);
    while (rounds-- > 0)
      co_await here.round();
    here.interrupt();
    co_return co_await here.run();
  };
  for (const char* world : {"simulated", "local"}) {
    const auto what = resolved(small_settings(world, 400));
    embed::session_options options = one_thread();
    options.record = folder.path() / world;
    asio::io_context io{1};
    const auto first = finish(io, until(what, options, 3));
    BOOST_TEST((first->summary.status == run_status::interrupted));
    BOOST_TEST(first->summary.rounds < 400);
    options.resume = true;
    const auto second = finish(io, whole(what, options));
    BOOST_TEST((second->summary.status == run_status::done));
    BOOST_TEST(second->summary.weights_hash == alone(what).summary.weights_hash);
  }
}

BOOST_AUTO_TEST_CASE(a_record_is_what_the_command_writes) {
  const tests::temporary_folder folder{"embedding"};
  const auto what = resolved(small_settings("simulated", 6));
  embed::session_options options = one_thread();
  options.record = folder.path() / "embedded";
  asio::io_context io{1};
  finish(io, whole(what, options));
  experiments::run_request request;
  request.folder = folder.path() / "command";
  BOOST_REQUIRE(experiments::run_scenario(what, policy_catalogues{}, request).has_value());
  for (const char* file : {"scenario.toml", "metrics.jsonl", "model.safetensors"})
    BOOST_TEST(folder_text(folder.path() / "embedded" / file) ==
               folder_text(folder.path() / "command" / file));
  BOOST_TEST(folder_text(folder.path() / "embedded/summary.json").find("\"done\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_closed_session_leaves_a_record_that_says_interrupted) {
  const tests::temporary_folder folder{"embedding"};
  embed::session_options options = one_thread();
  options.record = folder.path() / "closed";
  const auto leave = [](experiments::scenario what,
                        embed::session_options how) -> asio::awaitable<bool> {
    session here = co_await open(what, how);
    co_await here.round();
    co_await here.close();
    co_return true;
  };
  asio::io_context io{1};
  finish(io, leave(resolved(small_settings("local", 1'000'000)), options));
  BOOST_TEST(folder_text(folder.path() / "closed/summary.json").find("\"interrupted\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
