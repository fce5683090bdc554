#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/awaitable.hpp>

#include "net/clock.hpp"
#include "net/link.hpp"

namespace echelon::experiments {

/// Calls `gone` as soon as the process at the other end of a link is known to have ended: the link
/// was cut, nothing has come over it since, and nobody listens `where` that process did. Ends when
/// the link does. What merely may be dead is left to the link's own timeout.
asio::awaitable<void> watch_for_departure(std::weak_ptr<const net::link> of, std::string where,
                                          net::clock& time, std::function<void()> gone);

}  // namespace echelon::experiments
