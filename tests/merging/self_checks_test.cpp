#include <boost/test/unit_test.hpp>

#include "algorithms/merging/matching/self_checks.hpp"
#include "tests/support/merging.hpp"

namespace echelon::merging {
namespace {

using testing::network_case;

}  // namespace

BOOST_AUTO_TEST_SUITE(self_checks)

BOOST_AUTO_TEST_CASE(what_is_derived_passes_for_every_network) {
  for (const network_case& one : testing::all_networks()) {
    if (one.name == "vgg")
      continue;  // the same in the laws of specifications and of matchings
    const auto made = one.compiled(precision::double_, learning::math_mode::native).value();
    const auto checked = check_specification(*made, derive_permutations(*made->graph()).value(), 1);
    BOOST_TEST(checked.has_value(), one.name << ": " << (checked ? "" : checked.error().detail));
  }
}

BOOST_AUTO_TEST_CASE(a_tensor_left_out_or_an_axis_too_many_is_found) {
  const auto made = testing::branching_cases()[0]
                        .compiled(precision::double_, learning::math_mode::native)
                        .value();
  const permutation_spec whole = derive_permutations(*made->graph()).value();
  for (std::size_t t = 0; t < whole.tensors.size(); ++t)
    for (std::size_t axis = 0; axis < whole.tensors[t].axes.size(); ++axis) {
      if (whole.tensors[t].axes[axis].empty())
        continue;
      permutation_spec broken = whole;
      broken.tensors[t].axes[axis].clear();
      BOOST_TEST(!check_specification(*made, broken, 1).has_value(), whole.tensors[t].name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
