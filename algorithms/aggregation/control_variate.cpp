#include "algorithms/aggregation/control_variate.hpp"

#include "algorithms/base/contract.hpp"

namespace echelon::aggregation {

void correct_drift(block_builder& gradient, const block& own, const block& server) {
  expects(own.size() == gradient.size() && server.size() == gradient.size());
  with_scalar(gradient.kind(), [&]<class Scalar>(Scalar) {
    const auto g = gradient.as<Scalar>();
    const auto mine = own.as<Scalar>(), all = server.as<Scalar>();
    for (std::size_t i = 0; i < g.size(); ++i)
      g[i] += all[i] - mine[i];
  });
}

block renewed_variate(const block& own, const block& server, const block& start, const block& end,
                      index steps, double rate) {
  expects(own.size() == server.size() && start.size() >= own.size() && end.size() >= own.size());
  expects(steps > 0 && rate > 0);
  block_builder made{own.size(), own.kind(), contents::unset};
  with_scalar(own.kind(), [&]<class Scalar>(Scalar) {
    const auto per_step = static_cast<Scalar>(1 / (static_cast<double>(steps) * rate));
    const auto mine = own.as<Scalar>(), all = server.as<Scalar>();
    const auto from = start.as<Scalar>(), to = end.as<Scalar>();
    const auto next = made.as<Scalar>();
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = mine[i] - all[i] + per_step * (from[i] - to[i]);
  });
  return block::freeze(std::move(made));
}

void absorb(block_builder& server, const block& change, double share) {
  expects(change.size() == server.size());
  with_scalar(server.kind(), [&]<class Scalar>(Scalar) {
    const auto part = static_cast<Scalar>(share);
    const auto mean = server.as<Scalar>();
    const auto moved = change.as<Scalar>();
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += part * moved[i];
  });
}

}  // namespace echelon::aggregation
