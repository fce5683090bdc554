#include <boost/test/unit_test.hpp>

#include "actors/peers/parcels.hpp"

namespace echelon::actors {
namespace {

constexpr index parameters = 3;

block numbers(std::initializer_list<double> values) {
  block_builder made{static_cast<index>(values.size()), precision::double_};
  std::ranges::copy(values, made.as<double>().begin());
  return block::freeze(std::move(made));
}

const gradient_request asked{1, 7, numbers({1, 2, 3, 40})};

peer_parcel offer_of(const block& values) { return packed(1, 5, 0, {{values}, {}}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(known_parcels)

BOOST_AUTO_TEST_CASE(parameters_that_were_asked_about_are_left_out_and_put_back) {
  const block whole = numbers({1, 2, 3, 41});
  peer_parcel sent = offer_of(whole);
  leave_out_known(sent, asked, parameters);
  BOOST_TEST(sent.behind == asked.step);
  BOOST_TEST(sent.values.size() == 1);
  BOOST_REQUIRE(put_back_known(sent, asked, parameters));
  BOOST_TEST(sent.values.hash() == whole.hash());
}

BOOST_AUTO_TEST_CASE(a_model_without_statistics_leaves_nothing_to_send) {
  const gradient_request all{1, 7, numbers({1, 2, 3})};
  peer_parcel sent = offer_of(all.point);
  leave_out_known(sent, all, parameters);
  BOOST_TEST(sent.values.empty());
  BOOST_REQUIRE(put_back_known(sent, all, parameters));
  BOOST_TEST(sent.values.hash() == all.point.hash());
}

BOOST_AUTO_TEST_CASE(other_parameters_are_sent_whole) {
  const block moved = numbers({1, 2, 3.5, 40});
  peer_parcel sent = offer_of(moved);
  leave_out_known(sent, asked, parameters);
  BOOST_TEST(sent.behind == -1);
  BOOST_TEST(sent.values.hash() == moved.hash());
}

BOOST_AUTO_TEST_CASE(another_request_than_the_one_it_goes_on_with_is_refused) {
  peer_parcel sent = offer_of(asked.point);
  leave_out_known(sent, asked, parameters);
  peer_parcel other = sent;
  BOOST_TEST(!put_back_known(other, {1, 8, asked.point}, parameters));
  other = sent;
  other.values = numbers({1, 2});
  BOOST_TEST(!put_back_known(other, asked, parameters));
  other = sent;
  other.vectors = 2;
  BOOST_TEST(!put_back_known(other, asked, parameters));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
