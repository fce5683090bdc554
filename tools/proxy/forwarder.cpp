#include "tools/proxy/forwarder.hpp"

#include <algorithm>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include "net/transports/sockets.hpp"
#include "tools/proxy/passage.hpp"

namespace echelon::proxy {
namespace {

using asio::ip::tcp;

constexpr std::array ways{way::forth, way::back};

}  // namespace

forwarder::forwarder(asio::io_context& loop, std::vector<episode> schedule, std::uint64_t seed)
    : loop_(loop), schedule_(std::move(schedule)), seed_(seed), began_(time_.now()) {}

asio::awaitable<result<std::string>> forwarder::open(std::string where, std::string target) {
  auto acceptor = co_await net::listen_socket(std::move(where), net::reach::this_machine);
  if (!acceptor)
    co_return std::unexpected(acceptor.error());
  std::string address = net::to_string(acceptor->local_endpoint());
  asio::co_spawn(loop_, accept(routes_++, std::move(target), *std::move(acceptor)), asio::detached);
  co_return address;
}

asio::awaitable<void> forwarder::accept(std::size_t route, std::string target,
                                        tcp::acceptor acceptor) {
  net::socket_source source{std::move(acceptor)};
  for (;;) {
    auto dialler = co_await source.accept();
    if (!dialler)
      continue;
    if (refuses(route))
      ++totals_.refused;
    else
      asio::co_spawn(loop_, connect(route, target, *std::move(dialler)), asio::detached);
  }
}

asio::awaitable<void> forwarder::connect(std::size_t route, std::string target,
                                         tcp::socket dialler) {
  auto reached = co_await net::dial_socket(std::move(target), {});
  if (!reached)
    co_return;
  const random_stream random{seed_, "passage", totals_.streams++};
  auto made = std::make_shared<passage>(route, std::move(dialler), *std::move(reached), time_,
                                        random);
  apply(*made);
  made->start();
  std::erase_if(living_, [](const auto& each) { return each.expired(); });
  living_.push_back(std::move(made));
}

asio::awaitable<void> forwarder::disturb() {
  began_ = time_.now();
  std::vector<nanoseconds> moments;
  for (const episode& one : schedule_)
    moments.insert(moments.end(), {one.begins, one.ends});
  std::ranges::sort(moments);
  const auto same = std::ranges::unique(moments);
  moments.erase(same.begin(), same.end());
  for (const nanoseconds moment : moments) {
    co_await time_.sleep_until(began_ + moment);
    for (const episode& one : schedule_)
      if (one.begins == moment)
        begin(one);
    for (const auto& each : living_)
      if (const auto still = each.lock())
        apply(*still);
  }
}

void forwarder::begin(const episode& one) {
  for (const auto& each : living_) {
    const auto stream = each.lock();
    if (!stream || !one.concerns(stream->route()))
      continue;
    if (one.what == fault::reset) {
      stream->reset();
      ++totals_.reset;
    }
    for (const way direction : ways) {
      if (!one.concerns(stream->route(), direction))
        continue;
      if (one.what == fault::corrupt) {
        stream->corrupt(direction, static_cast<std::size_t>(one.value));
        ++totals_.corrupted;
      } else if (one.what == fault::abandon) {
        stream->abandon(direction);
      }
    }
  }
}

void forwarder::apply(passage& to) const {
  for (const way direction : ways) {
    net::direction_faults faults = faults_at(schedule_, now(), to.route(), direction);
    for (net::outage& gap : faults.outages)
      gap = {gap.from + began_, gap.until + began_};
    to.change(direction, std::move(faults));
  }
}

bool forwarder::refuses(std::size_t route) const {
  return std::ranges::any_of(schedule_, [&](const episode& one) {
    return one.what == fault::refuse && one.lasts_at(now()) && one.concerns(route);
  });
}

}  // namespace echelon::proxy
