// Tests of your own policies and runs: laws that a gradient code must keep, and a cluster on a
// virtual clock that suffers what you say. Plain C++, for whatever test framework you use.

#include <cstdio>

#include "algorithms/coding/fixed_code.hpp"
#include "experiments/testkit/testkit.hpp"

namespace {

using namespace echelon;
using echelon::index;  // ::index of <strings.h> is a function

/// Every sender computes every part, and the first answer is the sum. `forgets`: the code is wrong
/// and leaves out the last part.
class first_answer final : public coding::fixed_code {
public:
  static constexpr std::string_view name = "first-answer";
  static constexpr std::string_view summary = "everybody computes everything";
  static constexpr std::string_view source = "experiments/embedding";
  static std::vector<parameter> declared() {
    return {{"forgets", value_kind::flag, false, "whether it leaves out the last part"}};
  }
  static result<first_answer> make(const parameters& given, const coding::code_shape& shape) {
    return first_answer{shape, given.flag("forgets")};
  }

  coding::code_shape shape() const override { return shape_; }
  std::span<const coding::coded_part> work(index) const override { return parts_; }
  std::unique_ptr<coding::code_progress> begin() const override {
    return std::make_unique<progress>();
  }
  result<coding::decoding> decode(std::span<const index> arrived) const override {
    if (arrived.empty())
      return fail(errc::too_many_stragglers, "{}: nobody has answered", name);
    coding::decoding how;
    how.weights.assign(arrived.size(), 0.0);
    how.weights.front() = 1.0;
    return how;
  }

private:
  struct progress final : coding::code_progress {
    bool arrive(index) override { return true; }
  };

  first_answer(const coding::code_shape& shape, bool forgets) : shape_(shape) {
    for (index part = 0; part < shape.parts - (forgets ? 1 : 0); ++part)
      parts_.push_back({part, 1.0});
  }

  coding::code_shape shape_;
  std::vector<coding::coded_part> parts_;
};

/// The laws, over the code as it should be and over one that is wrong.
bool laws_tell_right_from_wrong(const experiments::policy_catalogues& policies) {
  const auto sound = testkit::laws_of_code(policies.codes, "first-answer");
  const auto wrong = testkit::laws_of_code(policies.codes, "first-answer", {{"forgets", true}});
  std::printf("%sa code that forgets a part breaks:\n%s", sound.text().c_str(),
              wrong.text().c_str());
  return sound.none() && !wrong.none();
}

constexpr std::string_view three_workers = R"(
[scenario]
rounds = 6
[data]
source = "glyphs"
samples = 90
[model]
kind = "softmax"
[topology]
workers = 3
[coding]
policy = "first-answer"
stragglers = 2
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 1, compute_rate_per_s = 10 }
)";

/// Two of three workers fail in their ways; the third is enough.
result<bool> two_may_fail(const experiments::policy_catalogues& policies) {
  ECHELON_TRY(auto cluster, testkit::virtual_cluster::from_text(three_workers, policies));
  cluster.suffer(testkit::fault{"crash"}.on_node("worker/0").from_round(2));
  cluster.suffer(testkit::fault{"silent"}.on_node("worker/1").from_round(3));
  ECHELON_TRY(const testkit::history seen, cluster.run());

  testkit::expectations expected{seen};
  expected.every_promise_kept()
      .done_in(seconds{600})
      .sent(0, {.kind = "coded_gradient", .from = "worker/1", .round = 4})
      .sent_at_least(6, {.kind = "round_start", .to = "worker/2"})
      .only_after({.kind = "round_start", .to = "worker/2", .round = 3},
                  {.kind = "coded_gradient", .round = 2});
  for (const std::string& sentence : expected.unmet())
    std::printf("%s\n", sentence.c_str());
  std::printf("%td rounds, %zu events\n", seen.summary.rounds, seen.events.size());
  return expected.unmet().empty();
}

}  // namespace

int main() {
  experiments::policy_catalogues policies;
  policies.codes.add(
      policy_entry<first_answer, coding::gradient_code, const coding::code_shape&>());
  const bool told = laws_tell_right_from_wrong(policies);
  const auto survived = two_may_fail(policies);
  if (!survived)
    std::printf("%s\n", survived.error().detail.c_str());
  return told && survived && *survived ? 0 : 1;
}
