#include "algorithms/coding/fixed_code.hpp"

#include <algorithm>

namespace echelon::coding {
namespace {

bool enough(const fixed_code& code, std::span<const index> senders) {
  const auto progress = code.begin();
  return std::ranges::any_of(senders,
                             [&progress](index sender) { return progress->arrive(sender); });
}

/// Senders without a row never answer, and none is waited for.
class fixed_round final : public code_round {
public:
  explicit fixed_round(const fixed_code& code)
      : code_(code), progress_(code.begin()),
        state_(static_cast<std::size_t>(code.shape().senders), sender_state::open) {
    for (std::size_t sender = 0; sender < state_.size(); ++sender)
      if (code.work(static_cast<index>(sender)).empty())
        state_[sender] = sender_state::lost;
  }

  void answered(index sender, index, double) override {
    state_.at(static_cast<std::size_t>(sender)) = sender_state::answered;
    decodable_ = progress_->arrive(sender) || decodable_;
    for (const index other : progress_->served_by(sender))
      if (state_.at(static_cast<std::size_t>(other)) == sender_state::open)
        dismiss(other);
  }

  void lost(index sender, double) override {
    auto& state = state_.at(static_cast<std::size_t>(sender));
    if (state == sender_state::open)  // an answer that came before stays
      state = sender_state::lost;
    hopeless_ = !decodable_ && !enough(code_, with(false));
  }

  bool decodable() const override { return decodable_; }
  bool hopeless() const override { return hopeless_; }
  bool wanted(index sender) const override {
    return !decodable_ && state_.at(static_cast<std::size_t>(sender)) == sender_state::open &&
           progress_->wanted(sender);
  }
  result<decoding> decode() const override { return code_.decode(with(true)); }

private:
  enum class sender_state : unsigned char { open, answered, lost };

  /// Those that answered or, otherwise, those that are not lost.
  std::vector<index> with(bool answered_only) const {
    std::vector<index> found;
    for (std::size_t sender = 0; sender < state_.size(); ++sender)
      if (answered_only ? state_[sender] == sender_state::answered
                        : state_[sender] != sender_state::lost)
        found.push_back(static_cast<index>(sender));
    return found;
  }

  const fixed_code& code_;
  std::unique_ptr<code_progress> progress_;
  std::vector<sender_state> state_;
  bool decodable_ = false;
  bool hopeless_ = false;
};

}  // namespace

std::unique_ptr<code_round> fixed_code::open(const round_outlook&) const {
  return std::make_unique<fixed_round>(*this);
}

}  // namespace echelon::coding
