#include "algorithms/compression/codecs/bit_kernel_loops.hpp"

namespace echelon::compression {

const bit_kernels& portable_bit_kernels() {
  static constexpr bit_kernels only{find_ones, pack, unpack, set_steps};
  return only;
}

}  // namespace echelon::compression
