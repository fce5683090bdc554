#include "algorithms/coding/dynamic/masks.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "algorithms/coding/dynamic/mask_cover.hpp"
#include "algorithms/coding/dynamic/tracked_round.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

using row = std::vector<coded_part>;

/// The parts [first, last), begun at `start` and taken round.
row rotated_run(index first, index last, index start) {
  row run;
  for (index part = start; part < last; ++part)
    run.push_back({part, 1.0});
  for (index part = first; part < start; ++part)
    run.push_back({part, 1.0});
  return run;
}

/// Parts in N segments; sender i begins with its own and goes on with the next s.
std::vector<row> cyclic_rows(const code_shape& shape) {
  std::vector<row> rows;
  const auto cut = [&shape](index segment) { return shape.parts * segment / shape.senders; };
  for (index sender = 0; sender < shape.senders; ++sender) {
    row& own = rows.emplace_back();
    for (index step = 0; step <= shape.stragglers; ++step) {
      const index segment = (sender + step) % shape.senders;
      std::ranges::copy(rotated_run(cut(segment), cut(segment + 1), cut(segment)),
                        std::back_inserter(own));
    }
  }
  return rows;
}

/// Groups of at least s+1 neighbours hold the same run, each begun in another place.
std::vector<row> grouped_rows(const code_shape& shape) {
  std::vector<row> rows;
  const index groups = shape.senders / (shape.stragglers + 1);
  for (index group = 0; group < groups; ++group) {
    const index size = shape.senders * (group + 1) / groups - shape.senders * group / groups;
    const index first = shape.parts * group / groups;
    const index last = shape.parts * (group + 1) / groups;
    for (index member = 0; member < size; ++member)
      rows.push_back(rotated_run(first, last, first + (last - first) * member / size));
  }
  return rows;
}

/// Where rounds take no time at all, a wait does.
constexpr double patience_least_s = 1e-3;

class mask_round final : public tracked_round {
public:
  mask_round(const gradient_code& code, double patience)
      : tracked_round(code), patience_(patience) {}

  /// When some part that nobody is to send has no holder left.
  bool hopeless() const override {
    const auto open = open_parts();
    return std::ranges::any_of(open, [this](index part) { return !held(part); });
  }

  std::map<std::string, double> facts() const override {
    double longest = 0;
    double sums = 0;
    for (const auto& [id, task] : tasks())
      if (id.task > 0) {
        ++sums;
        longest = std::max(longest, static_cast<double>(task.parts.size()));
      }
    return {{"masks", sums}, {"mask_parts_max", longest}};
  }

private:
  void react(double now_s) override {
    if (deadline_s_ && reached(*deadline_s_, now_s))
      doubt_whoever_owes();
    const auto open = open_parts();
    if (open.empty())
      return;
    const bool needy = std::ranges::any_of(
        open, [this](index part) { return !held(part, /*by_trusted=*/true); });
    std::vector<std::vector<index>> finished_parts(static_cast<std::size_t>(senders()));
    for (index sender = 0; sender < senders(); ++sender)
      for (const index part : open)
        if (alive(sender) && (needy || !doubted(sender)) && finished(sender, part))
          finished_parts[static_cast<std::size_t>(sender)].push_back(part);
    for (const mask& chosen : choose_masks(open, finished_parts)) {
      row sum;
      for (const index part : chosen.parts)
        sum.push_back({part, 1.0});
      assign(chosen.sender, std::move(sum));
      deadline_s_ = std::max(patience_ * now_s, now_s + patience_least_s);
      wake_at(deadline_s_);
    }
  }

  /// They said that they have finished what they do not send.
  void doubt_whoever_owes() {
    deadline_s_.reset();
    for (const auto& [id, task] : tasks())
      if (id.task > 0 && !task.answered)
        owed_.insert(id);
  }

  bool doubted(index sender) const {
    return std::ranges::any_of(owed_, [sender](answer_id id) { return id.sender == sender; });
  }

  /// Parts that are in no mask, or only in those that are owed or whose senders were lost.
  std::vector<index> open_parts() const {
    std::vector<bool> settled(static_cast<std::size_t>(parts()), false);
    for (const auto& [id, task] : tasks())
      if (id.task > 0 && (task.answered || (alive(id.sender) && !owed_.contains(id))))
        for (const coded_part& entry : task.parts)
          settled[static_cast<std::size_t>(entry.part)] = true;
    std::vector<index> open;
    for (index part = 0; part < parts(); ++part)
      if (!settled[static_cast<std::size_t>(part)])
        open.push_back(part);
    return open;
  }

  bool held(index part, bool by_trusted = false) const {
    return std::ranges::any_of(tasks(), [&](const auto& entry) {
      const auto& [id, task] = entry;
      return id.task == 0 && alive(id.sender) && !(by_trusted && doubted(id.sender)) &&
             std::ranges::find(task.parts, part, &coded_part::part) != task.parts.end();
    });
  }

  double patience_;
  std::optional<double> deadline_s_;  ///< for the masks that were asked for last
  std::set<answer_id> owed_;          ///< that were not in by then
};

}  // namespace

std::vector<parameter> masks::declared() {
  return {{.name = "placement",
           .kind = value_kind::text,
           .fallback = value{"cyclic"},
           .summary = "who holds what: s+1 neighbours on a circle, or groups that hold the same",
           .choices = {"cyclic", "grouped"}},
          {.name = "patience",
           .kind = value_kind::number,
           .fallback = value{3.0},
           .summary = "a sum that is not in when a round is so many times as old as when it was "
                      "asked for is asked of others, too",
           .least = 1}};
}

result<masks> masks::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  return masks{shape, given.text("placement") == "grouped", given.number("patience")};
}

masks::masks(const code_shape& shape, bool grouped, double patience)
    : shape_(shape), patience_(patience),
      rows_(grouped ? grouped_rows(shape) : cyclic_rows(shape)) {}

std::unique_ptr<code_round> masks::open(const round_outlook&) const {
  return std::make_unique<mask_round>(*this, patience_);
}

}  // namespace echelon::coding
