#include <algorithm>
#include <map>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/partitioner.hpp"

namespace echelon {

using namespace learning;

namespace {

/// What a policy needs besides its defaults to deal to so many parts.
value_table needed(const std::string& name, index parts) {
  if (name != "sizes")
    return {};
  value_list sizes;
  for (index part = 0; part < parts; ++part)
    sizes.emplace_back(part % 3 + 1);
  return {{"sizes", sizes}};
}

std::shared_ptr<const partitioner> make(const std::string& name, value_table settings) {
  auto made = partitioners().make(name, value{std::move(settings)}, "data.partition");
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  return *made;
}

std::shared_ptr<const partitioner> make_for(const std::string& name, index parts) {
  return make(name, needed(name, parts));
}

/// Labels and owners at random, of unequal frequency.
dataset any_samples(index count, index classes, random_stream& random) {
  dataset samples{.name = "any", .count = count, .classes = classes};
  samples.features.resize(static_cast<std::size_t>(count));
  for (index i = 0; i < count; ++i) {
    const index label = std::min(random.below(classes), random.below(classes + 1));
    samples.labels.push_back(static_cast<std::int32_t>(label));
    samples.groups.push_back(static_cast<std::int32_t>(random.below(200)));
  }
  return samples;
}

partition deal(const std::string& name, const dataset& samples, index parts, std::uint64_t seed) {
  auto dealt = make_for(name, parts)->deal(samples, parts, random_stream{seed, "partition"});
  BOOST_REQUIRE_MESSAGE(dealt, name << ": " << (dealt ? "" : dealt.error().detail));
  return *dealt;
}

bool holds_every_row_once(const partition& dealt, index count) {
  std::vector<index> rows;
  for (const auto& part : dealt)
    rows.insert(rows.end(), part.begin(), part.end());
  std::ranges::sort(rows);
  for (index i = 0; i < std::ssize(rows); ++i)
    if (rows[static_cast<std::size_t>(i)] != i)
      return false;
  return std::ssize(rows) == count;
}

bool has_empty_part(const partition& dealt) {
  return std::ranges::any_of(dealt, [](const auto& part) { return part.empty(); });
}

/// How many rows of each class the part holds.
std::map<std::int32_t, index> label_mix(const dataset& samples, const std::vector<index>& part) {
  std::map<std::int32_t, index> counts;
  for (const index row : part)
    ++counts[samples.labels[static_cast<std::size_t>(row)]];
  return counts;
}

std::vector<index> sizes_of(const partition& dealt) {
  std::vector<index> sizes;
  for (const auto& part : dealt)
    sizes.push_back(std::ssize(part));
  return sizes;
}

const auto every_policy = boost::unit_test::data::make(partitioners().names());

}  // namespace

BOOST_AUTO_TEST_SUITE(partition_laws)

BOOST_DATA_TEST_CASE(every_row_is_held_once_and_no_part_is_empty, every_policy, name) {
  random_stream random{7, "partition laws"};
  for (int trial = 0; trial < 60; ++trial) {
    const index parts = 2 * (1 + random.below(10));
    const index classes = 1 + random.below(std::min(parts, index{12}));
    const dataset samples = any_samples(600 + random.below(900), std::max(classes, index{4}),
                                        random);

    const auto dealt = make_for(name, parts)
                           ->deal(samples, parts, random_stream{random(), "partition"});

    if (!dealt && (name == "classes" || name == "group-iid"))
      continue;  // two parts cannot hold a dozen classes at two each, and say so
    BOOST_REQUIRE_MESSAGE(dealt, name << ": " << (dealt ? "" : dealt.error().detail));
    BOOST_TEST(std::ssize(*dealt) == parts);
    BOOST_TEST(holds_every_row_once(*dealt, samples.count));
    BOOST_TEST(!has_empty_part(*dealt));
    BOOST_TEST(
        std::ranges::all_of(*dealt, [](const auto& part) { return std::ranges::is_sorted(part); }));
  }
}

BOOST_DATA_TEST_CASE(the_same_seed_deals_the_same_and_another_seed_differently, every_policy,
                     name) {
  random_stream random{8, "partition laws"};
  const dataset samples = any_samples(2000, 10, random);

  BOOST_TEST((deal(name, samples, 10, 1) == deal(name, samples, 10, 1)));
  BOOST_TEST((deal(name, samples, 10, 1) != deal(name, samples, 10, 2)));
}

BOOST_DATA_TEST_CASE(one_part_may_hold_everything_and_as_many_parts_as_rows_one_each, every_policy,
                     name) {
  random_stream random{9, "partition laws"};
  dataset samples = any_samples(20, 1, random);
  for (index i = 0; i < samples.count; ++i)
    samples.groups[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i);

  if (name != "group-iid" && name != "classes")  // one part is no two groups, one class no two
    BOOST_TEST(std::ssize(deal(name, samples, 1, 1).front()) == 20);
  if (name == "classes" || name == "shards") {
    const auto single = make(name, {{"per_node", 1}})->deal(samples, 20, {1, "partition"});
    BOOST_REQUIRE(single);
    BOOST_TEST(!has_empty_part(*single));
  } else {
    const auto each = deal(name, samples, 20, 1);
    BOOST_TEST(holds_every_row_once(each, 20));
    BOOST_TEST(!has_empty_part(each));
  }
}

BOOST_DATA_TEST_CASE(fewer_rows_than_parts_are_refused_with_both_numbers, every_policy, name) {
  random_stream random{10, "partition laws"};
  const dataset samples = any_samples(12, 4, random);

  const auto dealt = make_for(name, 14)->deal(samples, 14, {1, "partition"});

  BOOST_REQUIRE(!dealt);
  BOOST_TEST((dealt.error().code == errc::bad_input));
  BOOST_TEST(dealt.error().detail.find("12 samples") != std::string::npos, dealt.error().detail);
  BOOST_TEST(dealt.error().detail.find("14 parts") != std::string::npos, dealt.error().detail);
}

BOOST_AUTO_TEST_CASE(regression_data_are_dealt_by_the_policies_that_need_no_classes) {
  random_stream random{11, "partition laws"};
  dataset samples = any_samples(100, 4, random);
  samples.classes = 0;
  samples.labels.clear();
  samples.targets.resize(100);
  for (const std::string& name : partitioners().names()) {
    const auto dealt = make_for(name, 10)->deal(samples, 10, {1, "partition"});

    if (dealt)
      BOOST_TEST(holds_every_row_once(*dealt, 100), name);
    else
      BOOST_TEST(dealt.error().detail.find("regression") != std::string::npos,
                 dealt.error().detail);
  }
}

BOOST_AUTO_TEST_CASE(iid_shares_are_equal_give_or_take_one) {
  random_stream random{12, "partition laws"};
  const dataset samples = any_samples(1003, 10, random);

  const auto sizes = sizes_of(deal("iid", samples, 10, 1));
  const auto stratified = make("iid", {{"stratified", true}})->deal(samples, 10, {1, "partition"});

  BOOST_TEST(std::ranges::max(sizes) - std::ranges::min(sizes) == 1);
  BOOST_REQUIRE(stratified);
  const auto first = label_mix(samples, stratified->front());
  for (const auto& part : *stratified)
    for (const auto& [label, count] : label_mix(samples, part))
      BOOST_TEST(std::abs(count - first.at(label)) <= 1);
}

BOOST_AUTO_TEST_CASE(a_small_alpha_leaves_few_classes_and_a_large_one_all_of_them) {
  random_stream random{13, "partition laws"};
  const dataset samples = any_samples(5000, 10, random);
  const auto largest_share = [&](const char* name, value_table settings) {
    const auto dealt = make(name, std::move(settings))->deal(samples, 10, {1, "partition"});
    BOOST_REQUIRE(dealt);
    double mean = 0;
    for (const auto& part : *dealt) {
      const auto mix = label_mix(samples, part);
      const auto most = std::ranges::max_element(mix, {},
                                                 [](const auto& pair) { return pair.second; });
      mean += static_cast<double>(most->second) / static_cast<double>(part.size()) / 10;
    }
    return mean;
  };

  // Ten classes: a part's most frequent one has about 0.1 to 0.2 of it when mixes are alike.
  BOOST_TEST(largest_share("dirichlet", {{"alpha", 0.05}}) > 0.6);
  BOOST_TEST(largest_share("dirichlet", {{"alpha", 1000.0}}) < 0.25);
  const value_table strong{{"alpha", 0.05}};
  const value_table weak{{"alpha", 1000.0}};
  // Less than above: sizes are fixed, and a part goes on when the rows of its classes have run out.
  BOOST_TEST(largest_share("quantity", {{"labels", strong}}) > 0.4);
  BOOST_TEST(largest_share("quantity", {{"labels", weak}}) < 0.25);
}

BOOST_AUTO_TEST_CASE(classes_are_dealt_like_cards) {
  random_stream random{14, "partition laws"};
  const dataset samples = any_samples(5000, 10, random);
  const auto held = [&](index parts, index per_node, std::size_t part) {
    const auto dealt = make("classes", {{"per_node", per_node}})
                           ->deal(samples, parts, {1, "partition"});
    BOOST_REQUIRE(dealt);
    std::vector<std::int32_t> labels;
    for (const auto& [label, count] : label_mix(samples, (*dealt)[part]))
      labels.push_back(label);
    return labels;
  };

  BOOST_TEST((held(5, 2, 3) == std::vector<std::int32_t>{3, 8}));
  BOOST_TEST((held(10, 1, 7) == std::vector<std::int32_t>{7}));
  BOOST_TEST((held(10, 2, 9) == std::vector<std::int32_t>{0, 9}));
  BOOST_TEST((held(20, 3, 14) == std::vector<std::int32_t>{4, 5, 6}));
}

BOOST_AUTO_TEST_CASE(classes_that_cannot_be_dealt_just_so_are_refused) {
  random_stream random{15, "partition laws"};
  const dataset samples = any_samples(5000, 10, random);

  const auto few = make("classes", {{"per_node", 2}})->deal(samples, 4, {1, "partition"});
  const auto many = make("classes", {{"per_node", 11}})->deal(samples, 4, {1, "partition"});

  BOOST_REQUIRE(!few);
  BOOST_TEST(few.error().detail ==
             "partition \"classes\": 4 parts of 2 classes each cannot hold all 10 "
             "classes just so; per_node must be between 3 and 10");
  BOOST_TEST(!many);
}

BOOST_AUTO_TEST_CASE(shards_hold_few_classes) {
  random_stream random{16, "partition laws"};
  const dataset samples = any_samples(4000, 10, random);

  for (const auto& part : deal("shards", samples, 100, 1)) {
    BOOST_TEST(std::ssize(part) == 40);
    // Two shards of 20 neighbours in label order: each spans two classes at most.
    BOOST_TEST(label_mix(samples, part).size() <= 4U);
  }
  const auto dealt = make("shards", {{"per_node", 50}})->deal(samples, 100, {1, "partition"});
  BOOST_REQUIRE(!dealt);
  BOOST_TEST(
      dealt.error().detail ==
      "partition \"shards\": 4000 samples cannot be cut into 5000 shards (100 parts of 50 each)");
}

BOOST_AUTO_TEST_CASE(sizes_are_kept_to_the_sample_with_and_without_a_label_mix) {
  random_stream random{17, "partition laws"};
  const dataset samples = any_samples(1000, 10, random);
  const value_list sizes{500, 300, 150, 49, 1};
  const value_table labels{{"alpha", 0.5}};

  const auto plain = make("sizes", {{"sizes", sizes}})->deal(samples, 5, {1, "partition"});
  const auto mixed = make("sizes", {{"sizes", sizes}, {"labels", labels}})
                         ->deal(samples, 5, {1, "partition"});
  const auto wrong = make("sizes", {{"sizes", sizes}})->deal(samples, 4, {1, "partition"});

  const std::vector<index> expected{500, 300, 150, 49, 1};
  BOOST_REQUIRE(plain && mixed);
  BOOST_TEST((sizes_of(*plain) == expected));
  BOOST_TEST((sizes_of(*mixed) == expected));
  BOOST_TEST(holds_every_row_once(*mixed, 1000));
  BOOST_REQUIRE(!wrong);
  BOOST_TEST(wrong.error().detail ==
             "partition \"sizes\": 5 sizes for 4 parts; it needs one for each part");
  for (const value& bad : {value{0}, value{-1}, value{"x"}})
    BOOST_TEST(!partitioners().make("sizes", value{value_table{{"sizes", value_list{bad}}}}, ""));
}

BOOST_AUTO_TEST_CASE(quantities_fall_by_the_stated_shape_from_skew_to_one) {
  random_stream random{18, "partition laws"};
  // 11 * 1000, 1023 * 10, and the sum of (i + 1)^-1 times 12: whole numbers where shares are.
  const auto fallen = [&](const char* shape, double skew, index parts, index count) {
    const dataset samples = any_samples(count, 4, random);
    const auto dealt = make("quantity", {{"shape", shape}, {"skew", skew}})
                           ->deal(samples, parts, {1, "partition"});
    BOOST_REQUIRE(dealt);
    return sizes_of(*dealt);
  };

  BOOST_TEST((fallen("arithmetic", 5, 5, 1500) == std::vector<index>{500, 400, 300, 200, 100}));
  BOOST_TEST((fallen("geometric", 16, 5, 310) == std::vector<index>{160, 80, 40, 20, 10}));
  BOOST_TEST((fallen("power", 4, 4, 250) == std::vector<index>{120, 60, 40, 30}));
}

BOOST_AUTO_TEST_CASE(noise_shakes_the_sizes_between_the_ends_and_keeps_their_order) {
  random_stream random{19, "partition laws"};
  const dataset samples = any_samples(10'000, 4, random);
  const auto with_noise = make("quantity",
                               {{"shape", "arithmetic"}, {"skew", 10.0}, {"noise", 0.5}});

  const auto one = with_noise->deal(samples, 10, {1, "partition"});
  const auto two = with_noise->deal(samples, 10, {2, "partition"});

  BOOST_REQUIRE(one && two);
  BOOST_TEST(std::ranges::is_sorted(sizes_of(*one), std::ranges::greater{}));
  BOOST_TEST((sizes_of(*one) != sizes_of(*two)));
  // Each size is within one of its share, so that the ratio is within 1 / the smallest size of
  // skew.
  const double last = static_cast<double>(one->back().size());
  BOOST_TEST(std::abs(static_cast<double>(one->front().size()) / last - 10) < 12 / last);
}

BOOST_AUTO_TEST_CASE(groups_see_every_class_alike_while_their_parts_see_two) {
  random_stream random{20, "partition laws"};
  const dataset samples = any_samples(4000, 10, random);

  const auto dealt = deal("group-iid", samples, 10, 1);

  const auto group_mix = [&](std::size_t first) {
    std::vector<index> rows;
    for (std::size_t part = first; part < first + 5; ++part)
      rows.insert(rows.end(), dealt[part].begin(), dealt[part].end());
    return label_mix(samples, rows);
  };
  const auto other = group_mix(5);
  for (const auto& [label, count] : group_mix(0))
    BOOST_TEST(std::abs(count - other.at(label)) <= 1);
  for (std::size_t part = 0; part < 10; ++part) {
    const auto mix = label_mix(samples, dealt[part]);
    BOOST_TEST(mix.size() == 2U);
    BOOST_TEST(mix.contains(static_cast<std::int32_t>(part % 5)));
    BOOST_TEST(mix.contains(static_cast<std::int32_t>(part % 5 + 5)));
  }
  const auto uneven = make("group-iid", {{"groups", 3}})->deal(samples, 10, {1, "partition"});
  BOOST_REQUIRE(!uneven);
  BOOST_TEST(uneven.error().detail ==
             "partition \"group-iid\": 10 parts do not divide evenly among 3 groups");
}

BOOST_AUTO_TEST_CASE(owners_are_never_torn_apart) {
  random_stream random{21, "partition laws"};
  const dataset samples = any_samples(3000, 4, random);

  const auto dealt = deal("natural", samples, 7, 1);

  std::map<std::int32_t, std::size_t> part_of;
  for (std::size_t part = 0; part < dealt.size(); ++part)
    for (const index row : dealt[part])
      BOOST_TEST(
          part_of.emplace(samples.groups[static_cast<std::size_t>(row)], part).first->second ==
          part);
  const auto sizes = sizes_of(dealt);
  BOOST_TEST(std::ranges::max(sizes) - std::ranges::min(sizes) < 30);

  const auto too_many = make("natural", {})->deal(samples, 201, {1, "partition"});
  BOOST_REQUIRE(!too_many);
  BOOST_TEST(too_many.error().detail ==
             "partition \"natural\": 200 owners cannot fill 201 parts; use at most 200");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
