#include <charconv>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <mpi.h>

#include "net/mpi/installed/exchange.hpp"
#include "net/mpi/mpi_session.hpp"

namespace echelon::net {
namespace {

class mpi_stream final : public stream {
public:
  mpi_stream(std::shared_ptr<channel> end, int here) : end_{std::move(end)}, here_{here} {}
  ~mpi_stream() override { end_->close(); }

  asio::awaitable<result<void>> open() override { co_return result<void>{}; }
  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) override {
    return end_->read_some(into);
  }
  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> gather) override {
    return end_->write(gather);
  }
  void close() override { end_->close(); }
  std::string remote() const override { return std::to_string(end_->route().peer); }
  std::string local() const override { return std::to_string(here_); }

private:
  std::shared_ptr<channel> end_;
  int here_;
};

asio::awaitable<result<std::unique_ptr<stream>>>
as_stream(asio::awaitable<result<std::shared_ptr<channel>>> from, int here) {
  auto end = co_await std::move(from);
  if (!end)
    co_return pass_on(std::move(end));
  co_return std::make_unique<mpi_stream>(*std::move(end), here);
}

class mpi_listener final : public listener {
public:
  explicit mpi_listener(std::shared_ptr<exchange> all) : all_{std::move(all)} {}
  ~mpi_listener() override { close(); }

  asio::awaitable<result<std::unique_ptr<stream>>> accept() override {
    return as_stream(all_->accept(), all_->rank());
  }
  void close() override {
    if (!std::exchange(closed_, true))
      all_->stop_listening();
  }
  std::string address() const override { return std::to_string(all_->rank()); }

private:
  std::shared_ptr<exchange> all_;
  bool closed_ = false;
};

class ranks_transport final : public transport {
public:
  explicit ranks_transport(std::shared_ptr<exchange> all) : all_{std::move(all)} { all_->open(); }
  ~ranks_transport() override { all_->abandon(); }

  std::string_view name() const override { return "mpi"; }

  asio::awaitable<result<std::unique_ptr<listener>>> listen(std::string where) override {
    const auto rank = where.empty() ? all_->rank() : rank_of(where);
    if (!rank)
      co_return std::unexpected(rank.error());
    if (*rank != all_->rank())
      co_return fail(errc::bad_input, "cannot listen as rank {}: this process is rank {}", *rank,
                     all_->rank());
    if (auto begun = all_->listen(); !begun)
      co_return pass_on(std::move(begun));
    co_return std::make_unique<mpi_listener>(all_);
  }

  asio::awaitable<result<std::unique_ptr<stream>>> dial(std::string where) override {
    const auto rank = rank_of(where);
    if (!rank)
      co_return std::unexpected(rank.error());
    auto dialled = as_stream(all_->dial(*rank), all_->rank());
    auto answer = co_await std::move(dialled);
    co_return answer;
  }

  asio::awaitable<void> close() override { return all_->close(); }

private:
  result<int> rank_of(const std::string& text) const {
    int rank = -1;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, rank);
    if (read.ec != std::errc{} || read.ptr != end || rank < 0 || rank >= all_->size())
      return fail(errc::bad_input, "\"{}\" is no rank of this MPI job; it has 0 to {}", text,
                  all_->size() - 1);
    return rank;
  }

  std::shared_ptr<exchange> all_;
};

class job final : public mpi_session {
public:
  explicit job(bool ours) : ours_{ours} {
    MPI_Comm_dup(MPI_COMM_WORLD, &ranks_);
    // Nothing of ours can be mended once a call has failed, whatever an embedder prefers elsewhere.
    MPI_Comm_set_errhandler(ranks_, MPI_ERRORS_ARE_FATAL);
    MPI_Comm_rank(ranks_, &rank_);
    MPI_Comm_size(ranks_, &size_);
  }
  ~job() override {
    if (!used_)
      refuse_all();
    MPI_Comm_free(&ranks_);
    if (ours_)
      MPI_Finalize();
  }
  job(const job&) = delete;
  job& operator=(const job&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::unique_ptr<transport> make_transport(asio::any_io_executor where) override {
    used_ = true;
    return std::make_unique<ranks_transport>(std::make_shared<exchange>(std::move(where), ranks_));
  }

private:
  /// The others may be dialling a process that has nothing to do with them after all.
  void refuse_all() {
    asio::io_context loop;
    const auto nobody = make_transport(loop.get_executor());
    asio::co_spawn(loop, nobody->close(), asio::detached);
    loop.run();
  }

  bool ours_;
  bool used_ = false;
  MPI_Comm ranks_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 0;
};

}  // namespace

result<std::unique_ptr<mpi_session>> join_mpi() {
  int already = 0;
  int threads = MPI_THREAD_SINGLE;
  MPI_Initialized(&already);
  if (already != 0)
    MPI_Query_thread(&threads);
  else
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &threads);
  if (threads < MPI_THREAD_SERIALIZED) {
    if (already == 0)
      MPI_Finalize();
    return fail(errc::not_supported,
                "this MPI was started for one thread alone; it must allow MPI_THREAD_SERIALIZED");
  }
  return std::make_unique<job>(already == 0);
}

}  // namespace echelon::net
