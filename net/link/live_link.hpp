#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "net/link.hpp"
#include "net/link/conversation.hpp"
#include "net/link/liveness.hpp"
#include "net/link/scope.hpp"
#include "net/stream.hpp"

namespace echelon::net {

class live_link;

/// Who makes links, and gives them new streams.
class link_owner {
public:
  virtual ~link_owner() = default;
  /// Its stream is gone, the link is not.
  virtual void cut(const std::shared_ptr<live_link>& which) = 0;
  virtual void over(const live_link& which) = 0;
  virtual void log(const std::string& what) = 0;
};

/// What a link is made from.
struct link_facts {
  std::string peer;
  std::uint64_t incarnation = 0;  ///< the peer's
  std::uint64_t id = 0;
  nanoseconds peer_timeout{0};
  std::size_t pending_bytes_max = 0;
};

/// The link of `link.hpp` over any streams, one at a time: a conversation says what is written and
/// what has come, two coroutines a stream carry it, a third one watches whether the peer lives.
class live_link final : public link, public std::enable_shared_from_this<live_link> {
public:
  live_link(std::shared_ptr<link_owner> owner, std::shared_ptr<scope> tasks, clock& time,
            link_facts facts);
  ~live_link() override;

  result<void> send(message what) override;
  void read_with(link_reader* reader) override;
  void close(std::string why) override;
  const std::string& peer() const override { return facts_.peer; }
  std::uint64_t incarnation() const override { return facts_.incarnation; }
  std::string remote() const override { return remote_; }
  std::string local() const override { return local_; }
  health state() const override { return suspect_ ? health::suspect : health::good; }
  link_counts counts() const override;

  /// What users hold: the link closes once the last one is let go.
  std::shared_ptr<link> handle();
  /// Begins to watch the peer.
  void start();
  void judge_peer_by(nanoseconds peer_timeout);
  /// Goes on over another stream, its `number`-th: the peer has received so much. A `greeting` is
  /// written before all else. Errors: bad_input when it cannot have; the link is then over.
  result<void> attach(std::shared_ptr<stream> bytes, std::uint32_t number, receipts peer,
                      std::optional<std::vector<std::byte>> greeting);
  /// Leaves its stream without being cut: another one is coming.
  void detach();
  /// Over for everybody; the reader is told why.
  void end(error why);

  std::uint64_t id() const { return facts_.id; }
  /// Both ends made it under different names.
  void rename(std::uint64_t id) { facts_.id = id; }
  std::uint32_t stream_number() const { return stream_number_; }
  /// Each try to replace the stream has a number of its own, above all that either end has seen: a
  /// hello that comes late must not take the place of a later stream.
  std::uint32_t try_stream() { return tried_ = std::max(tried_, stream_number_) + 1; }
  bool takes_stream(std::uint32_t number) const {
    return number > stream_number_ && number >= tried_;
  }
  std::uint32_t highest_stream() const { return std::max(tried_, stream_number_); }
  void try_above(std::uint32_t number) { tried_ = std::max(tried_, number); }
  bool attached() const { return current_ != nullptr; }
  bool over() const { return over_; }
  /// Closed here, and only the peer's answer is awaited.
  bool closing() const { return goodbye_.has_value(); }
  receipts received() const { return talk_.received(); }
  /// Whether anything came over the present or last stream beyond its handshake.
  bool stream_was_of_use() const { return stream_was_of_use_; }

  std::string redial_to;  ///< where the peer can be dialled; empty: it dials us
  bool redialling = false;

private:
  struct carriage;
  using carriage_ptr = std::shared_ptr<carriage>;

  static asio::awaitable<void> read_loop(std::shared_ptr<live_link> self, carriage_ptr on);
  static asio::awaitable<void> write_loop(std::shared_ptr<live_link> self, carriage_ptr on);
  static asio::awaitable<void> watch_loop(std::shared_ptr<live_link> self);
  static asio::awaitable<void> part(std::shared_ptr<live_link> self);

  bool carries(const carriage_ptr& on) const { return current_ == on && !over_; }
  bool paused() const { return talk_.reader() == nullptr && !closing(); }
  void heard(std::size_t bytes);
  result<void> digest(carriage& on);
  void react();
  void fill(carriage& on);
  void wake();
  void lose(const carriage_ptr& on, const error& why);
  nanoseconds look();
  void say_health(bool suspect);
  void deliver_end();

  std::shared_ptr<link_owner> owner_;
  std::shared_ptr<scope> tasks_;
  clock& time_;
  link_facts facts_;
  std::string remote_, local_;
  bell reader_came_;
  std::weak_ptr<link> handle_;

  conversation talk_;
  liveness liveness_;
  link_counts counts_;
  carriage_ptr current_;
  std::uint32_t stream_number_ = 0;
  std::uint32_t tried_ = 0;
  bool stream_was_of_use_ = false;
  bool suspect_ = false;
  bool over_ = false;
  std::optional<std::string> goodbye_;  ///< closed here; what the peer is told
  std::optional<error> ended_;          ///< closed there, and the reader does not know yet
  std::shared_ptr<scope::task> watch_;
};

}  // namespace echelon::net
