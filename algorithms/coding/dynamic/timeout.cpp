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
    const bool some = std::ranges::any_of(tasks(),
                                          [](const auto& one) { return one.second.answered; });
    const bool all = asked_ && std::ranges::none_of(awaited_, [this](answer_id id) {
                       return alive(id.sender) && !tasks().at(id).answered;
                     });
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
      if (done.size() == task.parts.size())
        awaited_.push_back(id);
      else if (alive(id.sender) && !done.empty())
        prefixes.emplace_back(id.sender, std::move(done));
    }
    for (auto& [sender, done] : prefixes)
      awaited_.push_back(assign(sender, std::move(done), true));
    interrupted_ = std::ssize(prefixes);
  }

  double timeout_s_;
  bool asked_ = false;
  std::vector<answer_id> awaited_;  ///< under way at the deadline, or asked for then
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
