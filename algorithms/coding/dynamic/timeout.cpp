#include "algorithms/coding/dynamic/timeout.hpp"

#include <algorithm>

#include "algorithms/coding/dynamic/tracked_round.hpp"

namespace echelon::coding {
namespace {

class timeout_round final : public tracked_round {
public:
  timeout_round(const gradient_code& code, double timeout_s)
      : tracked_round(code), timeout_s_(timeout_s) {
    wake_at(timeout_s);
  }

  /// With everything, or with all that was asked for at the deadline and can still come.
  bool decodable() const override {
    if (tracked_round::decodable())
      return true;
    bool some = false;
    bool all = asked_;
    for (const auto& [id, task] : tasks()) {
      some = some || task.answered;
      all = all && (task.answered || !alive(id.sender) || !due(id));
    }
    return some && (all || !anybody_left());
  }
  result<decoding> decode() const override {
    if (!decodable())
      return fail(errc::too_many_stragglers, "no answer is in at the deadline");
    return arrived().combine();
  }
  std::map<std::string, double> facts() const override {
    return {{"interrupted", static_cast<double>(interrupted_)}};
  }

private:
  void react(double now_s) override {
    if (!reached(timeout_s_, now_s))
      wake_at(timeout_s_);
    else if (!asked_)
      ask_for_finished();
  }

  void ask_for_finished() {
    std::vector<std::pair<index, std::vector<coded_part>>> prefixes;
    for (const auto& [id, task] : tasks()) {
      std::vector<coded_part> done;
      for (const coded_part& entry : task.parts)
        if (finished(id.sender, entry.part))
          done.push_back(entry);
      asked_ = asked_ || task.answered || (alive(id.sender) && !done.empty());
      if (alive(id.sender) && !done.empty() && done.size() < task.parts.size())
        prefixes.emplace_back(id.sender, std::move(done));
    }
    for (auto& [sender, done] : prefixes)
      assign(sender, std::move(done), true);
    interrupted_ = std::ssize(prefixes);
  }

  /// Whether the answer was under way at the deadline, or asked for then.
  bool due(answer_id id) const {
    const auto& parts = tasks().at(id).parts;
    return std::ranges::all_of(
        parts, [this, id](const coded_part& entry) { return finished(id.sender, entry.part); });
  }

  double timeout_s_;
  bool asked_ = false;
  index interrupted_ = 0;
};

}  // namespace

std::vector<parameter> timeout::declared() {
  return {{.name = "timeout_s",
           .kind = value_kind::number,
           .fallback = value{1.0},
           .summary = "seconds after which a round ends with what is finished",
           .least = 0}};
}

result<timeout> timeout::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check(given, shape, name));
  if (given.number("timeout_s") == 0)
    return given.refuse("timeout_s", "nothing can be finished at once; it must be above 0");
  return timeout{shape, given.number("timeout_s")};
}

std::unique_ptr<code_round> timeout::open(const round_outlook&) const {
  return std::make_unique<timeout_round>(*this, timeout_s_);
}

}  // namespace echelon::coding
