#include <boost/test/unit_test.hpp>

#include "algorithms/base/catalogue.hpp"

namespace echelon {

namespace {

struct shape {
  virtual ~shape() = default;
  virtual double area(double side) const = 0;
};

struct square final : shape {
  static constexpr std::string_view name = "square";
  static constexpr std::string_view summary = "four sides";
  static constexpr std::string_view source = "Euclid";
  static std::vector<parameter> declared() {
    return {{"scale", value_kind::number, 1.0, "a factor", 0.0}};
  }
  static result<square> make(const parameters& given, int unit) {
    if (unit == 0)
      return given.refuse("scale", "has no unit; it must have one");
    square made;
    made.scale = given.number("scale") * unit;
    return made;
  }
  double area(double side) const override { return scale * side * side; }
  double scale = 1;
};

struct shared_square {
  static constexpr std::string_view name = "shared";
  static constexpr std::string_view summary = "a square that is shared";
  static constexpr std::string_view source = "Euclid";
  static std::vector<parameter> declared() { return {}; }
  static result<std::shared_ptr<const shape>> make(const parameters&, int) {
    return std::make_shared<const square>();
  }
};

using shape_catalogue = catalogue<shape, int>;

shape_catalogue shapes() { return {"shape.kind", {policy_entry<square, shape, int>()}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogues)

BOOST_AUTO_TEST_CASE(one_line_gives_a_policy_its_name_card_and_maker) {
  const auto known = shapes();
  BOOST_TEST(known.axis() == "shape.kind");
  BOOST_TEST(known.names() == std::vector<std::string>{"square"}, boost::test_tools::per_element());
  const auto& card = known.find("square")->card;
  BOOST_TEST(card.summary == "four sides");
  BOOST_TEST(card.source == "Euclid");
  BOOST_TEST(card.parameters.front().name == "scale");
  const auto made = known.make("square", value_table{{"scale", 3}}, "shape", 2);
  BOOST_REQUIRE(made);
  BOOST_TEST((*made)->area(2) == 24.0);
}

BOOST_AUTO_TEST_CASE(an_embedder_adds_to_a_copy) {
  auto mine = shapes();
  mine.add(policy_entry<shared_square, shape, int>());
  BOOST_TEST((*mine.make("shared", value_table{}, "shape", 1))->area(2) == 4.0);
  BOOST_TEST((shapes().find("shared") == nullptr));
}

BOOST_AUTO_TEST_CASE(refusals_come_from_the_name_the_settings_and_the_policy) {
  const auto known = shapes();
  BOOST_TEST(known.make("sqare", value_table{}, "shape", 1).error().detail ==
             "shape.kind \"sqare\" is not known; did you mean \"square\"?");
  BOOST_TEST(known.make("square", value_table{{"scale", -1}}, "shape", 1).error().detail ==
             "shape.scale: -1 is out of range; it must be at least 0");
  BOOST_TEST(known.make("square", value_table{}, "shape", 0).error().detail ==
             "shape.scale: has no unit; it must have one");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
