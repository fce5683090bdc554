#include "experiments/scenario/list.hpp"

#include <set>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/scenario_texts.hpp"

namespace echelon::experiments {
namespace {

using nlohmann::json;

json listed(std::string_view axis) {
  const auto rows = list_policies(tests::schema(), axis);
  BOOST_REQUIRE(rows);
  return json::parse(list_json(*rows));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listing)

BOOST_AUTO_TEST_CASE(every_row_has_the_promised_members) {
  for (const char* axis : {"", "scenario"})
    for (const json& row : listed(axis)) {
      BOOST_TEST_CONTEXT(row.dump()) {
        BOOST_TEST(row.at("axis").is_string());
        BOOST_TEST(!row.at("name").get<std::string>().empty());
        BOOST_TEST(!row.at("summary").get<std::string>().empty());
        BOOST_TEST(!row.at("source").get<std::string>().empty());
        for (const json& parameter : row.at("parameters")) {
          const std::set<std::string> kinds{"flag", "integer", "number", "text",
                                            "list", "table",   "any"};
          BOOST_TEST(parameter.at("name").is_string());
          BOOST_TEST(kinds.contains(parameter.at("type")));
          BOOST_TEST(parameter.contains("default"));
          BOOST_TEST(!parameter.at("summary").get<std::string>().empty());
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(an_axis_is_named_by_its_key_or_its_section) {
  std::set<std::string> names;
  for (const json& row : listed("coding"))
    names.insert(row.at("name"));

  BOOST_TEST(names.contains("fractional-repetition"));
  BOOST_TEST(listed("coding") == listed("coding.policy"));
}

BOOST_AUTO_TEST_CASE(plurals_name_axes_too) {
  BOOST_TEST(listed("codes") == listed("coding"));
  BOOST_TEST(listed("models") == listed("model.kind"));
  BOOST_TEST(listed("graphs") == listed("topology.graph"));
  BOOST_TEST(listed("rules") == listed("merging"));
}

BOOST_AUTO_TEST_CASE(every_model_shows_which_units_can_be_matched) {
  const policy_catalogues known;
  auto rows = *list_policies(tests::schema(), "models");
  BOOST_TEST(!json::parse(list_json(rows))[0].contains("permutations"));
  add_permutations(rows, known.models);

  for (const json& row : json::parse(list_json(rows)))
    BOOST_TEST_CONTEXT(row.at("name")) {
      BOOST_REQUIRE(row.contains("permutations"));
      const json& shown = row.at("permutations");
      for (const json& one : shown.at("classes")) {
        BOOST_TEST(one.at("units").get<index>() > 1);
        BOOST_TEST(!one.at("read_at").get<std::string>().empty());
        BOOST_TEST(!one.at("moves").empty());
      }
      // Input and output are never permuted, and nothing of these models is left unexplained.
      std::set<std::string> reasons;
      for (const json& fixed : shown.at("fixed"))
        reasons.insert(fixed.at("reason"));
      BOOST_TEST((reasons == std::set<std::string>{"the network's input has its places",
                                                   "the network's outputs have their meaning"}));
    }
}

BOOST_AUTO_TEST_CASE(the_hidden_units_of_a_perceptron_are_its_classes) {
  const policy_catalogues known;
  auto rows = *list_policies(tests::schema(), "model");
  std::erase_if(rows, [](const listed_policy& row) { return row.card.name != "mlp"; });
  add_permutations(rows, known.models);

  const std::string text = list_text(rows);

  BOOST_TEST(text.find("permutations on 1 x 28 x 28, 10 outputs: 2 classes of units") !=
             std::string::npos);
  BOOST_TEST(text.find("class 0: 200 units") != std::string::npos);
  BOOST_TEST(text.find(" axis 1, 784 positions: the network's input") != std::string::npos);
  BOOST_TEST(text.find(" axis 0, 10 positions: the network's outputs") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_policy_declares_a_key_of_its_section) {
  for (const section_schema& section : tests::schema().sections)
    for (const policy_card& card : section.policies)
      for (const parameter& declared : card.parameters)
        BOOST_TEST_CONTEXT(section.axis() << " " << card.name << " " << declared.name)
  BOOST_TEST(section.find_key(declared.name) == nullptr);
}

BOOST_AUTO_TEST_CASE(an_unknown_axis_is_refused_with_a_suggestion) {
  const auto rows = list_policies(tests::schema(), "coding.polic");

  BOOST_REQUIRE(!rows);
  BOOST_TEST(rows.error().detail ==
             "list: \"coding.polic\" is not an axis; did you mean \"coding.policy\"?");
}

BOOST_AUTO_TEST_CASE(the_text_names_policies_and_their_parameters) {
  const auto rows = list_policies(tests::schema(), "topology");
  BOOST_REQUIRE(rows);

  const std::string text = list_text(*rows);

  BOOST_TEST(text.find("topology.kind\n  star ") != std::string::npos);
  BOOST_TEST(text.find("workers") != std::string::npos);
  BOOST_TEST(text.find("required") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
