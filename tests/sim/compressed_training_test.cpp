#include <cmath>
#include <set>

#include <boost/test/unit_test.hpp>

#include "algorithms/compression/payload_format.hpp"
#include "tests/support/small_compression.hpp"

namespace echelon {
namespace {

using actors::training_setup;
using actors::weighting;
using tests::small_options;
using tests::small_setup;
using tests::small_squeeze;
using tests::train;

/// Every compressor under every feedback that goes with it.
std::vector<small_squeeze> all_squeezes() {
  const auto setup = small_setup({});
  std::vector<small_squeeze> all;
  for (const std::string& compressor : compression::compressors().names())
    for (const std::string& feedback : compression::feedbacks().names()) {
      const small_squeeze one{.compressor = compressor, .feedback = feedback};
      if (tests::small_packer(*setup.model, one))
        all.push_back(one);
    }
  return all;
}

/// One replayed sender.
struct sender {
  compression::sender_memory held;
  std::vector<double> used;  ///< sum of its vectors that went into messages that were used
  std::vector<double> gone;  ///< sum of those messages
};

/// The run told without actors: what every sender has, packs and remembers, round by round; who was
/// used is what the records say.
struct retelling {
  std::vector<double> state;
  std::vector<sender> senders;
};

retelling retell(const training_setup& made, const std::vector<actors::round_record>& rounds) {
  const auto setup = std::make_shared<const training_setup>(made);
  const auto& budget = *made.budgets.at({role::coordinator, 0});
  actors::part_computer computer{setup, 1, false};
  compression::ratio_state ratios = budget.begin();
  block state = made.model->initial_state(made.init_seed);
  retelling told;
  told.senders.resize(slot(made.topology.workers()));
  std::vector<float> kept(slot(state.size()));  // at a server that accumulates
  for (const auto& round : rounds) {
    std::vector<float> sum(slot(state.size()));
    const auto efforts = budget.efforts(ratios);
    std::vector<compression::sender_observation> seen(told.senders.size());
    double samples = 0;
    for (const node_id who : round.senders)
      samples += made.weight_of(who.number);
    for (const node_id who : round.senders) {
      sender& one = told.senders[slot(who.number)];
      const auto when = actors::exchange_of(made, who, round.round);
      const actors::packing pack{.packer = made.worker_packer,
                                 .held = std::make_shared<compression::sender_memory>(one.held),
                                 .wanted = efforts[slot(who.number)],
                                 .means = true,
                                 .seed = made.data_seed,
                                 .who = who,
                                 .when = {round.round, 1},
                                 .round = round.round};
      const auto own = computer.compute(state, when, who.number, 0);
      const auto sent = pack.pack(own);
      BOOST_REQUIRE(sent.next);
      one.held = *sent.next;
      compression::payload_format().add(sent.answer.packed.bytes(),
                                        static_cast<float>(own.samples / samples), sum);
      std::vector<float> message(sum.size());
      compression::payload_format().add(sent.answer.packed.bytes(), 1, message);
      one.used.resize(sum.size()), one.gone.resize(sum.size());
      for (std::size_t i = 0; i < sum.size(); ++i) {
        one.used[i] += own.values.as<float>()[i] / own.samples;
        one.gone[i] += message[i];
      }
      seen[slot(who.number)] = {.sent = true,
                                .coordinates = sent.how.coordinates,
                                .bits = static_cast<double>(sent.how.payload_bits),
                                .norm = sent.how.norm};
    }
    budget.observe(seen, ratios);
    block_builder next{state.size(), state.kind()};
    for (std::size_t i = 0; i < sum.size(); ++i) {
      if (made.worker_packer->remembers().server_accumulates())
        sum[i] = kept[i] += sum[i];
      next.as<float>()[i] = state.as<float>()[i] - static_cast<float>(made.rate) * sum[i];
    }
    state = block::freeze(std::move(next));
  }
  told.state.assign(state.as<float>().begin(), state.as<float>().end());
  return told;
}

double distance(const block& one, const std::vector<double>& other) {
  double largest = 0;
  for (std::size_t i = 0; i < other.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(one.as<float>()[i]) - other[i]));
  return largest;
}

/// Of a sender under EF14: what it has computed is what it has sent and what it still holds.
double unaccounted(const sender& one) {
  double largest = 0;
  for (std::size_t i = 0; i < one.used.size(); ++i) {
    const double held = one.held.leftover.empty() ? 0.0 : static_cast<double>(one.held.leftover[i]);
    largest = std::max(largest, std::abs(one.used[i] - one.gone[i] - held));
  }
  return largest;
}

void check(const training_setup& setup, const small_squeeze& squeeze) {
  const auto run = train(setup);
  BOOST_REQUIRE((run.outcome.summary.status == actors::run_status::done));
  const retelling told = retell(setup, run.rounds);
  BOOST_TEST(distance(run.outcome.state, told.state) < 1e-5);
  if (squeeze.feedback == "ef14")
    for (const sender& one : told.senders)
      BOOST_TEST(unaccounted(one) < 1e-4);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compressed_training)

BOOST_AUTO_TEST_CASE(every_compressor_under_every_feedback_steps_by_what_was_sent) {
  BOOST_TEST(all_squeezes().size() > 20U);
  for (const small_squeeze& squeeze : all_squeezes())
    for (const auto format : {compression::wire_format::full, compression::wire_format::fp16}) {
      auto wanted = squeeze;
      wanted.values = format;
      auto setup = small_setup({.workers = 4, .rounds = 10, .samples = 100});
      setup.weights = weighting::samples;
      tests::squeeze_messages(setup, wanted);
      BOOST_TEST_CONTEXT(squeeze.compressor << " under " << squeeze.feedback) {
        check(setup, squeeze);
      }
    }
}

BOOST_AUTO_TEST_CASE(what_came_too_late_is_not_committed) {
  for (const small_squeeze& squeeze : all_squeezes()) {
    if (squeeze.feedback == "ef21")
      continue;  // refused: its server needs everybody
    auto setup = small_setup(
        {.policy = "ignore-stragglers", .stragglers = 2, .rounds = 12, .samples = 100});
    setup.delays = *transmission::delay_models().make(
        "shifted-exponential",
        value_table{
            {"worker",
             value_table{{"compute_shift_s", 1.0}, {"compute_rate_per_s", 1.0}, {"link_s", 2.0}}}},
        "delays", transmission::delay_context{6, 0, 1});
    tests::squeeze_messages(setup, squeeze);
    BOOST_TEST_CONTEXT(squeeze.compressor << " under " << squeeze.feedback) {
      check(setup, squeeze);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_tree_that_relays_compresses_like_a_star) {
  small_options run{.policy = "ignore-stragglers", .stragglers = 2, .workers = 6, .rounds = 8};
  run.delays = {};
  auto star = small_setup(run);
  tests::squeeze_messages(star, {});
  run.edges = value_list{3, 3};
  auto tree = small_setup(run);
  tests::squeeze_messages(tree, {});
  BOOST_TEST(train(tree).outcome.summary.weights_hash == train(star).outcome.summary.weights_hash);
}

/// Those that were not asked in a round have sent nothing that could be forgotten.
BOOST_AUTO_TEST_CASE(those_who_sit_out_a_round_keep_what_they_remember) {
  for (const double share : {0.5, 0.25}) {
    auto setup = small_setup({.workers = 8, .rounds = 16, .samples = 120});
    setup.levels.participation = share;
    tests::squeeze_messages(setup, {});
    check(setup, {});
  }
}

BOOST_AUTO_TEST_CASE(policies_that_keep_the_budget_send_the_same_in_all) {
  constexpr index rounds = 250;
  std::map<std::string, double> sent;
  double whole = 0;
  for (const std::string& policy : compression::ratio_policies().names()) {
    const auto made = compression::ratio_policies().make(policy, value_table{}, "ratios").value();
    if (made->thresholds_only() || !made->held_to_budget())
      continue;
    auto setup = small_setup({.workers = 5, .rounds = rounds, .samples = 200});
    setup.weights = weighting::samples;
    for (std::size_t part = 1; part < 5; ++part)  // unequal data
      while (setup.parts[part].size() > 30 / part)
        setup.parts[part].pop_back();
    tests::squeeze_messages(setup, {.ratios = policy, .budget = 0.013});
    whole = 5 * 0.013 * static_cast<double>(setup.model->parameter_count() * rounds);
    for (const auto& round : train(setup).rounds)
      sent[policy] += round.facts.at("coordinates_sent");
  }
  BOOST_TEST(sent.size() >= 4U);
  for (const auto& [policy, coordinates] : sent)
    BOOST_TEST(std::abs(coordinates / whole - 1) < 1e-3, policy << ": " << coordinates / whole);
}

BOOST_AUTO_TEST_CASE(certificates_say_what_was_left_out) {
  for (const value& edges : {value{value_list{}}, value{value_list{3, 3}}}) {
    for (const bool by_edges : {true, false}) {
      auto setup = small_setup({.edges = edges, .rounds = 6});
      tests::squeeze_messages(setup, {.feedback = "none", .by_edges = by_edges});
      for (const auto& round : train(setup).rounds) {
        BOOST_TEST(round.worth.compression_error > 0.05);
        BOOST_TEST(round.worth.compression_error < 1.5);
      }
    }
  }
  auto whole = small_setup({.rounds = 3});
  tests::squeeze_messages(whole, {.compressor = "none", .feedback = "none"});
  for (const auto& round : train(whole).rounds)
    BOOST_TEST(round.worth.compression_error == 0.0);
  // One sender: what the root's certificate says is what the packer lost.
  auto alone = small_setup({.workers = 1, .rounds = 5});
  tests::squeeze_messages(alone, {.compressor = "top-k", .feedback = "none", .budget = 1});
  for (const auto& round : train(alone).rounds)
    BOOST_TEST(round.worth.compression_error == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
