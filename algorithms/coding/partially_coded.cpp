#include "algorithms/coding/partially_coded.hpp"

#include <cmath>

#include "algorithms/coding/polynomial.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Task 0 is private, task 1 is the sender's row of the code.
class two_message_round final : public code_round {
public:
  two_message_round(const partially_coded& code, const round_outlook& outlook)
      : code_(code), coded_(code.second().open(outlook)),
        senders_(static_cast<std::size_t>(code.shape().senders)) {
    for (index sender = 0; sender < code.shape().senders; ++sender) {
      missing_ += !code.work(sender).empty();
      const auto row = code.second().work(sender);
      if (row.empty())
        continue;
      order second{.sender = sender, .parts = {row.begin(), row.end()}};
      for (coded_part& entry : second.parts)
        entry.part += code.private_parts();
      ask(std::move(second));
    }
  }

  void answered(index sender, index task, double now_s) override {
    (task == 0 ? state(sender).first : state(sender).second) = true;
    if (task == 0)
      --missing_;
    else
      coded_->answered(sender, 0, now_s);
  }

  void lost(index sender, double now_s) override {
    hopeless_ = hopeless_ || waits_for_first(sender);
    coded_->lost(sender, now_s);
  }

  bool decodable() const override { return missing_ == 0 && coded_->decodable(); }
  bool hopeless() const override { return hopeless_ || coded_->hopeless(); }
  bool wanted(index sender) const override {
    return waits_for_first(sender) || coded_->wanted(sender);
  }

  result<decoding> decode() const override {
    if (missing_ > 0)
      return fail(errc::too_many_stragglers, "{}: {} senders have not answered for private parts",
                  partially_coded::name, missing_);
    ECHELON_TRY(decoding how, coded_->decode());
    std::vector<double> weights;
    auto next = how.weights.begin();
    for (const answers& from : senders_) {
      if (from.first)
        weights.push_back(1.0);
      if (from.second)
        weights.push_back(*next++);
    }
    how.weights = std::move(weights);
    const double coded_share = static_cast<double>(code_.second().shape().parts) /
                               static_cast<double>(code_.shape().parts);
    how.residual *= std::sqrt(coded_share);
    how.amplification = code_.amplification(how.amplification);
    return how;
  }

private:
  struct answers {
    bool first = false;
    bool second = false;
  };

  answers& state(index sender) { return senders_.at(static_cast<std::size_t>(sender)); }
  bool waits_for_first(index sender) const {
    return !senders_.at(static_cast<std::size_t>(sender)).first && !code_.work(sender).empty();
  }

  const partially_coded& code_;
  std::unique_ptr<code_round> coded_;
  std::vector<answers> senders_;
  index missing_ = 0;
  bool hopeless_ = false;
};

}  // namespace

std::vector<parameter> partially_coded::declared() {
  return {{.name = "private_share",
           .kind = value_kind::number,
           .fallback = value{0.5},
           .summary = "share of the parts that are on one sender each",
           .least = 0,
           .most = 1}};
}

result<partially_coded> partially_coded::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  const double parts = static_cast<double>(shape.parts);
  const auto alone = static_cast<index>(std::floor(given.number("private_share") * parts));
  if (alone == shape.parts)
    return given.refuse("private_share",
                        "none of {} parts is left to be coded; it must be below 1, or the policy "
                        "\"uncoded\"",
                        shape.parts);
  code_shape first = shape;
  first.parts = alone;
  code_shape second = shape;
  second.parts = shape.parts - alone;
  ECHELON_TRY(auto coded, polynomial::make(given, second));
  code_shape whole = shape;
  whole.stragglers = 0;
  return partially_coded{whole, uncoded{proportional_cuts(first)}, std::move(coded)};
}

std::unique_ptr<code_round> partially_coded::open(const round_outlook& outlook) const {
  return std::make_unique<two_message_round>(*this, outlook);
}

double partially_coded::amplification(double of_coded) const {
  const double coded = static_cast<double>(second_->shape().parts);
  const double all = static_cast<double>(shape_.parts);
  return std::sqrt((all - coded + coded * of_coded * of_coded) / all);
}

}  // namespace echelon::coding
