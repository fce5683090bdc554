#include "algorithms/coding/heterogeneity_aware.hpp"

#include <algorithm>

#include "algorithms/coding/polynomial_code.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Decodable by a cover among the grouped, or by the code of the others.
class cover_progress final : public code_progress {
public:
  cover_progress(const run_covers& covers, const std::vector<bool>& grouped,
                 std::unique_ptr<code_progress> others)
      : covers_(covers), grouped_(grouped), others_(std::move(others)),
        arrived_(grouped.size(), false) {}

  bool arrive(index sender) override {
    if (!grouped_.at(slot(sender)))
      return others_->arrive(sender);
    arrived_[slot(sender)] = true;
    return !covers_.find(arrived_).empty();
  }

private:
  const run_covers& covers_;
  const std::vector<bool>& grouped_;
  std::unique_ptr<code_progress> others_;
  std::vector<bool> arrived_;  ///< of the grouped
};

result<std::vector<double>> chosen_speeds(const parameters& given, const code_shape& shape) {
  if (!given.has("speeds"))
    return capacities_of(shape);
  std::vector<double> speeds;
  for (const value& each : given.at("speeds").list()) {
    if (!each.is_number() || !(each.number() > 0))
      return given.refuse("speeds", "entry {} is no speed; it must be a number above 0",
                          speeds.size());
    speeds.push_back(each.number());
  }
  if (std::ssize(speeds) != shape.senders)
    return given.refuse("speeds", "{} speeds for {} senders; there must be one for each",
                        speeds.size(), shape.senders);
  return speeds;
}

}  // namespace

std::vector<parameter> heterogeneity_aware::declared() {
  return {{.name = "speeds",
           .kind = value_kind::list,
           .fallback = std::nullopt,
           .summary = "relative speeds, one a sender (default: all equal)"}};
}

result<heterogeneity_aware> heterogeneity_aware::make(const parameters& given,
                                                      const code_shape& shape) {
  code_shape known = shape;
  ECHELON_TRY(known.capacities, chosen_speeds(given, shape));
  ECHELON_CHECK(check_shape(given, known));
  const auto shares = quotas(known.capacities, known.parts * (known.stragglers + 1), known.parts);
  heterogeneity_aware code{known, shares};
  auto supports = lay_runs(shares, known.parts);
  for (support& held : supports)
    std::erase_if(held.holders, [&code](index holder) { return code.grouped_[slot(holder)]; });
  if (supports.front().holders.empty())
    return code;
  ECHELON_TRY(const auto coded, polynomial_code<double>::make(given, known, supports));
  code.others_ = std::dynamic_pointer_cast<const fixed_code>(coded);
  return code;
}

heterogeneity_aware::heterogeneity_aware(const code_shape& shape, std::span<const index> shares)
    : shape_(shape), covers_(shares, shape.parts), grouped_(slot(shape.senders), false),
      sums_(slot(shape.senders)) {
  std::vector<bool> free(slot(shape.senders), true);
  for (auto group = covers_.find(free); !group.empty(); group = covers_.find(free))
    for (const index member : group) {
      free[slot(member)] = false;
      grouped_[slot(member)] = true;
    }
  index part = 0;
  for (const support& held : lay_runs(shares, shape.parts))
    for (const index last = part + held.parts; part < last; ++part)
      for (const index holder : held.holders)
        if (grouped_[slot(holder)])
          sums_[slot(holder)].push_back({part, 1.0});
}

std::span<const coded_part> heterogeneity_aware::work(index sender) const {
  if (grouped_.at(slot(sender)) || others_ == nullptr)
    return sums_[slot(sender)];
  return others_->work(sender);
}

std::unique_ptr<code_progress> heterogeneity_aware::begin() const {
  return std::make_unique<cover_progress>(covers_, grouped_, others_ ? others_->begin() : nullptr);
}

double heterogeneity_aware::amplification_worst() const {
  return others_ ? std::max(others_->amplification_worst(), 1.0) : 1.0;
}

result<decoding> heterogeneity_aware::decode(std::span<const index> arrived) const {
  std::vector<bool> plain(grouped_.size(), false);
  std::vector<index> coded;
  for (const index sender : arrived)
    if (grouped_[slot(sender)])
      plain[slot(sender)] = true;
    else
      coded.push_back(sender);
  const auto cover = covers_.find(plain);
  decoding how;
  if (cover.empty()) {
    if (others_ == nullptr)
      return fail(errc::too_many_stragglers,
                  "{}: no group of senders that hold every part once is "
                  "complete among {} answers",
                  name, arrived.size());
    ECHELON_TRY(how, others_->decode(coded));
  }
  std::vector<double> weights;
  auto next = how.weights.begin();
  for (const index sender : arrived)
    if (grouped_[slot(sender)])
      weights.push_back(std::ranges::binary_search(cover, sender) ? 1.0 : 0.0);
    else
      weights.push_back(cover.empty() ? *next++ : 0.0);
  how.weights = std::move(weights);
  return how;
}

}  // namespace echelon::coding
