#include "algorithms/compression/feedback/vectors.hpp"

#include "algorithms/base/contract.hpp"

namespace echelon::compression {

void combine_to(std::vector<float>& out, std::span<const float> one, std::span<const float> other,
                float sign) {
  if (other.empty()) {
    out.assign(one.begin(), one.end());
    return;
  }
  expects(one.size() == other.size());
  out.resize(one.size());
  float* const to = out.data();
  for (std::size_t i = 0; i < one.size(); ++i)
    to[i] = one[i] + sign * other[i];
}

void scale(std::vector<float>& values, float by) {
  for (float& value : values)
    value *= by;
}

result<void> must_drain(const compressor& with, std::string_view feedback) {
  if (with.drains())
    return {};
  return fail(errc::not_supported,
              "feedback \"{}\" needs a compressor that leaves out less than there is; use "
              "feedback = \"none\" with this one",
              feedback);
}

}  // namespace echelon::compression
