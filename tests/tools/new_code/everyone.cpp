#include "algorithms/coding/everyone.hpp"

#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

result<everyone> everyone::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  return everyone{shape};
}

everyone::everyone(const code_shape& shape) : shape_(shape) {
  for (index part = 0; part < shape.parts; ++part)
    parts_.push_back({part, 1.0});
}

std::unique_ptr<code_progress> everyone::begin() const {
  return std::make_unique<arrival_count>(shape_.senders, 1);
}

result<decoding> everyone::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, 1, name));
  decoding how;
  how.weights.assign(arrived.size(), 0.0);
  how.weights.front() = 1.0;
  return how;
}

}  // namespace echelon::coding
