#include "net/authority/key_folder.hpp"

#include <fstream>

#include <boost/test/unit_test.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/identities.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::today;

struct key_folder : tests::temporary_folder {
  key_folder() : temporary_folder("keys") {}

  fs::path keys() const { return path() / "keys"; }
  fs::path file(const std::string& name) const { return keys() / name; }
  std::string refusal(const std::string& name, std::chrono::sys_seconds now = today()) const {
    const auto loaded = net::load_identity(keys(), name, now);
    return loaded ? "" : loaded.error().detail;
  }
  void make(const std::vector<std::string>& names) const {
    const auto made = net::add_nodes(keys(), names, today());
    BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  }
};

void require_in(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, "\"" << part << "\" is not in: " << text);
}

BOOST_FIXTURE_TEST_SUITE(authority, key_folder)

BOOST_AUTO_TEST_CASE(every_node_gets_keys_that_others_believe) {
  make({"coordinator", "edge-1", "worker_1.example"});

  BOOST_TEST(net::listed_nodes(keys()).value() ==
                 (std::vector<std::string>{"coordinator", "edge-1", "worker_1.example"}),
             boost::test_tools::per_element());
  for (const std::string name : {"coordinator", "edge-1", "worker_1.example"}) {
    const auto loaded = net::load_identity(keys(), name, today());
    BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loaded.error().detail));
    BOOST_TEST(loaded->name == name);
    BOOST_TEST(loaded->nodes.size() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(keys_are_for_their_owner_alone) {
  make({"a"});
  for (const char* name : {"ca.key", "a.key"})
    BOOST_TEST(
        (fs::status(file(name)).permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(nodes_can_be_added_and_the_old_keys_stay) {
  make({"a"});
  tests::write_file(file("nodes.txt"), "# our cluster\na  # the first");
  const std::string before = tests::read_file(file("a.crt")) + tests::read_file(file("ca.crt"));
  make({"b", "c"});

  BOOST_TEST(tests::read_file(file("a.crt")) + tests::read_file(file("ca.crt")) == before);
  BOOST_TEST(tests::read_file(file("nodes.txt")) == "# our cluster\na  # the first\nb\nc\n");
  for (const char* name : {"a", "b", "c"})
    BOOST_TEST(refusal(name) == "");
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten_and_a_refusal_writes_nothing) {
  make({"a"});
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"b", "a"}, {"b", "b"}, {"b", "ca"}, {"b", "../c"}, {"b", ""}}) {
    const auto refused = net::add_nodes(keys(), names, today());
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::bad_input));
    BOOST_TEST(!fs::exists(file("b.crt")));
  }
  fs::remove(file("ca.key"));
  const auto unsigned_ = net::add_nodes(keys(), {"b"}, today());
  require_in(unsigned_.error().detail, "without the authority's key nothing can be signed");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_keys_is_said_with_the_file) {
  make({"a", "b"});
  require_in(refusal("missing"), "missing.crt: there is no such file");
  require_in(refusal("../a"), "is no name of a node");
  require_in(refusal("a", today() - 48h), "the certificate of the authority is not valid before");
  require_in(refusal("a", today() + 366 * 24h), "the certificate of a expired on ");
  require_in(refusal("a", today() + 3651 * 24h), "the certificate of the authority expired on ");

  fs::permissions(file("a.key"), fs::perms::others_read, fs::perm_options::add);
  require_in(refusal("a"), "chmod 600 " + file("a.key").string());
  fs::permissions(file("a.key"), fs::perms::others_read, fs::perm_options::remove);

  fs::copy_file(file("b.key"), file("a.key"), fs::copy_options::overwrite_existing);
  require_in(refusal("a"), "the key of a is not the one its certificate is for");
  fs::copy_file(file("b.crt"), file("a.crt"), fs::copy_options::overwrite_existing);
  require_in(refusal("a"), "the certificate of a is for \"b\"");
  tests::write_file(file("a.crt"), "nonsense");
  require_in(refusal("a"), "the certificate of a is none");
  tests::write_file(file("b.key"), std::string(100'000, 'x'));
  require_in(refusal("b"), "b.key: longer than");
  tests::write_file(file("nodes.txt"), "a\n\nb c\n");
  require_in(net::listed_nodes(keys()).error().detail, "nodes.txt:3: \"b c\" is no name of a node");
}

BOOST_AUTO_TEST_CASE(keys_of_another_authority_are_refused) {
  make({"a"});
  const tests::cluster_keys others;
  tests::write_file(file("ca.crt"), others.authority.certificate);
  require_in(refusal("a"), "the certificate of a was not issued by this authority");
}

BOOST_AUTO_TEST_CASE(a_certificate_and_key_that_differ_sign_nothing) {
  const tests::cluster_keys one, other;
  const auto refused = net::issue({one.authority.certificate, other.authority.key}, "a",
                                  tests::around_now());
  BOOST_REQUIRE(!refused.has_value());
  require_in(refused.error().detail, "do not belong together");
  BOOST_TEST(!net::issue({"", ""}, "a", tests::around_now()).has_value());
}

BOOST_AUTO_TEST_CASE(names_of_nodes_fit_files_certificates_and_logs) {
  for (const std::string_view good : {"a", "Worker-7", "7", "a.b_c-d"})
    BOOST_TEST(net::check_node_name(good).has_value(), good);
  BOOST_TEST(net::check_node_name(std::string(64, 'x')).has_value());
  for (const std::string_view bad :
       {std::string_view{}, std::string_view{"-a"}, std::string_view{".."}, std::string_view{"a/b"},
        std::string_view{"a b"}, std::string_view{"a\0b", 3}, std::string_view{"a,DNS:b"},
        std::string_view{"\xc3\xa4"}})
    BOOST_TEST(!net::check_node_name(bad).has_value(), bad);
  BOOST_TEST(!net::check_node_name(std::string(65, 'x')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
