#include "algorithms/coding/erasure_head.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Replicas of groups that have answered stay wanted: their answers count.
class quota_progress final : public code_progress {
public:
  quota_progress(const replica_groups& groups, index quota) : groups_(groups), left_(quota) {}

  bool arrive(index sender) override {
    --left_;
    return groups_.arrive(sender) || left_ <= 0;
  }

private:
  group_progress groups_;
  index left_;
};

}  // namespace

std::vector<parameter> erasure_head::declared() {
  return {{.name = "copies",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "least number of senders that hold a part; above the stragglers the code "
                      "is exact",
           .least = 1},
          decoding_parameter("optimal")};
}

result<erasure_head> erasure_head::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  const index copies = given.integer("copies");
  if (const index able = std::ssize(senders_by_capacity(shape)); copies > able)
    return given.refuse("copies",
                        "{} senders cannot hold {} copies of a part; it must be at most {}", able,
                        copies, able);
  return erasure_head{shape, copies, chosen_decoding(given)};
}

erasure_head::erasure_head(const code_shape& shape, index copies, row_decoding how)
    : shape_(shape), groups_(shape, copies), how_(how), quota_(-shape.stragglers) {
  for (index group = 0; group < groups_.count(); ++group)
    quota_ += std::ssize(groups_.members(group));
  quota_ = std::max(quota_, index{1});
}

std::unique_ptr<code_progress> erasure_head::begin() const {
  return std::make_unique<quota_progress>(groups_, quota_);
}

/// Optimal decoding lacks nothing as long as no group can stay silent.
bool erasure_head::exact() const {
  index smallest = shape_.senders;
  for (index group = 0; group < groups_.count(); ++group)
    smallest = std::min(smallest, std::ssize(groups_.members(group)));
  return how_ == row_decoding::optimal && smallest > shape_.stragglers;
}

result<decoding> erasure_head::decode(std::span<const index> arrived) const {
  decoding how{.weights = groups_.representatives(arrived)};
  const auto represented = std::ranges::count(how.weights, 1.0);
  if (represented < groups_.count())
    ECHELON_CHECK(check_count(arrived, quota_, name));
  std::vector<index> answers(static_cast<std::size_t>(groups_.count()), 0);
  index sum = 0;
  for (const index sender : arrived) {
    ++answers[static_cast<std::size_t>(groups_.group_of(sender))];
    sum += groups_.parts(groups_.group_of(sender));
  }
  const double parts = static_cast<double>(shape_.parts);
  if (how_ == row_decoding::one_step)
    how.weights.assign(arrived.size(), parts / static_cast<double>(sum));
  double error = 0;
  double noise = 0;
  for (index group = 0; group < groups_.count(); ++group) {
    const index count = answers[static_cast<std::size_t>(group)];
    const index used = how_ == row_decoding::one_step ? count : std::min(count, index{1});
    const double weight = how_ == row_decoding::one_step ? how.weights.front() : 1.0;
    const double held = static_cast<double>(groups_.parts(group));
    const double missed = weight * static_cast<double>(used) - 1;
    error += held * missed * missed;
    noise += held * weight * weight * static_cast<double>(used);
  }
  how.residual = std::sqrt(error / parts);
  how.exact = how.residual < 1e-9;
  how.amplification = std::sqrt(noise / parts);
  return how;
}

}  // namespace echelon::coding
