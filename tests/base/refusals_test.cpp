#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/parameters.hpp"

namespace echelon {

namespace {

value at_line(value given, int line) {
  return given.written_at({std::make_shared<const std::string>("s.toml"), line});
}

std::vector<parameter> declared() {
  return {
      {.name = "rate",
       .kind = value_kind::number,
       .fallback = 0.1,
       .summary = "step size",
       .least = 0.0},
      {.name = "share",
       .kind = value_kind::number,
       .fallback = 0.5,
       .summary = "a share",
       .least = 0.0,
       .most = 1.0},
      {.name = "cap", .kind = value_kind::integer, .fallback = 3, .summary = "a cap", .most = 10.0},
      {.name = "policy",
       .kind = value_kind::text,
       .fallback = "mean",
       .summary = "a policy",
       .choices = {"mean", "median"}},
      {.name = "flag", .kind = value_kind::flag, .fallback = false, .summary = "a flag"},
      {.name = "list", .kind = value_kind::list, .fallback = std::nullopt, .summary = "a list"},
      {.name = "table", .kind = value_kind::table, .fallback = std::nullopt, .summary = "a table"},
  };
}

std::string complaint_about(value_table given) {
  const auto resolved = parameters::resolve(at_line(std::move(given), 1), declared(), "section");
  BOOST_REQUIRE(!resolved);
  BOOST_TEST((resolved.error().code == errc::bad_input));
  return resolved.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(defaults_fill_what_was_left_out) {
  const auto resolved = parameters::resolve(value_table{{"rate", 2}}, declared(), "section");
  BOOST_REQUIRE(resolved);
  BOOST_TEST(resolved->number("rate") == 2.0);
  BOOST_TEST(resolved->number("share") == 0.5);
  BOOST_TEST(resolved->integer("cap") == 3);
  BOOST_TEST(resolved->text("policy") == "mean");
  BOOST_TEST(!resolved->flag("flag"));
  BOOST_TEST(!resolved->has("list"));
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_refused_with_the_nearest_one) {
  BOOST_TEST(complaint_about({{"rote", at_line(1, 7)}}) ==
             "s.toml:7: section.rote: is not a known key; did you mean \"rate\"?");
  BOOST_TEST(complaint_about({{"zzzzzzz", at_line(1, 8)}}) ==
             "s.toml:8: section.zzzzzzz: is not a known key; known: rate, share, cap, policy, "
             "flag, list, table");
}

BOOST_AUTO_TEST_CASE(a_wrong_kind_is_refused_with_the_right_one) {
  BOOST_TEST(complaint_about({{"rate", at_line("fast", 2)}}) ==
             "s.toml:2: section.rate: \"fast\" is not a number");
  BOOST_TEST(complaint_about({{"cap", at_line(1.5, 3)}}) ==
             "s.toml:3: section.cap: 1.5 is not an integer");
  BOOST_TEST(complaint_about({{"flag", at_line(1, 3)}}) ==
             "s.toml:3: section.flag: 1 is not true or false");
  BOOST_TEST(complaint_about({{"list", at_line(1, 3)}}) ==
             "s.toml:3: section.list: 1 is not a list");
  BOOST_TEST(complaint_about({{"table", at_line(1, 3)}}) ==
             "s.toml:3: section.table: 1 is not a table");
  BOOST_TEST(complaint_about({{"policy", at_line(1, 3)}}) ==
             "s.toml:3: section.policy: 1 is not a text");
}

BOOST_AUTO_TEST_CASE(a_number_out_of_range_is_refused_with_the_range) {
  BOOST_TEST(complaint_about({{"rate", at_line(-1, 2)}}) ==
             "s.toml:2: section.rate: -1 is out of range; it must be at least 0");
  BOOST_TEST(complaint_about({{"share", at_line(1.5, 2)}}) ==
             "s.toml:2: section.share: 1.5 is out of range; it must be between 0 and 1");
  BOOST_TEST(complaint_about({{"cap", at_line(11, 2)}}) ==
             "s.toml:2: section.cap: 11 is out of range; it must be at most 10");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(complaint_about({{"rate", at_line(nan, 2)}}) ==
             "s.toml:2: section.rate: nan is out of range; it must be at least 0");
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_choice_is_refused_with_the_choices) {
  BOOST_TEST(complaint_about({{"policy", at_line("medium", 2)}}) ==
             "s.toml:2: section.policy: \"medium\" is not known; did you mean \"median\"?");
  BOOST_TEST(complaint_about({{"policy", at_line("krum", 2)}}) ==
             "s.toml:2: section.policy: \"krum\" is not known; known: mean, median");
}

BOOST_AUTO_TEST_CASE(a_missing_required_key_is_refused_with_its_meaning) {
  const std::vector<parameter> required{{.name = "path",
                                         .kind = value_kind::text,
                                         .fallback = std::nullopt,
                                         .summary = "a file",
                                         .required = true}};
  const auto resolved = parameters::resolve(at_line(value_table{}, 5), required, "data");
  BOOST_REQUIRE(!resolved);
  BOOST_TEST(resolved.error().detail == "s.toml:5: data.path: is missing; it is a file");
}

BOOST_AUTO_TEST_CASE(what_is_no_table_is_refused_as_a_section) {
  const auto resolved = parameters::resolve(at_line(3, 5), declared(), "data");
  BOOST_REQUIRE(!resolved);
  BOOST_TEST(resolved.error().detail == "s.toml:5: data: 3 is not a table");
}

BOOST_AUTO_TEST_CASE(a_policys_own_refusal_names_the_place_and_the_key) {
  const auto resolved = parameters::resolve(at_line(value_table{{"cap", at_line(4, 9)}}, 1),
                                            declared(), "coding");
  BOOST_REQUIRE(resolved);
  BOOST_TEST(resolved->refuse("cap", "{} is odd", 5).error().detail ==
             "s.toml:9: coding.cap: 5 is odd");
  BOOST_TEST(resolved->refuse("other", "is bad").error().detail ==
             "s.toml:1: coding.other: is bad");
  const auto top = parameters::resolve(value_table{}, declared(), "");
  BOOST_TEST(top->refuse("cap", "is bad").error().detail == "cap: is bad");
}

BOOST_AUTO_TEST_CASE(nested_tables_are_sections_of_their_own) {
  const value_table inner{{"rate", at_line(-1, 12)}};
  const value_list list{value_table{}, inner};
  const auto outer = parameters::resolve(at_line(value_table{{"table", inner}, {"list", list}}, 1),
                                         declared(), "delays");
  BOOST_REQUIRE(outer);
  BOOST_TEST(outer->nested("table", declared()).error().detail ==
             "s.toml:12: delays.table.rate: -1 is out of range; it must be at least 0");
  BOOST_TEST(outer->nested_list("list", declared()).error().detail ==
             "s.toml:12: delays.list[1].rate: -1 is out of range; it must be at least 0");
  const auto absent = parameters::resolve(value_table{}, declared(), "delays");
  BOOST_TEST(absent->nested("table", declared())->number("rate") == 0.1);
  BOOST_TEST(absent->nested_list("list", declared())->empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
