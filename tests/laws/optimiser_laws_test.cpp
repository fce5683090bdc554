#include <cmath>
#include <cstring>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/aggregation/server_optimiser.hpp"
#include "algorithms/base/random.hpp"
#include "tests/support/optimisers.hpp"

namespace echelon::learning {
namespace {

namespace data = boost::unit_test::data;

/// Optimisers by name, the server's as "server/NAME".
std::vector<std::string> all_names() {
  auto names = optimisers().names();
  for (const auto& name : aggregation::server_optimisers().names())
    names.push_back("server/" + name);
  return names;
}

optimiser_ptr make_any(const std::string& name) {
  constexpr std::string_view server = "server/";
  return name.starts_with(server)
             ? make_rule(aggregation::server_optimisers(), name.substr(server.size()))
             : make_rule(optimisers(), name);
}

std::vector<double> random_numbers(random_stream& random, index count) {
  std::vector<double> numbers;
  for (index i = 0; i < count; ++i)
    numbers.push_back(random.normal());
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimiser_laws)

BOOST_DATA_TEST_CASE(a_quadratic_is_minimised, data::make(all_names()), name) {
  const auto rule = make_any(name);
  const double curvature[]{1, 10, 0.3};
  const double best[]{2, -1, 0.5};
  auto state = builder_of<double>({0, 0, 0});
  auto memory = fresh_state(*rule, 3, precision::double_);
  for (int step = 0; step < 4000; ++step) {
    std::vector<double> gradient(3);
    for (std::size_t i = 0; i < 3; ++i)
      gradient[i] = curvature[i] * (state.as<double>()[i] - best[i]);
    // A falling rate, so that rules that step by the rate itself settle.
    rule->step(state, builder_of<double>(gradient), 0.05 / (1 + step / 400.0), memory);
  }
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(std::abs(state.as<double>()[i] - best[i]) < 0.02);  // adamw's decay pulls this far
}

BOOST_DATA_TEST_CASE(memory_is_as_announced_and_a_copy_of_it_resumes_the_same_bits,
                     data::make(all_names()), name) {
  const auto rule = make_any(name);
  random_stream random{1, "laws.optimiser"};
  constexpr index count = 1003;
  auto state = builder_of<float>(random_numbers(random, count));
  auto memory = fresh_state(*rule, count, precision::single);
  BOOST_TEST(std::ssize(memory.slots) == rule->slot_count());
  const auto step = [&](block_builder& weights, optimiser_state& remembered, std::uint64_t seed) {
    random_stream draws{seed, "laws.optimiser.gradient"};
    rule->step(weights, builder_of<float>(random_numbers(draws, count)), 0.01, remembered);
  };
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    step(state, memory, seed);
  BOOST_TEST(memory.steps == 5);

  const auto copy = [](const block_builder& from) {
    block_builder to{from.size(), from.kind()};
    std::ranges::copy(from.as<float>(), to.as<float>().begin());
    return to;
  };
  auto resumed_state = copy(state);
  optimiser_state resumed{memory.steps, {}};
  for (const block_builder& slot : memory.slots) {
    BOOST_TEST(slot.size() == count);
    resumed.slots.push_back(copy(slot));
  }
  for (std::uint64_t seed = 5; seed < 10; ++seed) {
    step(state, memory, seed);
    step(resumed_state, resumed, seed);
  }
  BOOST_TEST(block::freeze(std::move(state)).hash() ==
             block::freeze(std::move(resumed_state)).hash());
}

BOOST_DATA_TEST_CASE(elements_do_not_depend_on_their_neighbours, data::make(all_names()), name) {
  const auto rule = make_any(name);
  random_stream random{2, "laws.optimiser"};
  const auto start = random_numbers(random, 37);
  const auto gradient = random_numbers(random, 37);
  auto together = builder_of<float>(start);
  auto memory = fresh_state(*rule, 37, precision::single);
  rule->step(together, builder_of<float>(gradient), 0.1, memory);
  for (std::size_t i = 0; i < start.size(); ++i) {
    auto alone = builder_of<float>({start[i]});
    auto small = fresh_state(*rule, 1, precision::single);
    rule->step(alone, builder_of<float>({gradient[i]}), 0.1, small);
    // Vectorised or not, the bits are the same.
    BOOST_TEST(alone.as<float>()[0] == together.as<float>()[i]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
