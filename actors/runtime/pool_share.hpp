#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actors/runtime/compute_pool.hpp"

namespace echelon::runtime {

/// One user's share in a pool that others use, too: his tasks alone are dropped when it closes, and
/// what they throw reaches him. Closing it leaves the pool open. Cost: one lock more a task.
class pool_share final : public compute_pool {
public:
  /// `on_throw` is told what a task threw, on the thread where it did.
  explicit pool_share(std::shared_ptr<compute_pool> whole,
                      std::function<void(std::string what)> on_throw = {});
  ~pool_share() override;

  int lanes() const override;
  void run(task what) override;
  void close() override;

  /// Drops tasks that have not begun and takes no more. Does not wait: `idle` is called once those
  /// that have begun are over, on the thread of the last one, or at once where there are none.
  void drop(std::function<void()> idle);

private:
  struct desk;
  std::shared_ptr<compute_pool> whole_;
  std::shared_ptr<desk> desk_;
};

}  // namespace echelon::runtime
