#include "actors/robust_round.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace echelon::actors {
namespace {

/// Everything times a factor; what is not finite stays so.
block scaled(const block& values, double factor) {
  block_builder all{values.size(), values.kind(), contents::unset};
  with_scalar(values.kind(), [&]<class Scalar>(Scalar) {
    std::ranges::transform(values.as<Scalar>(), all.as<Scalar>().begin(), [factor](Scalar x) {
      return static_cast<Scalar>(factor * static_cast<double>(x));
    });
  });
  return block::freeze(std::move(all));
}

/// The lower one of an even number.
double median(std::vector<double> numbers) {
  if (numbers.empty())
    return 0;
  const auto middle = numbers.begin() + (std::ssize(numbers) - 1) / 2;
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

/// What the sum would be worth if every part entered it with its sender's share, times all senders.
void rate(coding::decoded_round& decoded, const coding::gradient_code& code, double voters) {
  double missed = 0, noise = 0, covered = 0;
  for (std::size_t i = 0; i < decoded.how.weights.size(); ++i) {
    const auto parts = static_cast<double>(code.work(decoded.used[i].sender).size());
    const double coefficient = voters * decoded.how.weights[i];
    missed += parts * (coefficient - 1) * (coefficient - 1);
    noise += parts * coefficient * coefficient;
    covered += parts;
  }
  const auto all = static_cast<double>(code.shape().parts);
  decoded.how.exact = false;
  decoded.how.residual = std::sqrt((missed + all - covered) / all);
  decoded.how.amplification = std::sqrt(noise / all);
}

}  // namespace

result<coding::decoded_round> combine(const aggregation::robust_aggregation& rule,
                                      const coding::round_collector& answers, index unfit) {
  coding::decoded_round decoded;
  std::vector<block> votes;
  std::vector<double> losses;
  for (const coding::answer_id id : answers.arrived())
    if (const coding::contribution& answer = answers.answer(id); answer.samples != 0) {
      // Fewer than no samples are a lie, as are values that are not finite.
      const double share = answer.samples > 0 ? 1 / answer.samples
                                              : std::numeric_limits<double>::quiet_NaN();
      decoded.used.push_back(id);
      votes.push_back(scaled(answers.values_of(id), share));
      losses.push_back(answer.loss * share);
    }
  if (votes.empty())
    return fail(errc::too_many_stragglers, "no answer is about any samples");
  const index voters = std::ssize(votes);
  for (index one = 0; one < unfit; ++one)
    votes.push_back(scaled(votes.front(), std::numeric_limits<double>::quiet_NaN()));
  ECHELON_TRY(aggregation::aggregate made, rule.combine(votes));
  made.shares.resize(slot(voters));
  decoded.values = block::freeze(std::move(made.value));
  decoded.how.weights = std::move(made.shares);
  std::erase_if(losses, [](double loss) { return !std::isfinite(loss); });
  decoded.loss = median(std::move(losses));
  decoded.samples = 1;
  rate(decoded, answers.code(), static_cast<double>(voters));
  for (std::size_t i = 0; i < decoded.used.size(); ++i)
    if (decoded.how.weights[i] > 0)
      decoded.senders.push_back(decoded.used[i].sender);
  return decoded;
}

}  // namespace echelon::actors
