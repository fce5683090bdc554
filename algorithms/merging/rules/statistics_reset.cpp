#include "algorithms/merging/rules/statistics_reset.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

constexpr std::size_t pass_samples = 100;

/// The statistics of one pass: means over its samples.
template <class Scalar>
class passes {
public:
  passes(const learning::model& network, const block& state, const learning::batch& samples)
      : network_(network), state_(state), samples_(samples),
        statistics_(state.size(), state.kind()), scratch_(network.make_workspace()) {}

  /// Calls use(sums of the buffers, samples) for every pass in order.
  template <class Use>
  void each(std::uint64_t seed, std::uint64_t round, Use use) {
    std::uint64_t number = 0;
    for (std::size_t first = 0; first < samples_.rows.size(); first += pass_samples) {
      const std::size_t count = std::min(pass_samples, samples_.rows.size() - first);
      network_.measure_buffers(state_, {samples_.data, samples_.rows.subspan(first, count)},
                               {seed, "statistics reset", round, number++}, statistics_, *scratch_);
      use(statistics_.as<Scalar>().subspan(slot(network_.parameter_count())),
          static_cast<double>(count));
    }
  }

private:
  const learning::model& network_;
  const block& state_;
  const learning::batch& samples_;
  block_builder statistics_;
  std::unique_ptr<learning::workspace> scratch_;
};

/// Where every buffer starts: means at 0, variances at 1.
std::vector<double> first_buffers(const learning::model& network) {
  std::vector<double> buffers;
  const block fresh = network.initial_state(0);
  with_scalar(fresh.kind(), [&]<class Scalar>(Scalar) {
    for (const Scalar number : fresh.as<Scalar>().subspan(slot(network.parameter_count())))
      buffers.push_back(static_cast<double>(number));
  });
  return buffers;
}

}  // namespace

result<block> reset_statistics(const learning::model& network, const block& state,
                               const learning::batch& samples, statistics_reset how,
                               std::uint64_t seed, std::uint64_t round) {
  if (how == statistics_reset::none || network.buffer_count() == 0)
    return state;
  if (samples.rows.empty())
    return fail(errc::bad_input,
                "batch norm's statistics need calibration samples; there are none");
  block_builder reset{state.size(), state.kind(), contents::unset};
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    std::vector<double> buffers = first_buffers(network);
    double seen = 0;
    passes<Scalar>{network, state, samples}.each(
        seed, round, [&](std::span<const Scalar> sums, double count) {
          seen += count;
          const double share = how == statistics_reset::ema ? network.buffer_momentum()
                                                            : count / seen;
          for (std::size_t k = 0; k < buffers.size(); ++k)
            buffers[k] += share * (static_cast<double>(sums[k]) / count - buffers[k]);
        });
    const auto parameters = state.as<Scalar>().first(slot(network.parameter_count()));
    const auto rest = std::ranges::copy(parameters, reset.as<Scalar>().begin()).out;
    std::ranges::transform(buffers, rest,
                           [](double number) { return static_cast<Scalar>(number); });
  });
  return block::freeze(std::move(reset));
}

}  // namespace echelon::merging
