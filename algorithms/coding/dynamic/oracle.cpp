#include "algorithms/coding/dynamic/oracle.hpp"

#include <algorithm>

#include "algorithms/coding/dynamic/tracked_round.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

class oracle_round final : public tracked_round {
public:
  oracle_round(const gradient_code& code, std::function<double(index, double)> foresee)
      : tracked_round(code), foresee_(std::move(foresee)) {
    if (foresee_)
      react(0);
  }

  bool hopeless() const override { return !foresee_ || tracked_round::hopeless(); }
  result<decoding> decode() const override {
    if (!foresee_)
      return fail(errc::not_supported, "\"oracle\" must foresee delays, which this world cannot; "
                                       "runtime.world must be \"simulated\"");
    return tracked_round::decode();
  }

private:
  void react(double) override {
    std::vector<bool> dealt(static_cast<std::size_t>(parts()), false);
    for (const auto& [id, task] : tasks())
      if (task.answered || alive(id.sender))
        for (const coded_part& entry : task.parts)
          dealt[static_cast<std::size_t>(entry.part)] = true;
    std::vector<index> open;
    for (index part = 0; part < parts(); ++part)
      if (!dealt[static_cast<std::size_t>(part)])
        open.push_back(part);
    if (!open.empty() && anybody_left())
      deal(open);
  }

  /// Part by part to whoever would be done with one more the earliest, which is optimal; then in
  /// runs, so that sums are of neighbours.
  void deal(std::span<const index> open) {
    std::vector<index> loads(static_cast<std::size_t>(senders()), 0);
    for (std::size_t i = 0; i < open.size(); ++i)
      ++loads[static_cast<std::size_t>(earliest_with_one_more(loads))];
    auto next = open.begin();
    for (index sender = 0; sender < senders(); ++sender) {
      std::vector<coded_part> run;
      for (index left = loads[static_cast<std::size_t>(sender)]; left > 0; --left)
        run.push_back({*next++, 1.0});
      if (!run.empty())
        assign(sender, std::move(run));
    }
  }

  index earliest_with_one_more(std::span<const index> loads) const {
    index earliest = -1;
    double earliest_s = 0;
    for (index sender = 0; sender < senders(); ++sender) {
      if (!alive(sender))
        continue;
      const double done_s = foresee_(
          sender, static_cast<double>(loads[static_cast<std::size_t>(sender)] + 1));
      if (earliest < 0 || done_s < earliest_s) {
        earliest = sender;
        earliest_s = done_s;
      }
    }
    return earliest;
  }

  std::function<double(index, double)> foresee_;
};

}  // namespace

result<oracle> oracle::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  if (shape.stragglers != 0)
    return given.refuse("stragglers", "\"oracle\" knows its stragglers beforehand; it must be 0");
  return oracle{shape};
}

std::unique_ptr<code_round> oracle::open(const round_outlook& outlook) const {
  return std::make_unique<oracle_round>(*this, outlook.foresee);
}

}  // namespace echelon::coding
