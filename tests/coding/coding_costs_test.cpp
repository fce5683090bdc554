#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/typical_amplification.hpp"

// docs/coding-costs.md says of every code in the catalogue what it costs.

namespace echelon::coding {
namespace {

std::string page() {
  const char* source = std::getenv("ECHELON_SOURCE");
  std::ifstream file{std::string{source != nullptr ? source : "."} + "/docs/coding-costs.md"};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string cell(std::string_view code, const code_shape& shape) {
  const auto range = typical_amplification(codes(), code, shape);
  return range ? fmt::format("{:.2g}, {:.2g}", range->median, range->worst) : "refused";
}

/// The row of the page's last table.
std::string amplification_row(std::string_view code) {
  return fmt::format("| `{}` | {} | {} | {} |\n", code, cell(code, {10, 10, 2}),
                     cell(code, {20, 20, 3}), cell(code, {40, 40, 4}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(coding_costs)

BOOST_AUTO_TEST_CASE(every_code_of_the_catalogue_has_its_formulas) {
  const std::string text = page();
  for (const std::string& code : codes().names())
    BOOST_TEST(text.find(fmt::format("| `{}` | ", code)) < text.find("## Hierarchies"),
               code << " is missing in the first table of docs/coding-costs.md");
}

BOOST_AUTO_TEST_CASE(amplification_is_as_the_page_says) {
  const std::string text = page();
  for (const std::string& code : codes().names()) {
    const std::string row = amplification_row(code);
    BOOST_TEST((text.find(row) != std::string::npos),
               "docs/coding-costs.md should have this row: " << row);
  }
}

BOOST_AUTO_TEST_CASE(codes_with_plain_sums_are_as_computed_by_hand) {
  // Of three senders of plain sums none may be absent: weights of 1 amplify nothing.
  BOOST_TEST(typical_amplification(codes(), "uncoded", {3, 3, 1})->worst == 1.0);
  // Leaving one part of three out: sqrt(2/3).
  const auto range = *typical_amplification(codes(), "ignore-stragglers", {3, 3, 1});
  BOOST_TEST(range.median == std::sqrt(2.0 / 3), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
