#include <boost/test/unit_test.hpp>

#include "net/authority/key_folder.hpp"
#include "tests/support/identities.hpp"
#include "tests/support/shell.hpp"

// The command echelon certs: what it leaves, refuses and teaches.
namespace echelon {
namespace {

namespace fs = std::filesystem;

struct certs_shell : tests::shell {
  certs_shell() : shell("certs") {}
};

BOOST_FIXTURE_TEST_SUITE(certs, certs_shell)

BOOST_AUTO_TEST_CASE(keys_are_made_and_nodes_added_later) {
  const auto made = echelon("certs some/keys --nodes coordinator,worker-1");
  BOOST_REQUIRE_MESSAGE(made.status == 0, made.told);
  BOOST_TEST(made.printed == "");
  BOOST_TEST(echelon("certs some/keys --nodes worker-2 --days 3").status == 0);

  const auto now = tests::today();
  for (const char* name : {"coordinator", "worker-1", "worker-2"})
    BOOST_TEST(net::load_identity(path() / "some/keys", name, now).has_value(), name);
  const auto later = now + std::chrono::days{4};
  BOOST_TEST(net::load_identity(path() / "some/keys", "worker-1", later).has_value());
  BOOST_TEST(!net::load_identity(path() / "some/keys", "worker-2", later).has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_ends_with_2_and_changes_nothing) {
  BOOST_REQUIRE(echelon("certs keys --nodes a").status == 0);
  const std::string before = tests::read_file((path() / "keys/a.crt").string());
  for (const std::string bad :
       {"certs", "certs keys", "certs --nodes b", "certs keys --nodes a", "certs keys --nodes b,a",
        "certs keys --nodes b/c", "certs keys --nodes ca", "certs keys --nodes b --days 0",
        "certs /proc/keys --nodes b"}) {
    const auto refused = echelon(bad);
    BOOST_TEST_CONTEXT(bad << ": " << refused.told) {
      BOOST_TEST(refused.status == 2);
      BOOST_TEST(refused.printed.empty());
      BOOST_TEST(refused.told.find("echelon: ") != std::string::npos);
      BOOST_TEST(!fs::exists(path() / "keys/b.crt"));
    }
  }
  BOOST_TEST(tests::read_file((path() / "keys/a.crt").string()) == before);
}

BOOST_AUTO_TEST_CASE(help_teaches_what_each_node_needs) {
  const auto help = echelon("certs --help");
  BOOST_TEST(help.status == 0);
  for (const char* part : {"ca.crt, nodes.txt and its own two", "keep it off the nodes", "--days"})
    BOOST_TEST(help.printed.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
