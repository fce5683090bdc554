#include "algorithms/coding/hierarchy/selected_senders.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::coding {
namespace {

constexpr index nobody = -1;

/// What the inner code's round is told of the selected senders alone.
struct inner_outlook {
  inner_outlook(const round_outlook& outer, const std::vector<index>& selected) {
    if (!outer.history.empty())
      for (const index sender : selected)
        history.push_back(outer.history[slot(sender)]);
    seen = outer;
    seen.history = history;
    if (outer.foresee)
      seen.foresee = [foresee = outer.foresee, &selected](index sender, double parts) {
        return foresee(selected[slot(sender)], parts);
      };
  }

  std::vector<sender_history> history;
  round_outlook seen;
};

/// Passes everything on under the senders' numbers of the inner code.
class selected_round final : public code_round {
public:
  selected_round(const gradient_code& inner, const round_outlook& outlook,
                 const std::vector<index>& selected, const std::vector<index>& inner_of)
      : selected_(selected), inner_of_(inner_of), outlook_(outlook, selected),
        inner_(inner.open(outlook_.seen)) {
    follow();
  }

  void answered(index sender, index task, double now_s) override {
    expects(inner_of(sender) != nobody);
    inner_->answered(inner_of(sender), task, now_s);
    follow();
  }
  void progressed(index sender, index task, index parts_done, double now_s) override {
    expects(inner_of(sender) != nobody);
    inner_->progressed(inner_of(sender), task, parts_done, now_s);
    follow();
  }
  void lost(index sender, double now_s) override {
    if (inner_of(sender) == nobody)
      return;
    inner_->lost(inner_of(sender), now_s);
    follow();
  }
  void woken(double now_s) override {
    inner_->woken(now_s);
    follow();
  }

  bool decodable() const override { return inner_->decodable(); }
  bool hopeless() const override { return inner_->hopeless(); }
  bool wanted(index sender) const override {
    return inner_of(sender) != nobody && inner_->wanted(inner_of(sender));
  }
  /// Weights are by answer, in an order that is the same under either numbering.
  result<decoding> decode() const override { return inner_->decode(); }
  std::map<std::string, double> facts() const override { return inner_->facts(); }

private:
  index inner_of(index sender) const { return inner_of_.at(slot(sender)); }

  /// Takes over what the inner round wants since it was last told something.
  void follow() {
    for (order wish : inner_->take_orders()) {
      wish.sender = selected_[slot(wish.sender)];
      ask(std::move(wish));
    }
    for (const index sender : inner_->take_dismissed())
      dismiss(selected_[slot(sender)]);
    wake_at(inner_->wake_s());
  }

  const std::vector<index>& selected_;
  const std::vector<index>& inner_of_;
  inner_outlook outlook_;
  std::unique_ptr<code_round> inner_;
};

}  // namespace

selected_senders::selected_senders(gradient_code_ptr inner, std::vector<index> selected,
                                   index senders)
    : inner_(std::move(inner)), selected_(std::move(selected)), inner_of_(slot(senders), nobody) {
  expects(inner_->shape().senders == std::ssize(selected_) && std::ranges::is_sorted(selected_));
  for (std::size_t place = 0; place < selected_.size(); ++place)
    inner_of_.at(slot(selected_[place])) = static_cast<index>(place);
}

code_shape selected_senders::shape() const {
  code_shape all = inner_->shape();
  all.senders = std::ssize(inner_of_);
  all.capacities.clear();
  return all;
}

std::span<const coded_part> selected_senders::work(index sender) const {
  const index inner = inner_of_.at(slot(sender));
  return inner == nobody ? std::span<const coded_part>{} : inner_->work(inner);
}

std::vector<double> selected_senders::choose(const round_outlook& outlook) const {
  return inner_->choose(inner_outlook{outlook, selected_}.seen);
}

std::unique_ptr<code_round> selected_senders::open(const round_outlook& outlook) const {
  return std::make_unique<selected_round>(*inner_, outlook, selected_, inner_of_);
}

}  // namespace echelon::coding
