#include <cmath>
#include <limits>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "tests/compression/compressed_vectors.hpp"

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

const std::vector<std::string> names = compressors().names();
const std::vector<wire_format> formats{wire_format::full, wire_format::fp16, wire_format::bf16};

bool is_sparsifier(std::string_view name) {
  const auto kind = compressor_named(name)->kind();
  return kind == compressor_kind::relative || kind == compressor_kind::absolute;
}

struct packed_once {
  packed_vector packed;
  std::vector<float> decoded, leftover;
};

packed_once pack(const compressor& with, std::vector<float> vector,
                 std::span<const segment> segments, const effort& wanted, std::uint64_t seed = 1) {
  random_stream draws{seed, "compress"};
  warm_start warm;
  const index length = std::ssize(vector);
  auto packed = with.compress(vector, segments, wanted, draws, warm).value();
  auto decoded = received(packed, length).value();
  return {std::move(packed), std::move(decoded), std::move(vector)};
}

/// Vectors that have broken compressors: with the scale that rounding errors are measured by.
std::vector<std::vector<float>> difficult(index length) {
  random_stream random{7, "difficult"};
  const auto fill = [&](float value) { return std::vector<float>(slot(length), value); };
  auto sparse = fill(0);
  sparse[slot(length / 2)] = -3;
  auto mixed = normal_vector(random, length);
  for (std::size_t i = 0; i < mixed.size(); i += 7)
    mixed[i] *= 1e20F;
  return {fill(0),
          fill(-0.0F),
          fill(2.5F),
          fill(-1e-42F),
          sparse,
          mixed,
          normal_vector(random, length, 1e-40F),
          normal_vector(random, length, 1e30F),
          normal_vector(random, length)};
}

