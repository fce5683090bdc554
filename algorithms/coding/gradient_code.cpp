#include "algorithms/coding/gradient_code.hpp"

#include <algorithm>

namespace echelon::coding {

bool decodable(const gradient_code& code, std::span<const index> senders) {
  const auto progress = code.begin();
  return std::ranges::any_of(senders,
                             [&progress](index sender) { return progress->arrive(sender); });
}

index load_parts(const gradient_code& code) {
  index load = 0;
  for (index sender = 0; sender < code.shape().senders; ++sender)
    load = std::max(load, std::ssize(code.work(sender)));
  return load;
}

}  // namespace echelon::coding
