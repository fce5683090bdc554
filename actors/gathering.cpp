#include "actors/gathering.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "actors/robust_round.hpp"
#include "algorithms/coding/lies/testimony.hpp"
#include "algorithms/compression/payload_format.hpp"

namespace echelon::actors {
namespace {

/// What a message may say of itself: of a peer nothing is known.
bool is_credible(const squeeze& how, const blob& packed, index length) {
  const auto is_size = [](double number) { return number >= 0 && std::isfinite(number); };
  const auto bits = 8 * static_cast<std::int64_t>(packed.size());
  return how.coordinates >= 0 && how.coordinates <= length && how.payload_bits >= 0 &&
         how.payload_bits <= bits && is_size(how.norm) && is_size(how.input_square) &&
         is_size(how.lost_square);
}

}  // namespace

gathering::gathering(gathering_start start)
    : start_(std::move(start)), collector_(start_.code, start_.dimension, start_.kind,
                                           start_.outlook, &compression::payload_format()),
      lost_(static_cast<std::size_t>(start_.code->shape().senders)), asked_(lost_.size()),
      dismissed_(lost_.size()), squeezes_(lost_.size()), samples_(lost_.size()),
      open_(std::ssize(lost_)) {}

bool gathering::belongs(std::int64_t round, std::uint64_t plan, std::int32_t sender) const {
  return round == start_.round && plan == start_.plan && sender >= 0 &&
         sender < std::ssize(lost_) && !lost_[static_cast<std::size_t>(sender)];
}

gathering::verdict gathering::judge() {
  const coding::code_round& round = collector_.round();
  if (round.decodable() && !was_ready_) {
    was_ready_ = true;
    return verdict::ready;
  }
  if (!was_ready_ && round.hopeless() && !was_hopeless_) {
    was_hopeless_ = true;
    return verdict::hopeless;
  }
  return verdict::waiting;
}

/// Where an answer is decoded it is known what its sender's time was spent on.
void gathering::stamp(coded_gradient& answer, double now_s) {
  const double link_s = now_s - answer.own_s;
  if (!answer.note.edges.empty()) {
    answer.note.edges.back().link_s = link_s;
  } else if (!answer.note.workers.empty()) {
    answer.note.workers.back().after_s = now_s;
    answer.note.workers.back().link_s = link_s;
  }
}

gathering::verdict gathering::add(coded_gradient answer, double now_s) {
  expects(!sealed_);
  ++vectors_;
  const coding::answer_id id{answer.sender, answer.task};
  if (!belongs(answer.round, answer.plan, answer.sender) || !collector_.awaits(id)) {
    ++refused_;
    return verdict::stale;
  }
  stamp(answer, now_s);
  note_ += answer.note;
  const auto position = static_cast<std::size_t>(id.sender);
  // Where answers are compared none may say of itself that it is only nearly one.
  const bool credible = is_credible(answer.how, answer.answer.packed,
                                    start_.code->frame().length(start_.dimension)) &&
                        !(start_.verify && answer.answer.error > 0);
  if (id.task == 0 && credible) {
    squeezes_[position] = answer.how;
    samples_[position] = answer.answer.samples;
  }
  if (!credible || collector_.add(id, std::move(answer.answer), now_s) ==
                       coding::round_collector::outcome::refused)
    return turn_down(answer.sender, now_s);
  if (id.task == 0)
    --open_;
  return judge();
}

/// A rule stands some that send anything at all, so the round need not do without an answer.
gathering::verdict gathering::turn_down(std::int32_t sender, double now_s) {
  ++refused_;
  if (!start_.rule)
    return lose(sender, "sent values that are not finite or of another length", now_s);
  lost_[slot(sender)] = true;
  unfit_.push_back(sender);
  --open_;
  collector_.round().answered(sender, 0, now_s);
  return judge();
}

gathering::verdict gathering::progress(const part_finished& what, double now_s) {
  if (sealed_ || !belongs(what.round, what.plan, what.sender))
    return verdict::stale;
  collector_.round().progressed(what.sender, what.task, what.parts_done, now_s);
  return judge();
}

gathering::verdict gathering::wake(double now_s) {
  if (sealed_)
    return verdict::stale;
  collector_.round().woken(now_s);
  return judge();
}

std::vector<assignment> gathering::take_assignments() {
  std::vector<assignment> tasks;
  for (coding::order& asked : collector_.take_orders()) {
    asked_[static_cast<std::size_t>(asked.sender)] = true;
    for (coding::coded_part& part : asked.parts)
      if (!start_.parts_above.empty()) {
        const auto& above = start_.parts_above[static_cast<std::size_t>(part.part)];
        part = {above.part, above.coefficient * part.coefficient};
      }
    tasks.push_back({start_.round, start_.plan, static_cast<std::int32_t>(asked.sender),
                     static_cast<std::int32_t>(asked.task), std::move(asked.parts), asked.instead});
  }
  return tasks;
}

std::vector<std::int32_t> gathering::take_dismissed() {
  std::vector<std::int32_t> senders;
  const auto dismissed = collector_.round().take_dismissed();
  if (start_.verify)
    return senders;
  for (const index sender : dismissed) {
    dismissed_[static_cast<std::size_t>(sender)] = true;
    senders.push_back(static_cast<std::int32_t>(sender));
  }
  return senders;
}

bool gathering::through_with(std::int32_t sender) const {
  const auto position = static_cast<std::size_t>(sender);
  return dismissed_[position] || (collector_.has({sender, 0}) && !asked_[position]);
}

squeeze gathering::squeezed(const coding::decoded_round& decoded) const {
  squeeze all;
  double samples = 0, norm_square = 0;
  for (const index sender : decoded.senders)
    if (const auto& how = squeezes_[slot(sender)]) {
      const double square = samples_[slot(sender)] * samples_[slot(sender)];
      samples += samples_[slot(sender)];
      all.coordinates += how->coordinates;
      all.payload_bits += how->payload_bits;
      norm_square += square * how->norm * how->norm;
      all.input_square += square * how->input_square;
      all.lost_square += square * how->lost_square;
    }
  if (!(samples > 0))
    return {};
  all.norm = std::sqrt(norm_square) / samples;
  all.input_square /= samples * samples;
  all.lost_square /= samples * samples;
  return all;
}

coding::lie_findings gathering::find_lies() const {
  if (start_.verify)
    return coding::find_lies(collector_, coding::lie_threshold(start_.kind));
  coding::lie_findings found{unfit_, {}};
  std::ranges::sort(found.liars);
  return found;
}

result<coding::decoded_round> gathering::decode(const coding::lie_findings& lies) const {
  if (start_.rule)
    return combine(*start_.rule, collector_, std::ssize(unfit_));
  if (!lies.any())
    return collector_.decode();
  std::vector<index> doubted = lies.liars;
  doubted.insert(doubted.end(), lies.suspects.begin(), lies.suspects.end());
  const auto kept = collector_.without(doubted, start_.outlook);
  if (kept.decodable())
    return kept.decode();
  return fail(errc::too_many_stragglers,
              "{} of {} answers contradict one another ({} of them surely lie), and the others are "
              "too few to decode; more stragglers or a longer grace_s would tell who lies, and "
              "coding.beyond = \"least-squares\" goes on with the nearest sum",
              doubted.size(), collector_.arrived().size(), lies.liars.size());
}

coding::contribution gathering::contribute(const coding::decoded_round& decoded) const {
  double squares = start_.parts_above.empty() ? static_cast<double>(start_.code->shape().parts) : 0;
  for (const coding::coded_part& above : start_.parts_above)
    squares += above.coefficient * above.coefficient;
  // Not exact: its parts' errors, taken to be alike, with the coefficients they go up with.
  const double residual = decoded.how.exact ? 0 : decoded.how.residual;
  return {decoded.values, decoded.loss, decoded.samples, residual * residual * squares};
}

void gathering::count_late(const coded_gradient& answer) {
  if (answer.round == start_.round)
    note_ += answer.note;
  ++refused_;
  ++vectors_;
}

gathering::verdict gathering::lose(std::int32_t sender, const std::string& reason, double now_s) {
  const auto position = static_cast<std::size_t>(sender);
  if (sealed_ || sender < 0 || position >= lost_.size() || lost_[position])
    return verdict::stale;
  lost_[position] = true;
  if (!collector_.has({sender, 0}))
    --open_;
  reasons_.emplace_back(sender, reason);
  collector_.round().lost(sender, now_s);
  return judge();
}

std::string gathering::why_lost(const std::function<node_id(std::int32_t)>& name_of) const {
  constexpr std::size_t named_max = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons_.size(), named_max); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : "; ", to_string(name_of(reasons_[i].first)),
                        reasons_[i].second);
  if (reasons_.size() > named_max)
    text += fmt::format("; and {} more", reasons_.size() - named_max);
  return text + "; the others are too few to decode";
}

}  // namespace echelon::actors
