#include <boost/test/unit_test.hpp>

#include "actors/cluster/shipping.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::actors {
namespace {

learning::dataset drawn(index count, index width, index classes) {
  learning::dataset set{
      .name = "drawn", .shape = {1, 1, width}, .count = count, .classes = classes};
  random_stream random{7, "shipping"};
  for (index i = 0; i < count * width; ++i)
    set.features.push_back(static_cast<float>(random.uniform()));
  for (index i = 0; i < count; ++i)
    if (classes > 0)
      set.labels.push_back(static_cast<std::int32_t>(random.below(classes)));
    else
      set.targets.push_back(static_cast<float>(i));
  return set;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shipping)

BOOST_AUTO_TEST_CASE(a_set_arrives_whole_in_as_many_pieces_as_it_takes) {
  for (const auto& [count, width, classes] :
       {std::tuple{3, 5, 2}, std::tuple{1, 1, 0}, std::tuple{2500, 10'000, 10}}) {
    const learning::dataset set = drawn(count, width, classes);
    shipped_set came;
    int pieces = 0;
    while (!came.complete()) {
      const auto piece = rows_from(set, came.next());
      BOOST_REQUIRE(piece);
      BOOST_REQUIRE(came.add(*piece));
      ++pieces;
    }
    const learning::dataset arrived = came.take();
    BOOST_TEST((arrived.features == set.features && arrived.labels == set.labels &&
                arrived.targets == set.targets && arrived.count == set.count &&
                arrived.classes == set.classes && arrived.name == set.name));
    BOOST_TEST(pieces == (count == 2500 ? 3 : 1));
  }
}

BOOST_AUTO_TEST_CASE(samples_that_there_are_not_are_refused) {
  const learning::dataset set = drawn(3, 5, 2);
  BOOST_TEST(!rows_from(set, 3).has_value());
  BOOST_TEST(!rows_from(set, -1).has_value());
}

BOOST_AUTO_TEST_CASE(pieces_that_contradict_themselves_are_refused) {
  const learning::dataset set = drawn(8, 5, 2);
  const auto refused = [&set](auto spoil) {
    training_rows piece = rows_from(set, 0).value();
    spoil(piece);
    return !shipped_set{}.add(piece).has_value();
  };
  BOOST_TEST(!refused([](training_rows&) {}));
  BOOST_TEST(refused([](training_rows& piece) { piece.first = 1; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.width = 4; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.width = std::int64_t{1} << 60; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.count = 7; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.count = -1; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.classes = 1; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.labels = {}; }));
  BOOST_TEST(refused([](training_rows& piece) { piece.features = {}; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
