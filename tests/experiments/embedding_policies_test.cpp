#include <boost/test/unit_test.hpp>

#include "algorithms/transmission/delay_model.hpp"
#include "experiments/scenario/list.hpp"
#include "tests/support/embedding.hpp"

namespace echelon {
namespace {

using embed::model_functions;
using experiments::policy_catalogues;
using tests::finish;
using tests::one_thread;
using tests::open;
using tests::resolved;
using tests::small_settings;

/// y = w x + b by squared loss: the optimum is known.
template <class Scalar>
learning::model_catalogue::entry line_model(std::string name, bool throws = false) {
  return embed::model_from_functions<Scalar>(
      {.name = std::move(name), .summary = "a line", .source = "test", .parameters = {}},
      [throws](const parameters&,
               const learning::model_context&) -> result<model_functions<Scalar>> {
        const auto pass = [throws](std::span<const Scalar> w, const learning::batch& samples,
                                   std::span<Scalar> sums) {
          double loss = 0;
          for (const index row : samples.rows) {
            const double x = *samples.data->row(row);
            const double off = static_cast<double>(w[0]) * x + static_cast<double>(w[1]) -
                               samples.data->targets[static_cast<std::size_t>(row)];
            if (throws && !sums.empty() && row % 7 == 3)
              throw std::runtime_error{"the library is out of memory"};
            loss += off * off / 2;
            if (!sums.empty()) {
              sums[0] += static_cast<Scalar>(off * x);
              sums[1] += static_cast<Scalar>(off);
            }
          }
          return loss;
        };
        return model_functions<Scalar>{
            .parameters = 2,
            .gradient = pass,
            .evaluate = [pass](std::span<const Scalar> w, const learning::batch& samples) {
              return learning::batch_sums{.loss = pass(w, samples, {})};
            }};
      });
}

learning::dataset points_on_a_line() {
  learning::dataset points{.count = 40};
  for (int i = 0; i < 40; ++i) {
    const float x = static_cast<float>(i) / 20 - 1;
    points.features.push_back(x);
    points.targets.push_back(3 * x - 2);
  }
  return points;
}

embed::settings line_settings(std::string_view world, std::string_view model) {
  embed::settings made;
  made.set("data", value_table{{"source", "line"}, {"scale", "none"}})
      .set("model.kind", std::string{model})
      .set("topology.workers", 4)
      .set("optimizer", value_table{{"rate", 0.5}, {"batch", 0}})
      .set("runtime.world", std::string{world})
      .set("scenario.rounds", 200);
  return made;
}

policy_catalogues with_line() {
  policy_catalogues policies;
  expects(
      embed::add(policies.sources, embed::data_in_memory("line", points_on_a_line())).has_value());
  expects(embed::add(policies.models, line_model<float>("float-line")).has_value());
  expects(embed::add(policies.models, line_model<double>("double-line")).has_value());
  expects(embed::add(policies.models, line_model<float>("broken-line", true)).has_value());
  return policies;
}

asio::awaitable<result<actors::run_outcome>> train(experiments::scenario what,
                                                   policy_catalogues policies) {
  const embed::session_options options = one_thread();
  embed::session here = co_await open(what, options, policies);
  co_return co_await here.run();
}

/// Every link takes a second, computing nothing.
class one_second final : public transmission::delay_model {
public:
  static constexpr std::string_view name = "one-second";
  static constexpr std::string_view summary = "every link takes a second";
  static constexpr std::string_view source = "test";
  static std::vector<parameter> declared() { return {}; }
  static result<one_second> make(const parameters&, const transmission::delay_context&) {
    return one_second{};
  }
  seconds compute(node_id, index, double, index) const override { return seconds{0}; }
  seconds link(node_id, index, transmission::direction) const override { return seconds{1}; }
  bool slow(node_id, index) const override { return false; }
};

std::string why_not(const result<experiments::scenario>& refused) {
  return refused ? "accepted" : refused.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedding_policies)

BOOST_AUTO_TEST_CASE(own_functions_on_own_data_reach_the_optimum_in_both_precisions) {
  const policy_catalogues policies = with_line();
  for (const char* world : {"simulated", "local"}) {
    asio::io_context io{1};
    const auto singles = finish(
        io, train(resolved(line_settings(world, "float-line"), policies), policies));
    BOOST_TEST(singles->state.as<float>()[0] == 3.0F, boost::test_tools::tolerance(1e-4F));
    BOOST_TEST(singles->state.as<float>()[1] == -2.0F, boost::test_tools::tolerance(1e-4F));
    auto given = line_settings(world, "double-line");
    const auto doubles = finish(
        io, train(resolved(given.set("runtime.precision", "double"), policies), policies));
    BOOST_TEST(doubles->state.as<double>()[0] == 3.0, boost::test_tools::tolerance(1e-7));
    BOOST_TEST(doubles->summary.final_loss.value() < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(a_model_of_another_precision_is_refused_by_name) {
  const policy_catalogues policies = with_line();
  asio::io_context io{1};
  const auto what = resolved(line_settings("local", "double-line"), policies);
  BOOST_CHECK_EXCEPTION(
      finish(io, train(what, policies)), std::runtime_error, [](const std::runtime_error& refused) {
        return std::string{refused.what()}.find("runtime.precision must be \"double\"") !=
               std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(what_a_gradient_function_throws_ends_its_run_and_no_other) {
  const policy_catalogues policies = with_line();
  for (const char* world : {"simulated", "local"}) {
    asio::io_context io{1};
    const auto left = finish(
        io, train(resolved(line_settings(world, "broken-line"), policies), policies));
    BOOST_REQUIRE(left.has_value());
    BOOST_TEST((left->summary.status == actors::run_status::failed));
    BOOST_TEST(left->summary.reason->detail.find("the library is out of memory") !=
               std::string::npos);
    const auto next = finish(
        io, train(resolved(line_settings(world, "float-line"), policies), policies));
    BOOST_TEST((next->summary.status == actors::run_status::done));
  }
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit_together_are_refused_with_the_numbers) {
  learning::dataset wrong = points_on_a_line();
  wrong.targets.pop_back();
  policy_catalogues policies;
  BOOST_REQUIRE(embed::add(policies.sources, embed::data_in_memory("line", wrong)).has_value());
  BOOST_REQUIRE(embed::add(policies.models, line_model<float>("float-line")).has_value());
  asio::io_context io{1};
  BOOST_CHECK_EXCEPTION(
      finish(io, train(resolved(line_settings("local", "float-line"), policies), policies)),
      std::runtime_error, [](const std::runtime_error& refused) {
        return std::string{refused.what()}.find("40 samples need as many targets, and there are "
                                                "39") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(an_own_delay_model_moves_the_virtual_clock) {
  policy_catalogues policies;
  BOOST_REQUIRE(embed::add<one_second>(policies.delays).has_value());
  auto given = small_settings("simulated", 5);
  asio::io_context io{1};
  const auto left = finish(
      io, train(resolved(given.set("delays.model", "one-second"), policies), policies));
  BOOST_TEST(left->summary.time_s == 10.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(what_is_added_is_listed_and_known_to_scenarios_of_these_catalogues_only) {
  policy_catalogues policies;
  BOOST_REQUIRE(embed::add<one_second>(policies.delays).has_value());
  const auto listed = experiments::list_text(
      *experiments::list_policies(experiments::make_schema(policies), "delays"));
  BOOST_TEST(listed.find("every link takes a second") != std::string::npos);
  auto given = small_settings("simulated", 5).set("delays.model", "one-second");
  BOOST_TEST(why_not(given.resolve(policies)) == "accepted");
  BOOST_TEST(why_not(given.resolve({})).find("\"one-second\" is not known") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_that_clash_are_refused) {
  policy_catalogues policies;
  BOOST_REQUIRE(embed::add<one_second>(policies.delays).has_value());
  BOOST_TEST(embed::add<one_second>(policies.delays).error().detail.find("\"one-second\"") !=
             std::string::npos);
  BOOST_TEST(!embed::add(policies.models, line_model<float>("mlp")));
  BOOST_TEST(!embed::add(policies.models, line_model<float>("")));
  BOOST_TEST(embed::check_names(policies).has_value());

  auto entry = line_model<float>("clashing");
  entry.card.parameters = {{"kind", value_kind::text, "x", "a key of [model] itself"}};
  BOOST_REQUIRE(embed::add(policies.models, entry).has_value());
  BOOST_TEST(why_not(small_settings("local", 5).resolve(policies))
                 .find("\"clashing\" declares the parameter kind") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(settings_from_code_are_refused_with_the_line_that_set_them) {
  const policy_catalogues policies;
  const int line = __LINE__ + 1;
  const auto wrong = embed::settings{}.set("coding.stragglers", -1).resolve(policies);
  BOOST_TEST(why_not(wrong).starts_with(
      fmt::format("embedding_policies_test.cpp:{}: coding.stragglers: ", line)));
  BOOST_TEST(
      why_not(embed::settings{}.set("coding.straglers", 1).resolve(policies)).find("stragglers") !=
      std::string::npos);
  BOOST_TEST(why_not(embed::settings{}.set("", 1).resolve(policies)) != "accepted");
  const auto text = embed::settings::from_text("[scenario]\nrounds = 0\n", "here");
  BOOST_TEST(why_not(text->resolve(policies)).starts_with("here:2: scenario.rounds: "));
  BOOST_TEST(embed::settings::from_file("/no/such/file.toml").error().detail.find("no/such") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_prediction_is_the_class_that_evaluation_counts_as_correct) {
  asio::io_context io{1};
  const auto counted = [](experiments::scenario what) -> asio::awaitable<bool> {
    embed::session here = co_await open(what);
    const auto left = co_await here.run();
    const learning::dataset& test = *here.setup().data.test;
    index correct = 0;
    for (index sample = 0; sample < test.count; ++sample)
      correct += embed::predict(*here.setup().model, left->state, test, sample) ==
                 test.labels[static_cast<std::size_t>(sample)];
    co_return static_cast<double>(correct) / static_cast<double>(test.count) ==
        *left->summary.final_accuracy;
  };
  BOOST_TEST(finish(io, counted(resolved(small_settings("local", 10)))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
