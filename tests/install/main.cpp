// Makes one code of Echelon's catalogue and one of the stranger's own by name, encodes, loses a
// sender, decodes.

#include <cstdio>

#include "algorithms/coding/encoding_matrix.hpp"
#include "first_answer.hpp"

namespace stranger {
namespace {

using echelon::matrix;
using echelon::vector;

/// The sum over all parts, decoded while the first sender is silent. Shapes: `gradients` is K x d.
result<vector> survive(const coding::gradient_code& code, const matrix& gradients) {
  const matrix sent = coding::encoding_matrix(code) * gradients;
  std::vector<index> arrived;
  for (index sender = 1; sender < code.shape().senders; ++sender)
    arrived.push_back(sender);
  ECHELON_TRY(const coding::decoding how, coding::decode(code, arrived));
  vector sum = vector::Zero(gradients.cols());
  for (std::size_t i = 0; i < arrived.size(); ++i)
    sum += how.weights[i] * sent.row(arrived[i]).transpose();
  return sum;
}

bool survives(const coding::code_catalogue& known, const char* policy) {
  const matrix gradients = matrix::NullaryExpr(
      6, 5, [](index part, index column) { return double((part + 2) * (column + 3) % 11); });
  const coding::code_shape shape{.senders = 6, .parts = 6, .stragglers = 1};
  const auto code = known.make(policy, echelon::value{}, "coding", shape);
  if (!code) {
    std::printf("%s\n", code.error().detail.c_str());
    return false;
  }
  const auto sum = survive(**code, gradients);
  const bool exact = sum && (*sum - gradients.colwise().sum().transpose()).norm() <
                                1e-12 * gradients.norm();
  std::printf("%s: %s\n", policy, exact ? "the sum came back" : "the sum is wrong");
  return exact;
}

}  // namespace
}  // namespace stranger

int main() {
  namespace coding = echelon::coding;
  coding::code_catalogue known = coding::codes();
  known.add(echelon::policy_entry<stranger::first_answer, coding::gradient_code,
                                  const coding::code_shape&>());
  const bool sound = stranger::survives(known, "fractional-repetition") &&
                     stranger::survives(known, "first-answer");
  return sound ? 0 : 1;
}
