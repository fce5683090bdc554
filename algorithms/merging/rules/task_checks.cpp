#include "algorithms/merging/rules/task_checks.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "algorithms/base/hash.hpp"

namespace echelon::merging {
namespace {

constexpr double weight_rounding = 1e-6;

bool is_finite(const block& state) {
  return with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    return std::ranges::all_of(state.as<Scalar>(), [](Scalar x) { return x - x == 0; });
  });
}

}  // namespace

result<void> check_model(const merge_task& task, const peer_model& from) {
  if (from.spec_hash != task.spec.hash)
    return fail(errc::bad_input,
                "peer {} goes by permutation specification {}, not by {}: its network differs",
                from.peer, hash_text(from.spec_hash), hash_text(task.spec.hash));
  if (from.state.size() != task.spec.state_size || from.state.kind() != task.network.kind())
    return fail(errc::bad_input, "peer {} sent a model of {} numbers of {} bytes, not {} of {}",
                from.peer, from.state.size(), bytes_of(from.state.kind()), task.spec.state_size,
                bytes_of(task.network.kind()));
  if (!(from.weight >= 0 && from.weight <= 1 + weight_rounding))
    return fail(errc::bad_input, "peer {} has weight {}; weights are between 0 and 1", from.peer,
                from.weight);
  if (!is_finite(from.state))
    return fail(errc::diverged, "peer {} sent a model with numbers that are not finite", from.peer);
  return {};
}

result<void> check_weights(const merge_task& task, double sum) {
  if (std::abs(sum - 1) > weight_rounding)
    return fail(errc::bad_input, "the weights of peer {} and its neighbours add up to {}, not to 1",
                task.own.peer, sum);
  return {};
}

result<void> check_task(const merge_task& task) {
  ECHELON_CHECK(check_model(task, task.own));
  std::set<index> seen{task.own.peer};
  double weights = task.own.weight;
  for (const peer_model& other : task.others) {
    ECHELON_CHECK(check_model(task, other));
    if (!seen.insert(other.peer).second)
      return fail(errc::bad_input, "peer {} is merged twice", other.peer);
    weights += other.weight;
  }
  return check_weights(task, weights);
}

}  // namespace echelon::merging
