#include "actors/gathering.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace echelon::actors {

gathering::gathering(coding::gradient_code_ptr code, index dimension, precision kind,
                     std::int64_t round, std::uint64_t plan)
    : code_(std::move(code)), collector_(code_, dimension, kind), round_(round), plan_(plan),
      lost_(static_cast<std::size_t>(code_->shape().senders)), open_(code_->shape().senders) {}

gathering::verdict gathering::add(coded_gradient answer) {
  expects(!sealed_);
  const bool known = answer.sender >= 0 && answer.sender < std::ssize(lost_);
  if (answer.round != round_ || answer.plan != plan_ || !known || collector_.has({answer.sender}) ||
      lost_[static_cast<std::size_t>(answer.sender)]) {
    ++stale_;
    return verdict::stale;
  }
  const bool was_decodable = collector_.decodable();
  const std::int32_t sender = answer.sender;
  const work_note done = std::move(answer.note);
  const auto outcome = collector_.add({sender}, std::move(answer.answer));
  note_ += done;
  if (outcome == coding::round_collector::outcome::refused)
    return lose(sender, "sent values that are not finite or of another length");
  --open_;
  const bool now_decodable = outcome == coding::round_collector::outcome::decodable;
  return now_decodable && !was_decodable ? verdict::ready : verdict::waiting;
}

void gathering::count_late(const coded_gradient& answer) {
  if (answer.round == round_)
    note_ += answer.note;
  ++stale_;
}

gathering::verdict gathering::lose(std::int32_t sender, const std::string& reason) {
  const auto position = static_cast<std::size_t>(sender);
  if (sealed_ || sender < 0 || position >= lost_.size() || lost_[position])
    return verdict::stale;
  lost_[position] = true;
  --open_;
  reasons_.emplace_back(sender, reason);
  std::vector<index> others;
  for (std::size_t other = 0; other < lost_.size(); ++other)
    if (!lost_[other])
      others.push_back(static_cast<index>(other));
  return coding::decodable(*code_, others) ? verdict::waiting : verdict::hopeless;
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
