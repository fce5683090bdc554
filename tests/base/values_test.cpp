#include <cstdlib>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/value.hpp"

namespace echelon {

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(a_value_knows_what_it_holds) {
  BOOST_TEST(value{true}.is_flag());
  BOOST_TEST(value{3}.is_integer());
  BOOST_TEST(value{"text"}.is_text());
  BOOST_TEST((value{value_list{1, 2}}.is_list()));
  BOOST_TEST(value{}.is_table());
  BOOST_TEST(value{}.table().empty());
}

BOOST_AUTO_TEST_CASE(integers_are_numbers_but_numbers_are_not_integers) {
  BOOST_TEST(value{3}.is_number());
  BOOST_TEST(value{3}.number() == 3.0);
  BOOST_TEST(!value{3.0}.is_integer());
}

BOOST_AUTO_TEST_CASE(values_are_written_as_toml) {
  BOOST_TEST(value{true}.toml() == "true");
  BOOST_TEST(value{-7}.toml() == "-7");
  BOOST_TEST(value{2.0}.toml() == "2.0");
  BOOST_TEST(value{1e300}.toml() == "1e+300");
  BOOST_TEST(value{-std::numeric_limits<double>::infinity()}.toml() == "-inf");
  BOOST_TEST(value{"a \"b\"\\\n"}.toml() == R"("a \"b\"\\\u000a")");
  const value_list nested{value{value_list{1, 2}}, 3};
  BOOST_TEST(value{nested}.toml() == "[[1, 2], 3]");
  const value_table table{{"plain", 1}, {"two words", "x"}};
  BOOST_TEST(value{table}.toml() == R"({ plain = 1, "two words" = "x" })");
  BOOST_TEST(value{}.toml() == "{}");
}

BOOST_AUTO_TEST_CASE(doubles_read_back_to_the_same_bits) {
  for (const double number : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789.125})
    BOOST_TEST(std::strtod(value{number}.toml().c_str(), nullptr) == number);
}

BOOST_AUTO_TEST_CASE(equality_ignores_where_a_value_was_written) {
  value here{1};
  here.written_at({std::make_shared<const std::string>("a.toml"), 4});
  BOOST_TEST((here == value{1}));
  BOOST_TEST((value{1} != value{1.0}));
  BOOST_TEST(here.where().text() == "a.toml:4");
  BOOST_TEST(value{1}.where().text() == "default");
  BOOST_TEST((origin{std::make_shared<const std::string>("--set"), 0}.text()) == "--set");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
