#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "net/mpi/installed/channel.hpp"

namespace echelon::net {

/// All streams of one process over one communicator. Whoever dials numbers the stream and says so
/// in a note under tag 0; a note answers whether it was let in.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  exchange(asio::any_io_executor where, MPI_Comm ranks);

  /// Starts answering dials, if only by refusing them.
  void open();
  /// Errors: bad_input when it listens already.
  result<void> listen();
  void stop_listening();
  asio::awaitable<result<std::shared_ptr<channel>>> accept();
  asio::awaitable<result<std::shared_ptr<channel>>> dial(int rank);
  /// Together with all other ranks; returns when none has anything under way.
  asio::awaitable<void> close();
  /// Closes without waiting for anybody.
  void abandon();

  int rank() const { return rank_; }
  int size() const { return size_; }

private:
  struct note {
    enum class kind : int { dial, welcome, refusal } what;
    int number;
  };
  struct call {
    bool answered = false;
    bool hung_up = false;  ///< nobody waits for the answer any more
    std::shared_ptr<channel> welcome;
  };

  asio::awaitable<result<std::shared_ptr<channel>>> accept_next();
  asio::awaitable<result<std::shared_ptr<channel>>> dial_once(int rank);
  int next_number();
  asio::awaitable<void> keep_door();
  void hear(int from, note what);
  void hear_answer(int from, note what);
  std::shared_ptr<channel> add(channel_route route);
  void tell(int rank, note what);
  static asio::awaitable<void> run(std::shared_ptr<exchange> self, asio::awaitable<void> what);
  asio::awaitable<void> keep(std::shared_ptr<channel> one);
  asio::awaitable<void> send(int rank, note what);
  void shut();
  void start(asio::awaitable<void> what);

  std::shared_ptr<poller> polls_;
  int rank_ = 0;
  int size_ = 0;
  int numbers_ = 0;  ///< how many streams of one dialler have tags of their own
  int number_ = 0;
  int coroutines_ = 0;
  bool listens_ = false;
  bool closing_ = false;  ///< nothing new is begun
  bool closed_ = false;   ///< nobody will dial any more
  std::deque<std::shared_ptr<channel>> backlog_;
  std::map<int, call> calls_;
  std::vector<std::shared_ptr<channel>> channels_;
};

}  // namespace echelon::net
