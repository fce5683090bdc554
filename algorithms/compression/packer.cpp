#include "algorithms/compression/packer.hpp"

#include "algorithms/base/square_of.hpp"

namespace echelon::compression {
namespace {

bool empty_or(const std::vector<float>& part, index length) {
  return part.empty() || std::ssize(part) == length;
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
