#include "experiments/chaos/promises.hpp"

#include <algorithm>
#include <cmath>

#include "actors/part_computer.hpp"

namespace echelon::experiments::chaos {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

/// How many times as long as its slowest path a round may take: whoever is asked again, for further
/// tasks, within a round; edges that exchange several times are counted apart.
constexpr double patience = 8;

template <class Use>
void for_nodes(const tree& topology, node_id top, Use use) {
  use(top);
  if (top.kind != role::worker)
    for (const node_id child : topology.children(top))
      for_nodes(topology, child, use);
}

}  // namespace

bool babbles(const faults::fault& what) {
  block_builder truth{1, precision::double_};
  truth.as<double>()[0] = 1;
  faults::testimony said;
  said.round = 2;
  said.plan = 1;
  said.values = block::freeze(std::move(truth));
  random_stream random{1, "babble"};
  what.tell(said, random);
  return said.round != 2 || said.plan != 1 || !std::isfinite(said.values.as<double>()[0]);
}

promises::promises(actors::training_setup_ptr setup) : setup_(std::move(setup)) {}

std::set<node_id> promises::faulty(const faults::scheduled_fault& one) const {
  std::set<node_id> touched;
  if (one.at != the_coordinator)
    for_nodes(setup_->topology, one.at, [&touched](node_id node) { touched.insert(node); });
  return touched;
}

std::set<node_id> promises::deceivers(index round, nanoseconds now) const {
  std::set<node_id> lying;
  for (const faults::scheduled_fault& one : setup_->faults.faults)
    if (one.what->deceives() && one.begun_by(round, now))
      lying.insert(one.at);
  return lying;
}

bool promises::exposes(const actors::round_record& record, std::size_t liars) const {
  static const std::set<std::string> of_one_polynomial{"cyclic", "polynomial",
                                                       "communication-efficient"};
  if (!setup_->verify || !of_one_polynomial.contains(setup_->choice.policy))
    return false;
  const auto answers = record.senders.size() + record.worth.liars.size() +
                       record.worth.suspects.size();
  const index needed = setup_->topology.workers() - setup_->plan.root_code->shape().stragglers;
  return static_cast<index>(answers) - needed >= 2 * static_cast<index>(liars);
}

bool promises::survives_at(node_id node, const std::set<node_id>& failed) const {
  const coding::work_plan& plan = setup_->plan;
  const auto& code = node == the_coordinator ? plan.root_code : plan.edge_codes[slot(node.number)];
  const auto lost = std::ranges::count_if(setup_->topology.children(node), [&](node_id child) {
    return failed.contains(child) || (child.kind != role::worker && !survives_at(child, failed));
  });
  const bool plain = code == nullptr || setup_->sends_changes();
  return lost <= (plain ? 0 : code->shape().stragglers);
}

bool promises::survives(const std::set<node_id>& failed) const {
  if (failed.contains(the_coordinator))
    return false;
  if (!setup_->plan.relayed() && !setup_->topology.is_star())
    return survives_at(the_coordinator, failed);
  const auto workers = std::ranges::count(failed, role::worker, &node_id::kind);
  return workers <= setup_->plan.root_code->shape().stragglers;
}

bool promises::only_delays() const {
  return std::ranges::none_of(setup_->faults.faults, [this](const faults::scheduled_fault& one) {
    return faults::fatal_after(one, setup_->faults.peer_timeout) != faults::never ||
           one.what->mutes() || one.what->where() == faults::place::coordinator ||
           babbles(*one.what) || (setup_->verify && one.what->deceives()) ||
           (one.what->cuts() && one.length == faults::never);
  });
}

bool promises::tolerates_all() const {
  std::set<node_id> all;
  for (const faults::scheduled_fault& one : setup_->faults.faults) {
    if (one.at == the_coordinator || one.what->deceives())
      return false;
    all.merge(faulty(one));
  }
  return survives(all);
}

/// Down to a worker and up again, and all parts computed by it.
seconds promises::path_s(node_id worker, index round) const {
  using transmission::direction;
  const learning::model& model = *setup_->model;
  const auto bytes = 1000 + 2 * setup_->exchanged() *
                                static_cast<std::int64_t>(echelon::bytes_of(model.kind()));
  const index steps = setup_->levels.steps.empty() ? setup_->local_steps
                                                   : setup_->levels.steps[slot(worker.number)];
  const auto parts = static_cast<double>(setup_->plan.parts * std::max<index>(1, steps));
  seconds time = setup_->delays->compute(worker, round, parts);
  for (node_id node = worker; node != the_coordinator; node = setup_->topology.parent(node))
    for (const direction way : {direction::down, direction::up}) {
      const transmission::link_cost& cost = setup_->links.cost(node.kind, way);
      time += setup_->delays->link(node, round, way) + to_seconds(cost.transfer(bytes)) +
              seconds{cost.latency_s};
    }
  return time;
}

std::optional<seconds> promises::round_bound(index round, const std::set<node_id>& failed) const {
  if (!setup_->links.shared.empty() || setup_->uplinks.slots(role::coordinator) ||
      setup_->uplinks.slots(role::edge) || setup_->plan.root_code->updates())
    return std::nullopt;
  seconds all{0};
  for (std::int32_t number = 0; number < setup_->topology.workers(); ++number) {
    const node_id worker{role::worker, number};
    if (failed.contains(worker))
      continue;
    const index exchanges = actors::exchanges_in_round(*setup_, worker);
    seconds own{0};
    for (index one = 0; one < exchanges; ++one)
      own += path_s(worker, (round - 1) * exchanges + one + 1);
    all = std::max(all, own);
  }
  const seconds waits = setup_->grace + 3 * to_seconds(setup_->faults.peer_timeout);
  return patience * all + waits;
}

bool promises::recomputable() const {
  return setup_->gradients && !setup_->worker_packer && !setup_->edge_packer &&
         setup_->levels.exchanges.empty() && setup_->levels.steps.empty() &&
         setup_->levels.participation == 1 && !setup_->control_variates &&
         !setup_->plan.root_code->updates() && setup_->values == compression::wire_format::full;
}

coding::contribution promises::recomputed(const block& weights, index round) const {
  actors::part_computer parts{setup_, 1, false};
  const actors::exchange when = actors::exchange_of(*setup_, {role::worker, 0}, round);
  std::vector<double> sum;
  coding::contribution total;
  for (index part = 0; part < setup_->plan.parts; ++part) {
    const coding::contribution one = parts.compute(weights, when, part, 0);
    sum.resize(slot(one.values.size()));
    with_scalar(one.values.kind(), [&](auto scalar) {
      const auto values = one.values.as<decltype(scalar)>();
      for (std::size_t i = 0; i < values.size(); ++i)
        sum[i] += static_cast<double>(values[i]);
    });
    total.loss += one.loss;
    total.samples += one.samples;
  }
  block_builder exact{std::ssize(sum), precision::double_};
  std::ranges::copy(sum, exact.as<double>().begin());
  total.values = block::freeze(std::move(exact));
  return total;
}

}  // namespace echelon::experiments::chaos
