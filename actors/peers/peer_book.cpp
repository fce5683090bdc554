#include "actors/peers/peer_book.hpp"

#include <algorithm>

#include "actors/peers/peering.hpp"
#include "actors/run_book.hpp"
#include "algorithms/base/hash.hpp"
#include "algorithms/base/jain_index.hpp"
#include "algorithms/merging/mixing/disagreement.hpp"

namespace echelon::actors {
namespace {

/// Mean over those reports that say something.
template <class Reports, class Value>
std::optional<double> mean_of(const Reports& all, Value value) {
  double sum = 0;
  index count = 0;
  for (const auto& [peer, report] : all)
    if (const std::optional<double> one = value(report)) {
      sum += *one;
      ++count;
    }
  return count > 0 ? std::optional{sum / static_cast<double>(count)} : std::nullopt;
}

std::optional<double> share_of(const test_sums& sums, double of) {
  return sums.samples > 0 ? std::optional{of / static_cast<double>(sums.samples)} : std::nullopt;
}

/// One model of every report; none where any lacks it.
std::vector<merging::vector_view> all_of(const std::map<std::int32_t, peer_report>& all,
                                         block peer_report::*which) {
  std::vector<merging::vector_view> models;
  for (const auto& [peer, report] : all)
    if (!(report.*which).empty())
      models.emplace_back(report.*which);
  if (models.size() < all.size())
    models.clear();
  return models;
}

index last_exchange(const std::map<std::int32_t, peer_report>& all) {
  index last = 0;
  for (const auto& [peer, report] : all)
    last = std::max<index>(last, report.exchange);
  return last;
}

std::optional<double> accuracy_of(const test_sums& sums) {
  return share_of(sums, static_cast<double>(sums.correct));
}

}  // namespace

peer_book::peer_book(training_setup_ptr setup)
    : setup_(std::move(setup)), models_(slot(setup_->peers->peers())), memories_(models_.size()),
      hashes_(models_.size()), outlook_(*setup_->peers) {
  if (setup_->peers->reweigh)
    keeper_.emplace(setup_->peers->network.all_links());
  if (setup_->peers->probe_every > 0)
    probing_.emplace(setup_);
}

void peer_book::restore(const run_summary& so_far, peer_memories memories) {
  summary_ = so_far;
  memories_ = std::move(memories);
}

std::vector<round_record> peer_book::add(peer_report what) {
  if (what.peer < 0 || what.peer >= std::ssize(models_) || what.round <= summary_.rounds)
    return {};
  if (!what.model.empty())
    models_[slot(what.peer)] = what.model;
  hashes_[slot(what.peer)] = what.weights;
  open_[what.round].insert_or_assign(what.peer, std::move(what));
  return settle();
}

std::vector<round_record> peer_book::lose(std::int32_t peer) {
  gone_.insert(peer);
  outlook_.lose(peer);
  if (keeper_)
    keeper_->lose(peer);
  return empty() ? std::vector<round_record>{} : settle();
}

void peer_book::regain(std::int32_t peer, index round) {
  gone_.erase(peer);
  outlook_.regain(peer);
  if (keeper_)
    keeper_->regain(peer);
  since_[peer] = round;
}

std::vector<merging::peer_link> peer_book::take_repair() {
  return keeper_ ? keeper_->repair() : std::vector<merging::peer_link>{};
}

bool peer_book::awaits(std::int32_t peer, index round) const {
  const auto since = since_.find(peer);
  return !gone_.contains(peer) && (since == since_.end() || since->second <= round);
}

std::uint64_t peer_book::weights_hash() const {
  if (hashes_.size() == 1)
    return hashes_[0];
  std::uint64_t all = 0;
  for (const std::uint64_t one : hashes_)
    all = hash_combine(all, one);
  return all;
}

std::vector<round_record> peer_book::settle() {
  std::vector<round_record> told;
  while (!open_.empty() && open_.begin()->first == summary_.rounds + 1) {
    const reports& all = open_.begin()->second;
    for (std::int32_t peer = 0; peer < std::ssize(models_); ++peer)
      if (awaits(peer, open_.begin()->first) && !all.contains(peer))
        return told;
    told.push_back(record_of(open_.begin()->first, all));
    memories_.assign(models_.size(), nullptr);
    for (const auto& [peer, report] : all)
      memories_[slot(peer)] = report.memory;
    count(summary_, told.back(), setup_->target_accuracy);
    open_.erase(open_.begin());
  }
  return told;
}

round_record peer_book::record_of(index round, const reports& all) {
  round_record record;
  record.round = round;
  record.rate = setup_->rate * setup_->schedule->factor(round - 1, setup_->rounds);
  record.time_s = summary_.time_s;
  record.answer_s.resize(models_.size());
  double busy_s = 0;
  std::vector<double> each_busy_s(models_.size());
  for (const auto& [peer, report] : all) {
    record.time_s = std::max(record.time_s, report.time_s);
    record.answer_s[slot(peer)] = std::max(0.0, report.time_s - summary_.time_s);
    record.senders.push_back(peer_node(peer));
    record.bytes_up += report.bytes;
    record.payload_bits_up += report.payload_bits;
    record.parts.computed += report.steps;
    record.refused += std::ssize(report.refused);
    record.vectors[role::peer] += report.parcels;
    record.queue_max = std::max<index>(record.queue_max, report.parcels);
    busy_s += each_busy_s[slot(peer)] = report.busy_s;
    if (setup_->delays->slow({role::worker, peer}, round))
      record.slow.push_back(peer);
  }
  record.parts.used = record.parts.computed;
  record.round_s = record.time_s - summary_.time_s;
  record.busy_s[role::peer] = busy_s;
  record.idle_s[role::peer] = std::max(0.0,
                                       record.round_s * static_cast<double>(all.size()) - busy_s);
  record.jain = jain_index(each_busy_s);
  record.train_loss = mean_of(all, [](const peer_report& one) { return one.train_loss; });
  note_tests(record, all);
  note_merges(record, all);
  note_contraction(record, all);
  note_edges(record, all);
  note_graph(record, all);
  note_probe(record, all);
  return record;
}

void peer_book::note_tests(round_record& record, const reports& all) const {
  record.loss = mean_of(
      all, [](const peer_report& one) { return share_of(one.trained, one.trained.loss); });
  if (!record.loss || setup_->data.test->classes == 0)
    return;
  record.accuracy = mean_of(all, [](const peer_report& one) { return accuracy_of(one.trained); });
  record.accuracy_after_train = record.accuracy;
  record.accuracy_after_merge = setup_->peers->merges ? mean_of(all,
                                                                [](const peer_report& one) {
                                                                  return accuracy_of(one.merged);
                                                                })
                                                      : record.accuracy;
  double least = 1, most = 0;
  for (const auto& [peer, report] : all)
    if (const auto one = accuracy_of(report.trained)) {
      least = std::min(least, *one);
      most = std::max(most, *one);
    }
  record.facts["accuracy_least"] = least;
  record.facts["accuracy_most"] = most;
}

void peer_book::note_merges(round_record& record, const reports& all) const {
  const auto note = [&](const char* name, auto field) {
    if (const auto found = mean_of(all, [field](const peer_report& one) {
          return one.merge.matched > 0 ? std::optional<double>{field(one.merge)} : std::nullopt;
        }))
      record.facts[name] = *found;
  };
  note("matched_likeness", [](const merge_facts& one) { return one.likeness; });
  note("kept_share", [](const merge_facts& one) { return one.kept_share; });
  note("dead_units", [](const merge_facts& one) { return one.dead_units; });
  note("assignment_gap", [](const merge_facts& one) { return one.gap; });
  note("distance_before_alignment", [](const merge_facts& one) { return one.before; });
  note("distance_after_alignment", [](const merge_facts& one) { return one.after; });
  note("calibration_loss", [](const merge_facts& one) { return one.loss; });
  record.facts["neighbour_distance"] = mean_of(all, [](const peer_report& one) {
                                         return one.apart;
                                       }).value_or(0);
  const auto models = all_of(all, &peer_report::model);
  if (record.loss && !models.empty())
    record.facts["disagreement"] = merging::disagreement(models,
                                                         {0, setup_->model->parameter_count()});
}

/// What the round's last exchange left of the disagreement, as it was and as the graph promises at
/// worst. Nothing of rules that leave each peer its own order of units: there the distance between
/// two models says little.
void peer_book::note_contraction(round_record& record, const reports& all) {
  const peering& plan = *setup_->peers;
  const auto matched = [](const auto& one) { return one.second.merge.matched > 0; };
  if (plan.merges && !plan.merges->orders_once() && std::ranges::any_of(all, matched))
    return;
  const auto before = all_of(all, &peer_report::before), after = all_of(all, &peer_report::after);
  if (after.empty())
    return;
  const merging::element_range trained{0, setup_->model->parameter_count()};
  const double apart = merging::disagreement(before, trained);
  if (!(apart > 0))
    return;
  contraction_.add(apart, merging::disagreement(after, trained));
  record.facts["contraction"] = contraction_.last();
  record.facts["contraction_mean"] = contraction_.mean();
  if (!plan.mixes || plan.mixes->traits().with == merging::exchange::neighbours)
    record.facts["contraction_predicted"] = outlook_.contraction(last_exchange(all));
}

/// Where graphs are repaired: what has carried nothing, and what was done about it.
void peer_book::note_graph(round_record& record, const reports& all) {
  if (!keeper_)
    return;
  std::set<merging::peer_link> missed;
  for (const auto& [peer, report] : all)
    for (const std::int32_t other : report.absent)
      if (awaits(peer, record.round) && awaits(other, record.round))
        missed.insert({std::min(peer, other), std::max(peer, other)});
  keeper_->missed(missed);
  const index exchange = last_exchange(all);
  record.facts["links_added"] = static_cast<double>(outlook_.links_added(exchange));
  record.graph_change = outlook_.take_news(exchange);
}

void peer_book::note_probe(round_record& record, const reports& all) {
  if (!probing_)
    return;
  if (const auto starts = all_of(all, &peer_report::start);
      std::ssize(starts) == std::ssize(models_))
    probing_->begin(starts);
  probing_->passed(record.worth.kind == certificate::outcome::exact,
                   outlook_.contraction(last_exchange(all)));
  const auto models = all_of(all, &peer_report::model);
  if (!models.empty() && probing_->due(record.round))
    for (const auto& [name, number] : probing_->look(models, record.round))
      record.facts[name] = number;
}

/// A round is exact where every edge was used as the weights say.
void peer_book::note_edges(round_record& record, const reports& all) const {
  std::set<std::int32_t> absent = gone_;
  double missing = 0;
  for (const auto& [peer, report] : all) {
    missing += report.missing;
    absent.insert(report.absent.begin(), report.absent.end());
    if (!report.refused.empty() && record.worth.reason.empty())
      record.worth.reason = report.refused.front();
  }
  record.worth.scope = certificate::scope_kind::merge;
  record.worth.kind = missing > 0 || !absent.empty() ? certificate::outcome::approximate
                                                     : certificate::outcome::exact;
  record.worth.residual = missing / static_cast<double>(all.size());
  for (const std::int32_t peer : absent)
    record.worth.absent.push_back(peer_node(peer));
}

}  // namespace echelon::actors
