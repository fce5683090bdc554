#include "algorithms/compression/packer.hpp"

namespace echelon::compression {
namespace {

bool empty_or(const std::vector<float>& part, index length) {
  return part.empty() || std::ssize(part) == length;
}

/// In a fixed order of a few partial sums, so that it vectorises.
double square_of(std::span<const float> values) {
  constexpr std::size_t lanes = 8;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += static_cast<double>(values[i + lane]) * static_cast<double>(values[i + lane]);
  for (; i < values.size(); ++i)
    sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double total = 0;
  for (const double sum : sums)
    total += sum;
  return total;
}

}  // namespace

result<packer> packer::make(compressor_ptr compressor, feedback_ptr feedback,
                            std::vector<segment> segments) {
  ECHELON_CHECK(feedback->fits(*compressor));
  packer made;
  for (const segment& one : segments)
    made.length_ += one.size;
  made.compressor_ = std::move(compressor);
  made.feedback_ = std::move(feedback);
  made.segments_ = std::move(segments);
  return made;
}

result<packed_message> packer::pack(std::span<const float> vector, const sender_memory& held,
                                    const effort& wanted, random_stream& draws,
                                    sender_memory spare) const {
  expects(std::ssize(vector) == length_);
  expects(empty_or(held.leftover, length_) && empty_or(held.second, length_));
  packed_message made;
  made.next = std::move(spare);
  made.next.warm = held.warm;
  const auto combined = feedback_->combine(vector, held, made.next);
  made.input_square = square_of(combined);
  ECHELON_TRY(made.sent, compressor_->compress(combined, segments_, wanted, draws, made.next.warm));
  made.lost_square = square_of(combined);
  feedback_->settle(made.sent, held, made.next);
  return made;
}

}  // namespace echelon::compression
