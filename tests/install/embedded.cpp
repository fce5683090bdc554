// Trains inside the stranger's own program, with the stranger's own code, and prints a line a
// round.

#include <cstdio>

#include "actors/session.hpp"
#include "experiments/run/build.hpp"
#include "first_answer.hpp"

namespace stranger {
namespace {

class printer final : public echelon::actors::run_observer {
public:
  void on_round(const echelon::actors::round_record& round) override {
    std::printf("round %td: accuracy %.3f\n", round.round, round.accuracy.value_or(0));
  }
};

result<echelon::actors::run_outcome> train(const char* file) {
  echelon::experiments::policy_catalogues policies;
  policies.codes.add(
      echelon::policy_entry<first_answer, coding::gradient_code, const coding::code_shape&>());
  ECHELON_TRY(const auto scenario, echelon::experiments::load_scenario(
                                       file, echelon::experiments::make_schema(policies)));
  ECHELON_TRY(auto setup, echelon::experiments::build(scenario, policies));
  printer progress;
  return echelon::actors::run_training(std::move(setup), {}, progress);
}

}  // namespace
}  // namespace stranger

int main(int, char** arguments) {
  const auto outcome = stranger::train(arguments[1]);
  if (!outcome) {
    std::fprintf(stderr, "%s\n", outcome.error().detail.c_str());
    return 2;
  }
  return outcome->summary.exact_rounds == outcome->summary.rounds ? 0 : 1;
}
