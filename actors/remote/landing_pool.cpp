#include "actors/remote/landing_pool.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "algorithms/base/block.hpp"

namespace echelon::remote {
namespace {

/// Less is had from the allocator as fast.
constexpr std::size_t kept_bytes_min = std::size_t{1} << 20;

}  // namespace

net::landing landing_pool::take(std::size_t bytes, tally count) {
  std::shared_ptr<std::byte[]> memory = find(bytes);
  if (memory == nullptr)
    memory = large_memory(bytes, contents::unset);
  *count += bytes;
  std::byte* first = memory.get();
  auto let_go = [pool = shared_from_this(), memory = std::move(memory), bytes,
                 count = std::move(count)](std::byte*) mutable {
    *count -= bytes;
    pool->keep({std::move(memory), bytes});
  };
  return {std::shared_ptr<std::byte[]>{first, std::move(let_go)}, bytes};
}

std::size_t landing_pool::spare_bytes() const {
  const std::lock_guard lock{mutex_};
  return spare_bytes_;
}

std::shared_ptr<std::byte[]> landing_pool::find(std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  const auto found = std::ranges::find(spares_, bytes, &spare::bytes);
  if (found == spares_.end())
    return nullptr;
  std::shared_ptr<std::byte[]> memory = std::move(found->memory);
  spares_.erase(found);
  spare_bytes_ -= bytes;
  return memory;
}

void landing_pool::keep(spare what) {
  if (what.bytes < kept_bytes_min || what.bytes > spare_bytes_max_)
    return;
  std::vector<spare> freed;  // after the lock
  const std::lock_guard lock{mutex_};
  spare_bytes_ += what.bytes;
  spares_.push_back(std::move(what));
  while (spare_bytes_ > spare_bytes_max_) {
    spare_bytes_ -= spares_.front().bytes;
    freed.push_back(std::move(spares_.front()));
    spares_.pop_front();
  }
}

}  // namespace echelon::remote
