#include "algorithms/coding/encoding_matrix.hpp"

namespace echelon::coding {

matrix encoding_matrix(const gradient_code& code) {
  const code_shape shape = code.shape();
  const auto [cuts, stacks] = code.frame();
  matrix encoding = matrix::Zero(shape.senders * stacks, shape.parts * cuts);
  for (index sender = 0; sender < shape.senders; ++sender)
    for (const coded_part& entry : code.work(sender)) {
      auto mixed = encoding.block(sender * stacks, entry.part * cuts, stacks, cuts);
      if (entry.mix.empty())
        mixed.setConstant(entry.coefficient);
      else
        mixed = Eigen::Map<const matrix>{entry.mix.data(), stacks, cuts};
    }
  return encoding;
}

}  // namespace echelon::coding
