#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// A code over some of a node's children. The others get no work: nobody waits for them, and their
/// absence counts for nothing.
/// Cost: that of the code it wraps.
/// Source: Echelon.
class selected_senders final : public gradient_code {
public:
  /// `selected` are the positions of the inner code's senders among all, ascending.
  selected_senders(gradient_code_ptr inner, std::vector<index> selected, index senders);

  code_shape shape() const override;
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  message_frame frame() const override { return inner_->frame(); }
  bool streams() const override { return inner_->streams(); }
  bool holds() const override { return inner_->holds(); }
  bool reacts() const override { return inner_->reacts(); }
  bool chooses_at(index round) const override { return inner_->chooses_at(round); }
  std::vector<double> choose(const round_outlook& outlook) const override;
  bool foresees() const override { return inner_->foresees(); }
  bool exact() const override { return inner_->exact(); }
  bool order_free() const override { return inner_->order_free(); }
  std::optional<update_rule> updates() const override { return inner_->updates(); }
  double amplification_worst() const override { return inner_->amplification_worst(); }

private:
  gradient_code_ptr inner_;
  std::vector<index> selected_;
  std::vector<index> inner_of_;  ///< by sender; -1: not selected
};

}  // namespace echelon::coding
