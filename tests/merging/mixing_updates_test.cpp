#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/peer_runs.hpp"

// Each rule against the formula it stands for, one number a peer, on a ring of five.
namespace echelon::merging {
namespace {

constexpr index peers_count = 5;
constexpr double rate = 0.05;

vector curvatures() { return vector{{1, 2, 0.5, 3, 1.5}}; }
vector targets() { return vector{{1, -2, 4, 0.5, 3}}; }
vector starts() { return vector{{0, 1, 2, -1, 5}}; }

vector gradients(const vector& x) { return curvatures().cwiseProduct(x - targets()); }

matrix ring() { return make_network("ring", peers_count).mixing(0); }

block quadratic(index peer, const block& point) {
  return block_of<double>({curvatures()(peer) * (point.as<double>()[0] - targets()(peer))});
}

peer_run started(std::string_view rule, value_table settings = {}) {
  std::vector<block> models;
  for (const double start : starts())
    models.push_back(block_of<double>({start}));
  return {make_rule(rule, std::move(settings)), make_network("ring", peers_count), models, 1};
}

vector models_of(const peer_run& run) {
  vector models{peers_count};
  for (index peer = 0; peer < peers_count; ++peer)
    models(peer) = run.peers[slot(peer)].model.as<double>()[0];
  return models;
}

/// Takes both through some steps.
template <class Step>
void compare(peer_run run, Step formula, double rounding = 1e-12) {
  vector x = starts();
  for (int step = 0; step < 12; ++step) {
    x = formula(x, step);
    run.step(quadratic, rate);
    BOOST_TEST((models_of(run) - x).cwiseAbs().maxCoeff() < rounding);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mixing_updates)

BOOST_AUTO_TEST_CASE(cdsgd_combines_then_adapts_or_the_other_way) {
  const matrix w = ring();
  compare(started("cdsgd"),
          [&](const vector& x, int) -> vector { return w * x - rate * gradients(x); });
  compare(started("cdsgd", {{"order", "adapt-first"}}),
          [&](const vector& x, int) -> vector { return w * (x - rate * gradients(x)); });
}

BOOST_AUTO_TEST_CASE(cdmsgd_has_nesterov_momentum) {
  const matrix w = ring();
  vector v = vector::Zero(peers_count);
  compare(started("cdmsgd", {{"momentum", 0.8}}), [&](const vector& x, int) -> vector {
    const vector g = gradients(x);
    v = 0.8 * v + g;
    return w * x - rate * (g + 0.8 * v);
  });
}

BOOST_AUTO_TEST_CASE(ld_sgd_rests_and_mixes_in_turn) {
  const matrix w = ring();
  compare(started("ld-sgd", {{"local_steps", 2}, {"mixed_steps", 1}}),
          [&](const vector& x, int step) -> vector {
            return (step % 3 == 2 ? vector{w * x} : x) - rate * gradients(x);
          });
}

BOOST_AUTO_TEST_CASE(quasi_global_momentum_follows_the_mixed_model) {
  const matrix w = ring();
  for (const bool nesterov : {false, true}) {
    vector m = vector::Zero(peers_count);
    compare(started("qg-dsgdm", {{"momentum", 0.8}, {"kept", 0.7}, {"nesterov", nesterov}}),
            [&](const vector& x, int) -> vector {
              const vector g = gradients(x), d = 0.8 * m + g;
              const vector mixed = w * (x - rate * (nesterov ? vector{g + 0.8 * d} : d));
              m = 0.7 * m + 0.3 * (x - mixed) / rate;
              return mixed;
            });
  }
}

BOOST_AUTO_TEST_CASE(decentlam_has_momentum_over_the_mixed_gradient) {
  const matrix w = ring();
  vector m = vector::Zero(peers_count);
  compare(started("decentlam", {{"momentum", 0.8}}), [&](const vector& x, int) -> vector {
    m = 0.8 * m + (x - w * (x - rate * gradients(x))) / rate;
    return x - rate * m;
  });
}

BOOST_AUTO_TEST_CASE(d2_extrapolates_and_corrects) {
  const matrix w = ring();
  vector before, gradient_before;
  compare(started("d2"), [&](const vector& x, int step) -> vector {
    const vector g = gradients(x);
    const vector next = step == 0 ? vector{w * (x - rate * g)}
                                  : vector{w * (2 * x - before - rate * (g - gradient_before))};
    before = x;
    gradient_before = g;
    return next;
  });
}

BOOST_AUTO_TEST_CASE(gradient_tracking_steps_by_the_tracked_mean) {
  const matrix w = ring();
  vector y = gradients(starts());
  compare(started("gradient-tracking"), [&](const vector& x, int) -> vector {
    const vector next = w * x - rate * y;
    y = w * y + gradients(next) - gradients(x);
    return next;
  });
}

BOOST_AUTO_TEST_CASE(sgp_pushes_numerators_and_masses) {
  // A star split evenly: columns add up to 1, rows do not.
  const auto star = make_network("star", peers_count, {}, "uniform",
                                 weights_needed::column_stochastic);
  const matrix a = star.mixing(0);
  for (const bool running : {false, true}) {
    std::vector<block> models;
    for (const double start : starts())
      models.push_back(block_of<double>({start}));
    peer_run run{make_rule("sgp", {{"running_sums", running}}), star, models, 1};
    vector w = vector::Ones(peers_count);
    compare(std::move(run), [&](const vector& x, int) -> vector {
      const vector next = a * (x - rate * gradients(x.cwiseQuotient(w)));
      w = a * w;
      return next;
    });
  }
}

BOOST_AUTO_TEST_CASE(cga_bends_the_gradient_until_no_neighbour_objects) {
  const matrix w = ring();
  compare(
      started("cga", {{"momentum", 0.0}, {"margin", 0.5}}),
      [&](const vector& x, int) {
        vector bent{peers_count};
        for (index i = 0; i < peers_count; ++i) {
          const double own = curvatures()(i) * (x(i) - targets()(i));
          // In one dimension the QP is about r = G' u alone: r = -g, where rows of the right sign
          // can bring it there from what the least multipliers make.
          double least = 0, positive = 0, negative = 0;
          for (const index j : {(i + 1) % peers_count, (i + peers_count - 1) % peers_count}) {
            const double row = w(i, j) * curvatures()(j) * (x(i) - targets()(j));
            least += 0.5 * row;
            (row > 0 ? positive : negative) += row;
          }
          const bool cancels = own + least > 0 ? negative < 0 : positive > 0;
          bent(i) = cancels ? 0 : own + least;
        }
        return vector{w * x - rate * bent};
      },
      1e-8);  // of the QP's ridge
}

BOOST_AUTO_TEST_CASE(all_reduce_and_fedavg_take_the_mean_of_all) {
  compare(started("all-reduce"),
          [](const vector& x, int) -> vector { return x.array() - rate * gradients(x).mean(); });
  compare(started("fedavg", {{"local_steps", 3}}), [](const vector& x, int step) -> vector {
    const vector local = x - rate * gradients(x);
    return step % 3 == 2 ? vector{vector::Constant(peers_count, local.mean())} : local;
  });
}

BOOST_AUTO_TEST_CASE(buffers_follow_the_batch_and_are_mixed_like_the_rest) {
  for (const auto& name : mixing_rules().names()) {
    std::vector<block> models;
    for (index peer = 0; peer < 4; ++peer)
      models.push_back(block_of<double>({1, static_cast<double>(peer)}));
    const auto weights = make_rule(name)->traits().eigenvalue_above > -1 ? "lazy" : "auto";
    peer_run run{make_rule(name), make_network("ring", 4, {}, weights), models, 1};
    for (int step = 0; step < 300; ++step)
      run.step([](index, const block&) { return block_of<double>({0, 10}); }, 0.1);
    for (const peer_state& peer : run.peers) {
      BOOST_TEST(peer.model.as<double>()[0] == 1, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(peer.model.as<double>()[1] == 10, boost::test_tools::tolerance(1e-9));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
