#include <condition_variable>
#include <mutex>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "actors/runtime/pool_share.hpp"

using namespace echelon;

namespace {

/// Holds tasks back until it is opened.
class gate {
public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  /// Until so many tasks stand before it.
  void await(int tasks) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this, tasks] { return waiting_ >= tasks; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

struct two_shares {
  gate held, passed, told;  // a task that stands before them has left them when the pool is gone
  std::shared_ptr<runtime::compute_pool> pool{runtime::make_thread_pool(1)};
  runtime::pool_share mine{pool}, theirs{pool};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pool_shares, two_shares)

BOOST_AUTO_TEST_CASE(closing_drops_ones_own_tasks_and_leaves_the_others) {
  bool begun = false, dropped = true, other = false;
  mine.run([&](int) {
    held.pass();
    begun = true;
  });
  // What drops the second task lets the first go on.
  const auto open = [this](int*) { held.open(); };
  mine.run([&, last = std::shared_ptr<int>{nullptr, open}](int) { dropped = false; });
  theirs.run([&](int) { other = true; });
  held.await(1);

  mine.close();  // waits for the one that has begun
  BOOST_TEST(begun);
  mine.run([&](int) { dropped = false; });
  theirs.run([&](int) { passed.pass(); });
  passed.await(1);
  passed.open();

  BOOST_TEST(dropped);
  BOOST_TEST(other);
}

BOOST_AUTO_TEST_CASE(dropping_frees_at_once_what_tasks_refer_to_and_tells_when_the_last_is_over) {
  const auto referred = std::make_shared<int>(0);
  mine.run([this](int) { held.pass(); });
  for (int task = 0; task < 10; ++task)
    mine.run([referred](int) {});
  held.await(1);
  BOOST_TEST(referred.use_count() == 11);

  bool idle = false;
  mine.drop([&] {
    idle = true;
    told.open();
  });
  BOOST_TEST(referred.use_count() == 1);
  BOOST_TEST(!idle);
  held.open();
  told.pass();
  BOOST_TEST(idle);
}

BOOST_AUTO_TEST_CASE(dropping_where_nothing_runs_tells_at_once) {
  bool idle = false;
  mine.drop([&] { idle = true; });
  BOOST_TEST(idle);
}

BOOST_AUTO_TEST_CASE(what_a_task_throws_reaches_its_share_and_spares_the_pool) {
  std::string said;
  gate after;
  runtime::pool_share careful{pool, [&](const std::string& what) { said = what; }};
  careful.run([](int) { throw std::runtime_error{"no memory"}; });
  careful.run([&](int) { after.pass(); });
  after.await(1);
  BOOST_TEST(said == "no memory");
  after.open();
  careful.close();
}

BOOST_AUTO_TEST_SUITE_END()
