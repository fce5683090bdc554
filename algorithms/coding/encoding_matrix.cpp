#include "algorithms/coding/encoding_matrix.hpp"

namespace echelon::coding {

matrix encoding_matrix(const gradient_code& code) {
  const code_shape shape = code.shape();
  matrix encoding = matrix::Zero(shape.senders, shape.parts);
  for (index sender = 0; sender < shape.senders; ++sender)
    for (const coded_part& entry : code.work(sender))
      encoding(sender, entry.part) = entry.coefficient;
  return encoding;
}

}  // namespace echelon::coding
