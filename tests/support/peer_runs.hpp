#pragma once

#include <functional>
#include <map>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/merging/mixing/absence_policy.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"
#include "algorithms/merging/mixing/pairings.hpp"
#include "tests/support/peer_networks.hpp"

// Peers in one place, round by round, as their actors take the rules through a run.
namespace echelon::merging {

inline mixing_rule_ptr make_rule(std::string_view name, value_table settings = {}) {
  auto made = mixing_rules().make(name, settings, "merging");
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *made;
}

inline absence_policy_ptr make_absence(std::string_view name, value_table settings = {}) {
  return *absence_policies().make(name, settings, "merging");
}

template <class Scalar>
block block_of(const std::vector<double>& numbers) {
  block_builder made{std::ssize(numbers), precision_of<Scalar>};
  for (std::size_t i = 0; i < numbers.size(); ++i)
    made.as<Scalar>()[i] = static_cast<Scalar>(numbers[i]);
  return block::freeze(std::move(made));
}

inline std::vector<double> numbers_of(vector_view from) {
  block_builder wide{from.size(), precision::double_};
  assign_sum(wide, {0, from.size()}, {{1, from}});
  const auto values = wide.as<double>();
  return {values.begin(), values.end()};
}

/// Means of peers' models, by element.
inline std::vector<double> mean_of(const std::vector<peer_state>& peers) {
  std::vector<double> mean(slot(peers.front().model.size()));
  for (const peer_state& peer : peers) {
    const auto model = numbers_of(peer.model);
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += model[i] / static_cast<double>(peers.size());
  }
  return mean;
}

/// Which messages are lost: each alone, with one probability.
struct message_loss {
  double probability = 0;
  absence_policy_ptr policy = make_absence("edge-symmetric");
};

class peer_run {
public:
  /// The gradient (and statistics) of `point` on the data of a peer.
  using gradient_function = std::function<block(index peer, const block& point)>;

  peer_run(mixing_rule_ptr rule, peer_network network, const std::vector<block>& models,
           index parameters, message_loss loss = {}, random_stream draws = {1, "tests.peer_run"})
      : rule_(std::move(rule)), network_(std::move(network)), loss_(std::move(loss)),
        draws_(std::move(draws)) {
    for (const block& model : models)
      peers.push_back(fresh_peer(*rule_, model, parameters));
  }

  void step(const gradient_function& gradient, double rate) {
    const mixing_row nobody{1};
    for (index peer = 0; peer < count(); ++peer)
      adapt(peer, gradient, rate);
    const auto with = rule_->traits().with;
    if (!rule_->mixes(steps_++, draws_))
      for (peer_state& peer : peers)
        rule_->combine(peer, 1, {});
    else if (with == exchange::neighbours)
      mix_neighbours();
    else if (with == exchange::everyone)
      mix_everyone();
    else
      mix_pairs(draw_pairs(with, network_.all_links(), draws_));
  }

  std::vector<peer_state> peers;

private:
  index count() const { return std::ssize(peers); }
  bool lost() { return loss_.probability > 0 && draws_.uniform() < loss_.probability; }

  void adapt(index peer, const gradient_function& gradient, double rate) {
    peer_state& state = peers[slot(peer)];
    const block point = rule_->point(state);
    const block own = gradient(peer, point);
    std::vector<block> returned;
    std::vector<cross_gradient> crossed;
    if (rule_->traits().crossed) {
      const auto others = network_.row(peer, round_).others;
      for (const auto& other : others)
        returned.push_back(gradient(other.peer, point));
      for (std::size_t i = 0; i < others.size(); ++i)
        crossed.push_back({others[i].weight, returned[i]});
    }
    rule_->adapt(state, {.gradient = own, .rate = rate, .crossed = crossed});
  }

  void mix_neighbours() {
    std::map<std::pair<index, index>, parcel> sent;
    std::map<std::pair<index, index>, bool> came;
    for (index from = 0; from < count(); ++from)
      for (const auto& to : network_.column(from, round_).others) {
        sent[{from, to.peer}] = rule_->offer(peers[slot(from)], to.peer, to.weight);
        came[{from, to.peer}] = !lost();
      }
    const bool push = rule_->traits().weights == weights_needed::column_stochastic;
    for (index peer = 0; peer < count(); ++peer) {
      mixing_row row = network_.row(peer, round_);
      std::vector<neighbour_presence> known;
      for (const auto& other : row.others) {
        auto& age = ages_[{other.peer, peer}];
        if (came[{other.peer, peer}]) {
          age = 0;
          newest_[{other.peer, peer}] = sent[{other.peer, peer}];
        } else if (age) {
          ++*age;
        }
        known.push_back({age, came[{other.peer, peer}] && came[{peer, other.peer}]});
      }
      if (push)
        std::erase_if(row.others, [&](const auto& other) { return !came[{other.peer, peer}]; });
      else if (loss_.probability > 0)  // directed graphs have nobody to confirm to
        row = loss_.policy->weigh(row, known);
      std::vector<arrival> arrived;
      for (const auto& [from, weight] : row.others)
        arrived.push_back({from, weight, newest_[{from, peer}]});
      rule_->combine(peers[slot(peer)], row.self, arrived);
    }
    ++round_;
  }

  void mix_everyone() {
    const double share = 1 / static_cast<double>(count());
    std::vector<parcel> sent;
    for (peer_state& peer : peers)
      sent.push_back(rule_->offer(peer, 0, share));
    for (index peer = 0; peer < count(); ++peer) {
      std::vector<arrival> arrived;
      for (index from = 0; from < count(); ++from)
        arrived.push_back({from, share, sent[slot(from)]});
      rule_->combine(peers[slot(peer)], 0, arrived);
    }
  }

  void mix_pairs(const std::vector<peer_link>& pairs) {
    std::vector<std::vector<arrival>> arrived(peers.size());
    for (const auto [a, b] : pairs) {
      if (lost() || lost())
        continue;
      arrived[slot(a)] = {{b, 0.5, rule_->offer(peers[slot(b)], a, 0.5)}};
      arrived[slot(b)] = {{a, 0.5, rule_->offer(peers[slot(a)], b, 0.5)}};
    }
    for (index peer = 0; peer < count(); ++peer)
      rule_->combine(peers[slot(peer)], arrived[slot(peer)].empty() ? 1 : 0.5, arrived[slot(peer)]);
  }

  mixing_rule_ptr rule_;
  peer_network network_;
  message_loss loss_;
  index steps_ = 0, round_ = 0;
  random_stream draws_;
  std::map<std::pair<index, index>, std::optional<index>> ages_;
  std::map<std::pair<index, index>, parcel> newest_;
};

}  // namespace echelon::merging
