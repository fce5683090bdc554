#include "algorithms/coding/dynamic/dynamic_clustering.hpp"

#include <algorithm>

#include "algorithms/coding/dynamic/cluster_choice.hpp"
#include "algorithms/coding/dynamic/stage_work.hpp"
#include "algorithms/coding/dynamic/tracked_round.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// About the worst that was seen, with up to 3 of 9 members silent.
constexpr double coded_worst = 100;

class clustered_round final : public tracked_round {
public:
  /// `cluster_of[i]` is the cluster of sender i.
  clustered_round(const gradient_code& code, std::span<const index> cluster_of, index clusters)
      : tracked_round(code) {
    const index stragglers = code.shape().stragglers;
    for (index cluster = 0; cluster < clusters; ++cluster) {
      std::vector<coded_part> own;
      for (index part = parts() * cluster / clusters; part < parts() * (cluster + 1) / clusters;
           ++part)
        own.push_back({part, 1.0});
      std::vector<helper> members;
      for (index sender = 0; sender < senders(); ++sender)
        if (cluster_of[static_cast<std::size_t>(sender)] == cluster)
          members.push_back({sender});
      for (helper_row& row : share_out(own, members, stragglers))
        assign(row.sender, std::move(row.parts));
    }
  }

  bool hopeless() const override { return hopeless_ && !decodable(); }

private:
  void react(double) override {
    index living = 0;
    for (index sender = 0; sender < senders(); ++sender)
      living += alive(sender);
    if (living == living_)
      return;
    living_ = living;
    row_space possible{parts()};
    for (const auto& [id, task] : tasks())
      if (task.answered || alive(id.sender))
        possible.add(task.parts);
    hopeless_ = !possible.spans_sum();
  }

  index living_ = senders();
  bool hopeless_ = false;
};

}  // namespace

std::vector<parameter> dynamic_clustering::declared() {
  return {{.name = "clusters",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "P; 0: the most that leave s+1 senders to each and divide them evenly",
           .least = 0},
          {.name = "choices",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "clusters whose parts a sender holds",
           .least = 1}};
}

result<dynamic_clustering> dynamic_clustering::make(const parameters& given,
                                                    const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  index clusters = given.integer("clusters");
  const index most = std::min(shape.senders / (shape.stragglers + 1), shape.parts);
  if (clusters == 0)
    for (clusters = most; shape.senders % clusters != 0;)
      --clusters;
  if (clusters > most || shape.senders % clusters != 0)
    return given.refuse("clusters",
                        "{} clusters of {} senders and {} parts cannot survive {} stragglers "
                        "each; it must divide the senders and be at most {}",
                        clusters, shape.senders, shape.parts, shape.stragglers, most);
  return dynamic_clustering{shape, clusters, std::min(given.integer("choices"), clusters)};
}

dynamic_clustering::dynamic_clustering(const code_shape& shape, index clusters, index choices)
    : shape_(shape), clusters_(clusters) {
  for (index sender = 0; sender < shape.senders; ++sender) {
    auto& own = admissible_.emplace_back();
    for (index step = 0; step < choices; ++step)
      own.push_back((sender + step) % clusters);
  }
}

double dynamic_clustering::amplification_worst() const {
  return shape_.senders / clusters_ % (shape_.stragglers + 1) == 0 ? 1 : coded_worst;
}

std::unique_ptr<code_round> dynamic_clustering::open(const round_outlook& outlook) const {
  std::vector<double> lateness(static_cast<std::size_t>(shape_.senders), 0.0);
  std::ranges::transform(outlook.history, lateness.begin(), &sender_history::slow_probability);
  std::vector<index> cluster_of;
  if (outlook.history.empty())
    for (const auto& own : admissible_)
      cluster_of.push_back(own.front());
  else
    cluster_of = choose_clusters(lateness, admissible_, clusters_);
  return std::make_unique<clustered_round>(*this, cluster_of, clusters_);
}

}  // namespace echelon::coding
