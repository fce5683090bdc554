#include "net/transports/loopback.hpp"

#include <algorithm>
#include <deque>

#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "algorithms/base/contract.hpp"
#include "net/transports/pipe.hpp"

namespace echelon::net {

/// A stream's two directions; each end holds it.
struct loopback_wire {
  std::string from, to;  ///< hosts' names: of the dialler, and the address it dialled
  pipe forth, back;
};

namespace {

constexpr std::size_t backlog_max = 128;  ///< streams dialled and not accepted, per listener

class loopback_stream final : public stream {
public:
  loopback_stream(std::shared_ptr<loopback_wire> wire, bool dialled)
      : wire_{std::move(wire)}, dialled_{dialled} {}
  ~loopback_stream() override { close(); }

  asio::awaitable<result<void>> open() override { co_return result<void>{}; }

  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) override {
    const auto held = wire_;  // whatever becomes of this end meanwhile
    pipe& in = dialled_ ? held->back : held->forth;
    pipe& out = dialled_ ? held->forth : held->back;
    auto got = co_await in.read_some(into);
    if (in.reset())
      out.reset_at(nanoseconds{0});
    co_return got;
  }

  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> gather) override {
    const auto held = wire_;
    pipe& out = dialled_ ? held->forth : held->back;
    co_return co_await out.write(gather);
  }

  void close() override {
    (dialled_ ? wire_->forth : wire_->back).close_writer();
    (dialled_ ? wire_->back : wire_->forth).close_reader();
  }

  std::string remote() const override { return dialled_ ? wire_->to : wire_->from; }
  std::string local() const override { return dialled_ ? wire_->from : wire_->to; }

private:
  std::shared_ptr<loopback_wire> wire_;
  bool dialled_;
};

}  // namespace

class loopback_listener final : public listener {
public:
  loopback_listener(loopback_network& network, std::string address)
      : network_{network}, address_{std::move(address)}, waiting_{std::make_shared<queue>(
                                                             network.where_)} {
    network_.listeners_[address_] = this;
  }
  ~loopback_listener() override { close(); }

  asio::awaitable<result<std::unique_ptr<stream>>> accept() override {
    const auto held = waiting_;
    clock& time = network_.time_;
    while (held->wires.empty() && !held->closed) {
      const auto heard = held->changed.rings();
      co_await held->changed.wait(heard, time, nanoseconds::max());
    }
    if (held->closed)
      co_return fail(errc::unreachable, "the listener is closed");
    auto end = std::make_unique<loopback_stream>(std::move(held->wires.front()), false);
    held->wires.pop_front();
    co_return std::unique_ptr<stream>{std::move(end)};
  }

  void close() override {
    if (std::exchange(waiting_->closed, true))
      return;
    network_.listeners_.erase(address_);
    for (const auto& wire : waiting_->wires)
      loopback_stream{wire, false}.close();
    waiting_->wires.clear();
    waiting_->changed.ring();
  }

  std::string address() const override { return address_; }

  bool take(std::shared_ptr<loopback_wire> wire) {
    if (waiting_->wires.size() >= backlog_max)
      return false;
    waiting_->wires.push_back(std::move(wire));
    waiting_->changed.ring();
    return true;
  }

private:
  struct queue {
    explicit queue(const asio::any_io_executor& where) : changed{where} {}
    std::deque<std::shared_ptr<loopback_wire>> wires;
    bell changed;
    bool closed = false;
  };

  loopback_network& network_;
  std::string address_;
  std::shared_ptr<queue> waiting_;
};

class loopback_host final : public transport {
public:
  loopback_host(loopback_network& network, std::string name)
      : network_{network}, name_{std::move(name)} {}

  std::string_view name() const override { return "loopback"; }

  asio::awaitable<result<std::unique_ptr<listener>>> listen(std::string where) override {
    if (where.empty())
      co_return fail(errc::bad_input, "an address of the loopback transport is a name, not \"\"");
    if (network_.listeners_.contains(where))
      co_return fail(errc::unreachable, "{}: somebody listens there already", where);
    co_return std::make_unique<loopback_listener>(network_, std::move(where));
  }

  asio::awaitable<result<std::unique_ptr<stream>>> dial(std::string where) override {
    if (where.empty())
      co_return fail(errc::bad_input, "an address of the loopback transport is a name, not \"\"");
    const std::int64_t dial = network_.dials_between_[{name_, where}]++;
    const stream_faults faults = network_.plan_ ? network_.plan_(name_, where, dial)
                                                : stream_faults{};
    const std::int64_t number = network_.dials_++;
    const nanoseconds answered = network_.time_.now() + faults.forth.latency + faults.back.latency;
    co_await network_.time_.sleep_until(answered);
    const auto found = network_.listeners_.find(where);
    if (faults.refused || found == network_.listeners_.end())
      co_return fail(errc::unreachable, "{}: nobody listens there", where);
    auto wire = make_wire(where, faults, static_cast<std::uint64_t>(number));
    if (!found->second->take(wire))
      co_return fail(errc::unreachable, "{}: {} streams wait to be let in there already", where,
                     backlog_max);
    std::erase_if(network_.wires_, [](const auto& old) { return old.expired(); });
    network_.wires_.push_back(wire);
    co_return std::make_unique<loopback_stream>(std::move(wire), true);
  }

private:
  std::shared_ptr<loopback_wire> make_wire(const std::string& to, const stream_faults& faults,
                                           std::uint64_t number) const {
    const auto random = [&](std::string_view way) {
      return random_stream{network_.seed_, way, number};
    };
    auto wire = std::shared_ptr<loopback_wire>{new loopback_wire{
        name_, to, pipe{network_.where_, network_.time_, faults.forth, random("loopback forth")},
        pipe{network_.where_, network_.time_, faults.back, random("loopback back")}}};
    wire->forth.reset_at(faults.reset_at);
    wire->back.reset_at(faults.reset_at);
    return wire;
  }

  loopback_network& network_;
  std::string name_;
};

loopback_network::loopback_network(asio::any_io_executor where, clock& time, std::uint64_t seed)
    : where_{std::move(where)}, time_{time}, seed_{seed} {}

loopback_network::~loopback_network() { expects(listeners_.empty()); }

std::unique_ptr<transport> loopback_network::host(std::string name) {
  return std::make_unique<loopback_host>(*this, std::move(name));
}

void loopback_network::faults(plan what) { plan_ = std::move(what); }

void loopback_network::reset(const std::string& from, const std::string& to) {
  for (const auto& wire : living(from, to)) {
    wire->forth.reset_at(nanoseconds{0});
    wire->back.reset_at(nanoseconds{0});
  }
}

void loopback_network::change(const std::string& from, const std::string& to,
                              const stream_faults& faults) {
  for (const auto& wire : living(from, to)) {
    wire->forth.change(faults.forth);
    wire->back.change(faults.back);
    wire->forth.reset_at(faults.reset_at);
    wire->back.reset_at(faults.reset_at);
  }
}

int loopback_network::streams() const { return static_cast<int>(living({}, {}).size()); }

std::vector<std::shared_ptr<loopback_wire>> loopback_network::living(const std::string& from,
                                                                     const std::string& to) const {
  std::vector<std::shared_ptr<loopback_wire>> found;
  for (const auto& kept : wires_)
    if (auto wire = kept.lock();
        wire && (from.empty() || wire->from == from) && (to.empty() || wire->to == to))
      found.push_back(std::move(wire));
  return found;
}

}  // namespace echelon::net
