#pragma once

#include "net/clock.hpp"

namespace echelon::net {

/// The machine's steady clock.
class real_clock final : public clock {
public:
  nanoseconds now() const override;
  asio::awaitable<void> sleep_until(nanoseconds due) override;
};

}  // namespace echelon::net
