#pragma once

#include <type_traits>
#include <utility>

#include <asio/awaitable.hpp>
#include <caf/actor_cast.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/replies_to.hpp>

#include "algorithms/base/result.hpp"
#include "algorithms/base/units.hpp"

namespace echelon::remote {

namespace detail {

template <class Reply, class Message>
struct clause_for {
  using type = typename caf::replies_to<Message>::template with<Reply>;
};
template <class Message>
struct clause_for<void, Message> {
  using type = caf::reacts_to<Message>;
};

template <class Clause, class... Clauses>
consteval bool contains(caf::detail::type_list<Clauses...>) {
  return (std::is_same_v<Clause, Clauses> || ...);
}

/// `if_given_up` goes to the actor when nobody waits for its answer any longer; empty: nothing
/// does.
asio::awaitable<result<caf::message>> ask(caf::strong_actor_ptr actor, caf::message what,
                                          nanoseconds timeout, caf::message if_given_up);

}  // namespace detail

/// Asks an actor, here or behind a bound handle, from a coroutine on the control loop's own thread,
/// and resumes with the answer; `Reply` is void where a handler returns nothing. Nothing is left
/// behind when it is cancelled or late: the request is forgotten at both sides, and where
/// `if_given_up(Message)` is declared beside the message, the actor is sent what that returns, so
/// that it can stop the work. Errors: timed_out; interrupted, by cancellation; unreachable, when
/// the actor has ended or its link is lost; what the actor answered instead. Cost: 2 us.
template <class Reply, class Handle, class Message>
asio::awaitable<result<Reply>> call(Handle to, Message what, nanoseconds timeout) {
  using clause = typename detail::clause_for<Reply, Message>::type;
  static_assert(detail::contains<clause>(typename Handle::signatures{}),
                "the handle does not answer that message with that reply");
  caf::message instead;
  if constexpr (requires { if_given_up(what); })
    instead = caf::make_message(if_given_up(what));
  auto actor = caf::actor_cast<caf::strong_actor_ptr>(to);
  caf::message question = caf::make_message(std::move(what));
  result<caf::message> came = co_await detail::ask(std::move(actor), std::move(question), timeout,
                                                   std::move(instead));
  if (!came)
    co_return pass_on(std::move(came));
  if constexpr (std::is_void_v<Reply>)
    co_return result<void>{};
  else if (came->template match_elements<Reply>())
    co_return came->template get_as<Reply>(0);
  else
    co_return fail(errc::bad_input, "the answer is {}", to_string(*came));
}

}  // namespace echelon::remote
