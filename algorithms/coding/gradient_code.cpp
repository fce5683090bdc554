#include "algorithms/coding/gradient_code.hpp"

#include <algorithm>

namespace echelon::coding {
namespace {

std::unique_ptr<code_round> answered_by(const gradient_code& code, std::span<const index> senders) {
  auto round = code.open({});
  for (const index sender : senders)
    round->answered(sender, 0, 0);
  return round;
}

}  // namespace

bool decodable(const gradient_code& code, std::span<const index> senders) {
  return answered_by(code, senders)->decodable();
}

result<decoding> decode(const gradient_code& code, std::span<const index> senders) {
  return answered_by(code, senders)->decode();
}

index load_parts(const gradient_code& code) {
  index load = 0;
  for (index sender = 0; sender < code.shape().senders; ++sender)
    load = std::max(load, std::ssize(code.work(sender)));
  return load;
}

}  // namespace echelon::coding
