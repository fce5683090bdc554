#pragma once

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// Progress of codes to which only the number of answers matters.
class arrival_count final : public code_progress {
public:
  arrival_count(index senders, index needed) : senders_(senders), missing_(needed) {}

  bool arrive(index sender) override {
    expects(sender >= 0 && sender < senders_);
    return --missing_ <= 0;
  }

private:
  index senders_;
  index missing_;
};

}  // namespace echelon::coding
