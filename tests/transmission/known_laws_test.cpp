#include <boost/test/unit_test.hpp>

#include "tests/support/delays.hpp"

// What planners are told of a model must be what the model draws.
namespace echelon::transmission {
namespace {

constexpr delay_context nodes{.workers = 2, .edges = 1, .seed = 3};
constexpr index rounds = 40'000;

const value_table speeds{{"worker", value_table{{"compute_shift_s", 2.0},
                                                {"compute_rate_per_s", 0.5},
                                                {"link_down_s", 3.0},
                                                {"link_up_s", 1.0},
                                                {"link_loss", 0.25}}},
                         {"edge", value_table{{"link_s", 5.0}, {"link_loss", 0.5}}}};

delay_model_ptr make(std::string_view model, value_table slow) {
  value_table settings = speeds;
  settings.emplace("slow", std::move(slow));
  return make_delays(model, std::move(settings), nodes).value();
}

double slow_share(const delay_model& model, node_id node) {
  double slow = 0;
  for (index round = 0; round < rounds; ++round)
    slow += model.slow(node, round);
  return slow / static_cast<double>(rounds);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(known_laws)

BOOST_AUTO_TEST_CASE(every_random_model_knows_how_often_its_nodes_are_slow) {
  const std::vector<std::pair<std::string_view, value_table>> models{
      {"shifted-exponential", {{"probability", 0.1}}},
      {"markov", {{"enter", 0.05}, {"stay", 0.8}}},
      {"transient", {{"probability", 0.05}, {"rounds", 4}}}};
  for (const auto& [name, slow] : models) {
    const auto model = make(name, slow);
    const delay_law law = model->law(worker(1)).value();
    // Slow rounds come in bursts: fewer of them are independent.
    BOOST_TEST(law.slow_probability == slow_share(*model, worker(1)),
               boost::test_tools::tolerance(0.08));
    BOOST_TEST(law.slow_factor == 10);
  }
}

BOOST_AUTO_TEST_CASE(the_law_has_the_means_of_the_draws) {
  const auto model = make("shifted-exponential", {{"probability", 0.1}, {"factor", 5.0}});
  const delay_law law = model->law(worker(0)).value();
  const delay_law far = model->law(edge(0)).value();
  double compute_s = 0, down_s = 0, up_s = 0, edge_s = 0;
  for (index round = 0; round < rounds; ++round) {
    compute_s += model->compute(worker(0), round, 3).count() / static_cast<double>(rounds);
    down_s += model->link(worker(0), round, direction::down).count() / static_cast<double>(rounds);
    up_s += model->link(worker(0), round, direction::up).count() / static_cast<double>(rounds);
    edge_s += model->link(edge(0), round, direction::up).count() / static_cast<double>(rounds);
  }
  const auto close = boost::test_tools::tolerance(0.02);
  const auto slowed = [](const delay_law& of) {
    return 1 + of.slow_probability * (of.slow_factor - 1);
  };
  BOOST_TEST(compute_s == slowed(law) * 3 * (law.compute_shift_s + 1 / law.compute_rate_per_s),
             close);
  BOOST_TEST(down_s == law.link_down_s / (1 - law.link_loss), close);
  BOOST_TEST(up_s == law.link_up_s / (1 - law.link_loss), close);
  BOOST_TEST(edge_s == slowed(far) * far.link_up_s / (1 - far.link_loss), close);
}

BOOST_AUTO_TEST_CASE(where_nothing_takes_time_the_law_is_of_nothing) {
  BOOST_TEST((make_delays("none", {}, nodes).value()->law(worker(0)) == delay_law{}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
