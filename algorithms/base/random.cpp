#include "algorithms/base/random.hpp"

#include <bit>
#include <cmath>
#include <unordered_set>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon {

random_stream::random_stream(std::uint64_t seed, std::string_view purpose, std::uint64_t first,
                             std::uint64_t second) {
  std::uint64_t key = hash_combine(0, seed);
  for (const char letter : purpose)
    key = hash_combine(key, static_cast<unsigned char>(letter));
  key = hash_combine(hash_combine(key, first), second);
  for (auto& word : state_)
    word = key = hash_combine(key, 0);
}

random_stream::result_type random_stream::operator()() {
  const std::uint64_t drawn = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return drawn;
}

double random_stream::uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

double random_stream::exponential() { return -log_portable(1.0 - uniform()); }

double random_stream::normal() {
  // The polar method needs no sine, so that it is the same with every math library.
  for (;;) {
    const double x = uniform(-1, 1);
    const double y = uniform(-1, 1);
    const double square = x * x + y * y;
    if (square < 1 && square > 0)
      return x * std::sqrt(-2.0 * log_portable(square) / square);
  }
}

double random_stream::gamma(double shape) {
  expects(shape > 0);
  if (shape < 1) {
    const double boosted = gamma(shape + 1);
    return boosted * exp_portable(log_portable(1.0 - uniform()) / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double cubed = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (cubed <= 0)
      continue;
    if (log_portable(1.0 - uniform()) < 0.5 * x * x + d - d * cubed + d * log_portable(cubed))
      return d * cubed;
  }
}

index random_stream::geometric(double failure) {
  expects(failure >= 0 && failure < 1);
  constexpr index tries_max = 1'000'000;
  index tries = 1;
  while (tries < tries_max && bernoulli(failure))
    ++tries;
  return tries;
}

index random_stream::below(index count) {
  expects(count > 0);
  const auto range = static_cast<std::uint64_t>(count);
  // Rejecting the last incomplete run of `range` values keeps every remainder equally likely.
  const std::uint64_t limit = max() - max() % range;
  std::uint64_t drawn = (*this)();
  while (drawn >= limit)
    drawn = (*this)();
  return static_cast<index>(drawn % range);
}

std::vector<index> permutation(random_stream& random, index count) {
  std::vector<index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), index{0});
  random.shuffle(std::span{order});
  return order;
}

std::vector<index> sample_without_replacement(random_stream& random, index count, index chosen) {
  expects(chosen >= 0 && chosen <= count);
  if (chosen > count / 3) {
    auto order = permutation(random, count);
    order.resize(static_cast<std::size_t>(chosen));
    return order;
  }
  std::vector<index> members;
  members.reserve(static_cast<std::size_t>(chosen));
  std::unordered_set<index> seen;
  while (std::ssize(members) < chosen) {
    const index drawn = random.below(count);
    if (seen.insert(drawn).second)
      members.push_back(drawn);
  }
  return members;
}

}  // namespace echelon
