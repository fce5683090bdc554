// A gradient code of your own: no line of Echelon's tree changes, and scenarios can name it.
//
// "strong-backup": weak workers share the parts among them; one strong machine computes all of
// them. Whoever is first gives the sum: all the weak ones, or the strong one alone.

#include <algorithm>
#include <cstdio>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "algorithms/coding/fixed_code.hpp"
#include "experiments/embed/embed.hpp"
#include "experiments/scenario/list.hpp"

namespace {

using namespace echelon;
using echelon::index;  // ::index of <strings.h> is a function

class strong_backup final : public coding::fixed_code {
public:
  static constexpr std::string_view name = "strong-backup";
  static constexpr std::string_view summary = "weak workers share the parts, a strong one has all";
  static constexpr std::string_view source = "experiments/embedding";
  static std::vector<parameter> declared() {
    return {{"strong", value_kind::integer, 0, "number of the strong worker", 0}};
  }
  static result<strong_backup> make(const parameters& given, const coding::code_shape& shape) {
    if (given.integer("strong") >= shape.senders || shape.senders < 2)
      return given.refuse("strong", "there is no worker {} among {}; it must be one of them",
                          given.integer("strong"), shape.senders);
    return strong_backup{shape, given.integer("strong")};
  }

  coding::code_shape shape() const override { return shape_; }
  std::span<const coding::coded_part> work(index sender) const override {
    return work_[static_cast<std::size_t>(sender)];
  }
  std::unique_ptr<coding::code_progress> begin() const override {
    return std::make_unique<progress>(strong_, shape_.senders);
  }
  result<coding::decoding> decode(std::span<const index> arrived) const override {
    coding::decoding how;
    const bool whole = std::ranges::find(arrived, strong_) != arrived.end();
    for (const index sender : arrived)
      how.weights.push_back(whole == (sender == strong_) ? 1.0 : 0.0);
    return how;
  }

private:
  struct progress final : coding::code_progress {
    progress(index strong, index senders) : strong_(strong), missing_(senders - 1) {}
    bool arrive(index sender) override { return sender == strong_ || --missing_ == 0; }
    index strong_, missing_;
  };

  strong_backup(const coding::code_shape& shape, index strong)
      : shape_(shape), strong_(strong), work_(static_cast<std::size_t>(shape.senders)) {
    for (index part = 0; part < shape.parts; ++part) {
      const index weak = part % (shape.senders - 1);
      work_[static_cast<std::size_t>(weak + (weak >= strong))].push_back({part, 1.0});
      work_[static_cast<std::size_t>(strong)].push_back({part, 1.0});
    }
  }

  coding::code_shape shape_;
  index strong_;
  std::vector<std::vector<coding::coded_part>> work_;
};

constexpr std::string_view scenario_text = R"(
[scenario]
rounds = 20
[data]
limit = 600
[model]
kind = "softmax"
[topology]
workers = 5
[coding]
policy = "strong-backup"
strong = 4
[delays]
model = "shifted-exponential"
workers = [ { compute_shift_s = 1 }, { compute_shift_s = 1 }, { compute_shift_s = 1 },
            { compute_shift_s = 1 }, { compute_shift_s = 0.2, compute_rate_per_s = 5 } ]
)";

asio::awaitable<void> train(int* status) {
  experiments::policy_catalogues policies;
  embed::add<strong_backup>(policies.codes).value();
  const auto listed = experiments::list_policies(experiments::make_schema(policies), "coding");
  std::printf("%zu codes, the last of them %s\n", listed->size(),
              policies.codes.names().back().c_str());

  const auto written = embed::settings::from_text(scenario_text, "own_code");
  const auto scenario = written ? written->resolve(policies) : std::unexpected(written.error());
  if (!scenario)
    co_return void(std::puts(scenario.error().detail.c_str()));
  auto opened = co_await embed::session::open(*scenario, policies);
  if (!opened)
    co_return void(std::puts(opened.error().detail.c_str()));
  index alone = 0;
  while (const auto round = co_await opened->round())
    alone += round->senders.size() == 1;
  const auto outcome = co_await opened->run();
  std::printf("%td of %td rounds exact, %td of them by the strong worker alone\n",
              outcome->summary.exact_rounds, outcome->summary.rounds, alone);
  *status = outcome->summary.exact_rounds == outcome->summary.rounds ? 0 : 1;
}

}  // namespace

int main() {
  asio::io_context io{1};
  int status = 1;
  asio::co_spawn(io, train(&status), asio::detached);
  io.run();
  return status;
}