const effort efforts[]{
    {.coordinates = 0, .threshold = 1e300},
    {.coordinates = 1, .threshold = 2},
    {.coordinates = 83, .threshold = 0.5},
    {.coordinates = 1'000'000, .threshold = 0},
    {.coordinates = 9, .threshold = 1e-3, .coordinates_max = 40},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(compressor_laws)

BOOST_DATA_TEST_CASE(what_is_received_and_what_is_left_add_up_to_the_vector,
                     data::make(names) * data::make({0, 1, 2}), name, format) {
  const auto with = compressor_named(name, {formats[slot(format)], "auto"});
  for (const auto& segments : {one_segment(833), tensors(), one_segment(1)})
    for (const auto& vector : difficult(length_of(segments)))
      for (const effort& wanted : efforts) {
        const auto [packed, decoded, leftover] = pack(*with, vector, segments, wanted);
        const bool exact = is_sparsifier(name) && format == 0;
        for (std::size_t i = 0; i < vector.size(); ++i) {
          const double sum = double{decoded[i]} + double{leftover[i]};
          const double size = std::abs(double{vector[i]}) + std::abs(double{decoded[i]});
          BOOST_REQUIRE(std::abs(sum - double{vector[i]}) <= (exact ? 0 : 6e-8 * size));
        }
      }
}

BOOST_DATA_TEST_CASE(equal_seeds_give_equal_messages, data::make(names), name) {
  random_stream random{8, name};
  const auto vector = normal_vector(random, length_of(tensors()));
  const auto with = compressor_named(name);
  const effort wanted{.coordinates = 50, .threshold = 1};
  const auto first = pack(*with, vector, tensors(), wanted);
  const auto second = pack(*with, vector, tensors(), wanted);
  BOOST_TEST(first.packed.bytes.hash() == second.packed.bytes.hash());
  BOOST_TEST(first.packed.payload_bits == second.packed.payload_bits);
  // Bits are what the bytes hold, but for a few of framing and padding for each segment.
  const auto bits = 8 * static_cast<std::int64_t>(first.packed.bytes.size());
  BOOST_TEST(first.packed.payload_bits <= bits);
  BOOST_TEST(first.packed.payload_bits > bits - 200 * 6);
}

BOOST_DATA_TEST_CASE(an_empty_vector_and_an_empty_message_are_legal, data::make(names), name) {
  const auto with = compressor_named(name);
  const auto nothing = pack(*with, {}, {}, {.coordinates = 5});
  BOOST_TEST(nothing.packed.coordinates == 0);
  BOOST_TEST(nothing.packed.payload_bits == 0);
  random_stream random{9, name};
  const auto vector = normal_vector(random, 100);
  const auto silent = pack(*with, vector, one_segment(100), {.threshold = 1e300});
  if (is_sparsifier(name)) {
    BOOST_TEST(silent.packed.coordinates == 0);
    BOOST_TEST(silent.packed.payload_bits == 0);
    BOOST_TEST(silent.leftover == vector, boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(running_statistics_arrive_as_they_are, data::make(names), name) {
  random_stream random{10, name};
  const auto vector = normal_vector(random, length_of(tensors()));
  const auto sent = pack(*compressor_named(name, {wire_format::bf16, "auto"}), vector, tensors(),
                         {.coordinates = 0, .threshold = 1e300});
  for (std::size_t i = 620; i < 632; ++i) {
    BOOST_TEST(sent.decoded[i] == vector[i]);
    BOOST_TEST(sent.leftover[i] == 0);
  }
}

BOOST_DATA_TEST_CASE(what_is_not_finite_is_refused_wherever_it_is, data::make(names), name) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()})
    for (const std::size_t place : {0U, 605U, 625U, 832U})
      for (const effort& wanted : efforts) {
        std::vector<float> vector(slot(length_of(tensors())), 1.0F);
        vector[place] = bad;
        random_stream draws{11, name};
        warm_start warm;
        const auto refused = compressor_named(name)->compress(vector, tensors(), wanted, draws,
                                                              warm);
        BOOST_REQUIRE(!refused.has_value());
        BOOST_REQUIRE(refused.error().code == errc::bad_input);
      }
}

BOOST_DATA_TEST_CASE(huge_values_are_packed_or_refused_but_never_become_infinite, data::make(names),
                     name) {
  std::vector<float> vector(1000, std::numeric_limits<float>::max());
  for (std::size_t i = 0; i < vector.size(); i += 3)
    vector[i] = -vector[i];
  const std::vector<segment> shapes{{.size = 1000, .rows = 25, .columns = 40}};
  for (const wire_format format : formats) {
    auto left = vector;
    random_stream draws{12, name};
    warm_start warm;
    const auto packed = compressor_named(name, {format, "auto"})
                            ->compress(left, shapes, {.coordinates = 500}, draws, warm);
    if (!packed) {
      BOOST_TEST((packed.error().code == errc::bad_input));
      continue;
    }
    BOOST_TEST(received(*packed, 1000).has_value());
    for (const float value : left)
      BOOST_REQUIRE(std::isfinite(value));
  }
}

BOOST_DATA_TEST_CASE(damaged_messages_are_refused_or_finite, data::make(names), name) {
  random_stream random{21, name};
  const auto vector = normal_vector(random, length_of(tensors()));
  const auto sent = pack(*compressor_named(name), vector, tensors(), {.coordinates = 40});
  const auto whole = sent.packed.bytes.bytes();
  std::vector<float> sum(vector.size());
  const auto try_out = [&](const std::vector<std::byte>& bytes) {
    if (!payload_format().check(bytes, std::ssize(sum)))
      return false;
    std::ranges::fill(sum, 0.0F);
    payload_format().add(bytes, 1, sum);
    for (const float value : sum)
      BOOST_REQUIRE(std::isfinite(value));
    return true;
  };
  BOOST_TEST(try_out({whole.begin(), whole.end()}));
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_REQUIRE(!try_out({whole.begin(), whole.begin() + static_cast<index>(size)}));
  for (int tries = 0; tries < 3000; ++tries) {
    std::vector<std::byte> hurt(whole.begin(), whole.end());
    for (index changes = 1 + random.below(3); changes > 0; --changes) {
      // The first bytes of segments say the most.
      const index range = random.bernoulli(0.5) ? 24 : std::ssize(hurt);
      hurt[slot(random.below(std::min(range, std::ssize(hurt))))] = static_cast<std::byte>(
          random.below(256));
    }
    try_out(hurt);
  }
}

// The constants of specification 10.2.

BOOST_DATA_TEST_CASE(relative_compressors_contract, data::make(names), name) {
  const auto with = compressor_named(name);
  if (with->kind() != compressor_kind::relative)
    return;
  // Only the exact selection is sure of it; the others are in the mean, or have fewer to choose.
  const double sure = name == "top-k" ? 1 : name == "dgc" ? 0.7 : 0;
  for (const auto& vector : difficult(1000))
    for (const index count : {1, 10, 300, 1000}) {
      const auto sent = pack(*with, vector, one_segment(1000), {.coordinates = count});
      const double most = (1 - sure * static_cast<double>(count) / 1000) * squares(vector);
      BOOST_REQUIRE(squares(sent.leftover) <= most * (1 + 1e-9));
    }
}

BOOST_AUTO_TEST_CASE(a_tenth_of_a_gaussian_leaves_half_of_it) {
  random_stream random{13, "gaussian"};
  const auto vector = normal_vector(random, 100'000);
  const auto sent = pack(*compressor_named("top-k"), vector, one_segment(100'000),
                         {.coordinates = 10'000});
  BOOST_TEST(std::abs(squares(sent.leftover) / squares(vector) - 0.54) < 0.03);
}

BOOST_AUTO_TEST_CASE(random_k_leaves_its_share_in_the_mean) {
  random_stream random{14, "shares"};
  const auto vector = normal_vector(random, 200);
  double left = 0;
  std::vector<int> times(200);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto sent = pack(*compressor_named("random-k"), vector, one_segment(200),
                           {.coordinates = 40}, seed);
    left += squares(sent.leftover) / squares(vector) / 2000;
    BOOST_REQUIRE(sent.packed.coordinates == 40);
    for (std::size_t i = 0; i < times.size(); ++i)
      times[i] += sent.decoded[i] != 0 ? 1 : 0;
  }
  BOOST_TEST(std::abs(left - 0.8) < 0.005);
  for (const int count : times)  // binomial: 400 +- 18
    BOOST_TEST(std::abs(count - 400) < 90);
}

BOOST_AUTO_TEST_CASE(a_seed_stands_for_indices_where_it_is_shorter) {
  random_stream random{15, "seeds"};
  const auto vector = normal_vector(random, 10'000);
  const auto sent = pack(*compressor_named("random-k"), vector, one_segment(10'000),
                         {.coordinates = 100});
  BOOST_TEST(sent.packed.payload_bits == 100 * 32 + 64);
  const auto few = pack(*compressor_named("random-k"), vector, one_segment(10'000),
                        {.coordinates = 2});
  BOOST_TEST(few.packed.payload_bits < 2 * 32 + 64);
}

BOOST_AUTO_TEST_CASE(a_threshold_bounds_what_is_left) {
  for (const auto& vector : difficult(1000))
    for (const double threshold : {1e-3, 1.0}) {
      const auto sent = pack(*compressor_named("threshold"), vector, one_segment(1000),
                             {.threshold = threshold});
      BOOST_TEST(squares(sent.leftover) <= 1000 * threshold * threshold);
      const auto capped = pack(*compressor_named("threshold"), vector, one_segment(1000),
                               {.threshold = threshold, .coordinates_max = 7});
      BOOST_TEST(capped.packed.coordinates <= 7);
    }
}

BOOST_AUTO_TEST_CASE(scaled_signs_leave_what_the_formula_says) {
  random_stream random{16, "signs"};
  const auto vector = normal_vector(random, 1000);
  double sum = 0;
  for (const float value : vector)
    sum += std::abs(value);
  const auto sent = pack(*compressor_named("scaled-sign"), vector, one_segment(1000), {});
  BOOST_TEST(std::abs(squares(sent.leftover) - (squares(vector) - sum * sum / 1000)) <
             1e-5 * squares(vector));
  BOOST_TEST(sent.packed.payload_bits == 1000 + 32);
}

namespace {

/// What each unbiased compressor may add in variance, relative to |x|^2, at one bucket of 128.
struct unbiased_case {
  std::string name;
  value_table settings;
  double variance;
  double bits_each;
};

const unbiased_case unbiased_cases[]{
    {"qsgd", {{"levels", value{std::int64_t{4}}}}, std::sqrt(128.0) / 4, 3.5},
    {"qsgd", {{"levels", value{std::int64_t{31}}}}, 128.0 / 961, 6.3},
    {"terngrad", {}, 12, 1.9},
    {"natural", {}, 0.125, 9},
    {"random-k", {{"unbiased", value{true}}}, 3, 9},
};

std::ostream& operator<<(std::ostream& out, const unbiased_case& one) { return out << one.name; }

}  // namespace

BOOST_DATA_TEST_CASE(unbiased_ones_have_the_vector_as_their_mean, data::make(unbiased_cases), one) {
  constexpr int draws = 4000;
  random_stream random{17, one.name};
  const auto vector = normal_vector(random, 128);
  const auto with = compressor_named(one.name, {}, one.settings);
  BOOST_TEST(with->unbiased());
  std::vector<double> mean(128);
  double variance = 0;
  for (int k = 0; k < draws; ++k) {
    const auto sent = pack(*with, vector, one_segment(128), {.coordinates = 32},
                           static_cast<std::uint64_t>(k));
    variance += squares(sent.leftover) / draws;
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += double{sent.decoded[i]} / draws;
    BOOST_REQUIRE(static_cast<double>(sent.packed.payload_bits) <= one.bits_each * 128);
  }
  BOOST_TEST(variance <= one.variance * squares(vector) * 1.02);
  double off = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    off += (mean[i] - double{vector[i]}) * (mean[i] - double{vector[i]});
  // The mean of so many draws has the variance over their number; chi-squared scatters little.
  BOOST_TEST(off <= 1.6 * variance / draws);
}

BOOST_AUTO_TEST_CASE(power_iteration_finds_a_matrix_of_its_rank) {
  random_stream random{18, "low rank"};
  const auto left = normal_vector(random, 40 * 2);
  const auto right = normal_vector(random, 30 * 2);
  std::vector<float> matrix(1200);
  for (std::size_t i = 0; i < 40; ++i)
    for (std::size_t j = 0; j < 30; ++j)
      for (std::size_t c = 0; c < 2; ++c)
        matrix[i * 30 + j] += left[2 * i + c] * right[2 * j + c];
  const std::vector<segment> shape{{.size = 1200, .rows = 40, .columns = 30}};
  const auto sent = pack(*compressor_named("powersgd"), matrix, shape, {});
  BOOST_TEST(squares(sent.leftover) < 1e-9 * squares(matrix));
  BOOST_TEST(sent.packed.payload_bits == 4 * 70 * 32);
}

BOOST_AUTO_TEST_CASE(a_warm_start_comes_nearer_from_message_to_message) {
  random_stream random{19, "warm"};
  const auto matrix = normal_vector(random, 1200);
  const std::vector<segment> shape{{.size = 1200, .rows = 40, .columns = 30}};
  const auto with = compressor_named("powersgd", {}, {{"rank", value{std::int64_t{2}}}});
  random_stream draws{20, "warm"};
  warm_start warm;
  double before = squares(matrix), first = 0;
  for (int k = 0; k < 30; ++k) {
    auto left = matrix;
    BOOST_TEST_REQUIRE(with->compress(left, shape, {}, draws, warm).has_value());
    BOOST_TEST(squares(left) <= before * (1 + 1e-6));
    before = squares(left);
    first = k == 0 ? before : first;
  }
  BOOST_TEST(before < 0.97 * first);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
