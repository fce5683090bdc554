#include "algorithms/coding/dynamic/cluster_choice.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::coding {
namespace {

class arrangement {
public:
  arrangement(std::span<const std::vector<index>> admissible, index clusters)
      : admissible_(admissible), cluster_of_(admissible.size(), -1),
        places_(slot(clusters), std::ssize(admissible) / clusters), lateness_(slot(clusters), 0) {}

  void seat(index sender, double lateness) {
    const auto choices = by_preference(sender);
    for (const index cluster : choices)
      if (places_[slot(cluster)] > 0) {
        --places_[slot(cluster)];
        cluster_of_[slot(sender)] = cluster;
        lateness_[slot(cluster)] += lateness;
        return;
      }
    std::vector<bool> visited(places_.size(), false);
    const bool moved = make_room(sender, visited);
    expects(moved);
    lateness_[slot(cluster_of_[slot(sender)])] += lateness;
  }

  std::vector<index> clusters() && { return std::move(cluster_of_); }

private:
  std::vector<index> by_preference(index sender) const {
    auto choices = admissible_[slot(sender)];
    std::ranges::stable_sort(choices, [this](index a, index b) {
      return std::pair{lateness_[slot(a)], places_[slot(a)]} <
             std::pair{lateness_[slot(b)], places_[slot(b)]};
    });
    return choices;
  }

  /// Seats the sender, moving others along if its clusters are full (augmenting paths).
  bool make_room(index sender, std::vector<bool>& visited) {
    for (const index cluster : by_preference(sender)) {
      if (visited[slot(cluster)])
        continue;
      visited[slot(cluster)] = true;
      if (places_[slot(cluster)] > 0) {
        --places_[slot(cluster)];
        cluster_of_[slot(sender)] = cluster;
        return true;
      }
      for (index other = 0; other < std::ssize(cluster_of_); ++other)
        if (cluster_of_[slot(other)] == cluster && make_room(other, visited)) {
          cluster_of_[slot(sender)] = cluster;
          return true;
        }
    }
    return false;
  }

  std::span<const std::vector<index>> admissible_;
  std::vector<index> cluster_of_;
  std::vector<index> places_;
  std::vector<double> lateness_;
};

}  // namespace

std::vector<index> choose_clusters(std::span<const double> lateness,
                                   std::span<const std::vector<index>> admissible, index clusters) {
  std::vector<index> latest_first(lateness.size());
  std::iota(latest_first.begin(), latest_first.end(), index{0});
  std::ranges::stable_sort(latest_first, std::ranges::greater{},
                           [lateness](index sender) { return lateness[slot(sender)]; });
  arrangement seats{admissible, clusters};
  for (const index sender : latest_first)
    seats.seat(sender, lateness[slot(sender)]);
  return std::move(seats).clusters();
}

}  // namespace echelon::coding
