#pragma once

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Every round has a certificate, none has two, and what they say makes sense: no version of the
/// model is announced whose round was not certified.
class certified final : public invariant {
public:
  explicit certified(const promises& made) : has_rounds_(!made.setup().plan.root_code->updates()) {}
  std::string_view name() const override { return "certified"; }
  std::string observe(const event& what) override;

private:
  std::string judge(const round_ended& what);
  std::string judge(const message_sent& what) const;

  bool has_rounds_;
  index rounds_ = 0;
  double time_s_ = 0;
  bool failed_ = false;
};

}  // namespace echelon::experiments::chaos
