#include "net/hub.hpp"

#include <utility>

#include "algorithms/base/contract.hpp"
#include "net/link/hub_core.hpp"

namespace echelon::net {

hub::hub(asio::any_io_executor where, clock& time, transport& carrier, hub_settings settings)
    : core_(std::make_shared<core>(std::move(where), time, carrier, std::move(settings))) {}

hub::~hub() { expects(coroutines() == 0); }

void hub::on_link(std::function<void(std::shared_ptr<link>)> welcome) {
  core_->welcome_user = std::move(welcome);
}

void hub::judge_peers_by(nanoseconds peer_timeout) {
  expects(peer_timeout > nanoseconds{0});
  core_->settings.peer_timeout = peer_timeout;
  for (const auto& each : core_->links.all())
    each->judge_peer_by(peer_timeout);
}

asio::awaitable<result<std::string>> hub::listen(std::string where) {
  const auto self = core_;
  result<std::unique_ptr<listener>> opened = co_await self->carrier.listen(std::move(where));
  if (!opened)
    co_return pass_on(std::move(opened));
  const std::shared_ptr<listener> door = std::move(*opened);
  if (self->closing)
    co_return fail(errc::unreachable, "the hub is closed");
  self->doors.push_back(door);
  self->tasks->spawn(core::accept_loop(self, door));
  co_return door->address();
}

asio::awaitable<result<std::shared_ptr<link>>> hub::connect(std::string where, std::string expected,
                                                            nanoseconds give_up_after) {
  const auto self = core_;
  if (self->closing)
    co_return fail(errc::unreachable, "the hub is closed");
  const auto what = std::make_shared<dialling>();
  what->where = std::move(where);
  what->expected = std::move(expected);
  what->give_up = self->time.now() + give_up_after;
  co_await self->tasks->ends_by(self->time, nanoseconds::max(), core::dial(self, what));
  if (self->closing)
    co_return fail(errc::unreachable, "the hub is closed");
  if (!what->outcome)
    co_return std::unexpected(what->outcome.error());
  co_return (*what->outcome)->handle();
}

asio::awaitable<void> hub::close() {
  const auto self = core_;
  self->closing = true;
  for (const auto& door : std::exchange(self->doors, {}))
    door->close();
  for (const auto& each : self->links.all())
    each->close("its process leaves");
  while (!self->links.all().empty()) {
    const std::uint64_t heard = self->link_gone.rings();
    if (!self->links.all().empty())
      co_await self->link_gone.wait(heard, self->time, nanoseconds::max());
  }
  self->tasks->cancel_all();
  co_await self->tasks->empty(self->time);
  self->welcome_user = nullptr;
}

int hub::coroutines() const { return core_->tasks->count(); }

}  // namespace echelon::net
