#include "experiments/scenario/setting.hpp"

#include <boost/test/unit_test.hpp>

#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {
namespace {

/// What a tree becomes by one `--set`, as TOML, or the refusal.
std::string after(std::string_view text, std::string_view assignment) {
  value settings = *parse_toml(text, "s.toml");
  const auto applied = apply_setting(settings, assignment);
  return applied ? settings.toml() : applied.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(take_every_kind_of_value) {
  BOOST_TEST(after("", "a.b=true") == "{ a = { b = true } }");
  BOOST_TEST(after("", "a.b=-3") == "{ a = { b = -3 } }");
  BOOST_TEST(after("", "a.b=0.1") == "{ a = { b = 0.1 } }");
  BOOST_TEST(after("", "a.b=\"two words\"") == "{ a = { b = \"two words\" } }");
  BOOST_TEST(after("", "a.b=[4, [5, 6], 8]") == "{ a = { b = [4, [5, 6], 8] } }");
  BOOST_TEST(after("", "a.b={ c = 1, d = \"e\" }") == "{ a = { b = { c = 1, d = \"e\" } } }");
}

BOOST_AUTO_TEST_CASE(take_bare_words_and_paths_as_text) {
  BOOST_TEST(after("", "coding.policy=uncoded") == "{ coding = { policy = \"uncoded\" } }");
  BOOST_TEST(after("", "data.path=../data/x-1.csv") == "{ data = { path = \"../data/x-1.csv\" } }");
  BOOST_TEST(after("", " a.b = word ") == "{ a = { b = \"word\" } }");
}

BOOST_AUTO_TEST_CASE(replace_what_a_file_says) {
  BOOST_TEST(after("[a]\nb = 1\nc = 2", "a.b=[1]") == "{ a = { b = [1], c = 2 } }");
}

BOOST_AUTO_TEST_CASE(reach_elements_of_lists_and_tables_in_them) {
  constexpr std::string_view text = "[a]\nb = [{ c = 1 }, { c = 2 }]";

  BOOST_TEST(after(text, "a.b.1.c=5") == "{ a = { b = [{ c = 1 }, { c = 5 }] } }");
  BOOST_TEST(after(text, "a.b[0].c=5") == "{ a = { b = [{ c = 5 }, { c = 2 }] } }");
  BOOST_TEST(after(text, "a.b.2.c=5") ==
             "--set: a.b.2.c: \"2\" is not an element of a list of 2; elements count from 0");
}

BOOST_AUTO_TEST_CASE(turn_a_policy_given_by_name_into_a_table) {
  BOOST_TEST(after("[optimizer]\nschedule = \"step\"", "optimizer.schedule.every=5") ==
             "{ optimizer = { schedule = { every = 5, kind = \"step\" } } }");
}

BOOST_AUTO_TEST_CASE(refuse_what_is_no_assignment) {
  BOOST_TEST(after("", "rate") ==
             "--set: \"rate\" is not key.path=value, such as optimizer.rate=0.1");
  BOOST_TEST(after("", "=1") == "--set: \"=1\" is not key.path=value, such as optimizer.rate=0.1");
  BOOST_TEST(after("", "a..b=1") == "--set: a..b: has an empty name; a key is section.name");
  BOOST_TEST(after("", "a.b=") == "--set: a.b: needs a value on one line; \"\" is the empty text");
  BOOST_TEST(after("", "a.b=1\nc = 2") ==
             "--set: a.b: needs a value on one line; \"\" is the empty text");
  BOOST_TEST(after("", "a.b=[1, 2") ==
             "--set: a.b: [1, 2 is not a TOML value; a text with signs needs quotes");
  BOOST_TEST(after("a = 1", "a.b=1") == "--set: a.b: cannot be set inside 1, which is not a table");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
