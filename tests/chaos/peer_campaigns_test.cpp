#include <boost/test/unit_test.hpp>

#include "tests/support/campaigns.hpp"
#include "tests/support/temporary_folder.hpp"

// Drawn scenarios of peers under drawn faults.
namespace echelon::experiments::chaos {
namespace {

campaign_result drawn_peers(const std::filesystem::path& out, std::uint64_t first,
                            std::uint64_t last) {
  return tests::kept({.peers = true, .first_seed = first, .last_seed = last, .out = out});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_campaigns)

BOOST_AUTO_TEST_CASE(drawn_scenarios_of_peers_keep_every_promise) {
  const tests::temporary_folder folder{"peer-chaos"};
  const campaign_result found = drawn_peers(folder.path(), 1, 200);
  BOOST_TEST(found.cases == 200);
  // Most runs must end well, or little was tested.
  BOOST_TEST(found.finished > 150);
  BOOST_TEST(found.exact_rounds > 100);
  // All but those of streams, of the coordinator and of clocks.
  BOOST_TEST(found.faults.size() == faults::known_faults().entries().size() - 6);
}

BOOST_AUTO_TEST_CASE(the_same_seeds_give_the_same_traces_of_peers) {
  const tests::temporary_folder folder{"peer-chaos"};
  const campaign_result once = drawn_peers(folder.path(), 40, 50);
  const campaign_result again = drawn_peers(folder.path(), 40, 50);
  BOOST_TEST(once.traces == again.traces);
  BOOST_TEST(once.messages == again.messages);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments::chaos
