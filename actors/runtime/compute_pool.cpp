#include "actors/runtime/compute_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "algorithms/base/contract.hpp"

namespace echelon::runtime {
namespace {

class inline_pool final : public compute_pool {
public:
  int lanes() const override { return 1; }
  void run(task what) override {
    if (!closed_)
      what(0);
  }
  void close() override { closed_ = true; }

private:
  bool closed_ = false;
};

class thread_pool final : public compute_pool {
public:
  explicit thread_pool(int threads) : lanes_(threads) {
    expects(threads > 0);
    for (int lane = 0; lane < threads; ++lane)
      threads_.emplace_back([this, lane](std::stop_token stop) { work(stop, lane); });
  }

  int lanes() const override { return lanes_; }

  void run(task what) override {
    {
      const std::lock_guard lock{mutex_};
      tasks_.push_back(std::move(what));
    }
    ready_.notify_one();
  }

  ~thread_pool() override { close(); }

  void close() override {
    threads_.clear();
    const std::lock_guard lock{mutex_};
    tasks_.clear();
  }

private:
  void work(std::stop_token stop, int lane) {
    for (;;) {
      task next;
      {
        std::unique_lock lock{mutex_};
        if (!ready_.wait(lock, stop, [this] { return !tasks_.empty(); }) || stop.stop_requested())
          return;
        next = std::move(tasks_.front());
        tasks_.pop_front();
      }
      next(lane);
    }
  }

  int lanes_;
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<task> tasks_;
  std::vector<std::jthread> threads_;
};

}  // namespace

std::unique_ptr<compute_pool> make_inline_pool() { return std::make_unique<inline_pool>(); }

std::unique_ptr<compute_pool> make_thread_pool(int threads) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return std::make_unique<thread_pool>(threads > 0 ? threads : cores);
}

}  // namespace echelon::runtime
