#include "algorithms/coding/dynamic/two_stage.hpp"

#include <bit>

#include "algorithms/coding/dynamic/two_stage_round.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

std::vector<parameter> two_stage::declared() {
  return {
      {.name = "stage1_workers",
       .kind = value_kind::integer,
       .fallback = value{0},
       .summary = "M1, senders that begin; 0: chosen from histories",
       .least = 0},
      {.name = "stage1_s",
       .kind = value_kind::number,
       .fallback = value{0.0},
       .summary = "T1, seconds until missing parts are dealt anew; 0: chosen from histories",
       .least = 0},
      {.name = "stage2_stragglers",
       .kind = value_kind::integer,
       .fallback = value{-1},
       .summary = "s2, helpers that may stay silent; -1: chosen from histories",
       .least = -1},
      {.name = "deadline",
       .kind = value_kind::text,
       .fallback = value{"chosen"},
       .summary = "T1 as stage1_s says, or from the time at which most of the first stage is done",
       .choices = {"chosen", "adaptive"}},
      {.name = "deadline_fraction",
       .kind = value_kind::number,
       .fallback = value{0.75},
       .summary = "share of the first stage that is done when an adaptive T1 is set",
       .least = 0,
       .most = 1},
      {.name = "deadline_margin",
       .kind = value_kind::number,
       .fallback = value{0.5},
       .summary = "an adaptive T1 is so much later than that, as a share of it",
       .least = 0},
      {.name = "assignment_s",
       .kind = value_kind::number,
       .fallback = value{0.0},
       .summary = "seconds between T1 and the orders of the second stage",
       .least = 0},
      {.name = "reconsider_every",
       .kind = value_kind::integer,
       .fallback = value{20},
       .summary = "rounds between two choices of M1, T1 and s2",
       .least = 1},
  };
}

result<two_stage> two_stage::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  if (shape.stragglers != 0)
    return given.refuse("stragglers",
                        "\"two-stage\" adds redundancy only where a round lacks something, and "
                        "survives whoever falls silent; it must be 0, or stage2_stragglers set");
  if (given.integer("stage1_workers") > shape.senders)
    return given.refuse("stage1_workers", "{} of {} senders cannot begin; it must be at most {}",
                        given.integer("stage1_workers"), shape.senders, shape.senders);
  return two_stage{shape,
                   {.first_senders = given.integer("stage1_workers"),
                    .deadline_s = given.number("stage1_s"),
                    .stragglers = given.integer("stage2_stragglers"),
                    .adaptive = given.text("deadline") == "adaptive",
                    .adaptive_fraction = given.number("deadline_fraction"),
                    .adaptive_margin = given.number("deadline_margin"),
                    .assignment_s = given.number("assignment_s")},
                   given.integer("reconsider_every")};
}

stage_choice two_stage::choice_for(const round_outlook& outlook) const {
  if (outlook.chosen.empty()) {
    const std::vector<sender_history> unknown(static_cast<std::size_t>(shape_.senders));
    return choose_stages(shape_.parts, outlook.history.empty() ? unknown : outlook.history, given_);
  }
  expects(std::ssize(outlook.chosen) == shape_.senders + 2);
  stage_choice choice{static_cast<index>(outlook.chosen[0]), outlook.chosen[1], {}};
  for (const double share : outlook.chosen.subspan(2))
    choice.shares.push_back(static_cast<index>(share));
  return choice;
}

bool two_stage::chooses_at(index round) const {
  if (round <= reconsider_every_)
    return std::has_single_bit(static_cast<std::size_t>(round));
  return (round - 1) % reconsider_every_ == 0;
}

std::vector<double> two_stage::choose(const round_outlook& outlook) const {
  const stage_choice choice = choice_for({.history = outlook.history});
  std::vector<double> numbers{static_cast<double>(choice.stragglers), choice.deadline_s};
  for (const index share : choice.shares)
    numbers.push_back(static_cast<double>(share));
  return numbers;
}

std::unique_ptr<code_round> two_stage::open(const round_outlook& outlook) const {
  return std::make_unique<two_stage_round>(*this, choice_for(outlook), given_, outlook.history);
}

}  // namespace echelon::coding
