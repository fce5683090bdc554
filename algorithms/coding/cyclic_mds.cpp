#include "algorithms/coding/cyclic_mds.hpp"

#include "algorithms/coding/cyclic.hpp"
#include "algorithms/coding/polynomial_code.hpp"

namespace echelon::coding {

result<gradient_code_ptr> cyclic_mds::make(const parameters& given, const code_shape& shape) {
  ECHELON_TRY(const auto supports, cyclic_supports(given, shape));
  return polynomial_code<std::complex<double>>::make(given, shape, supports);
}

}  // namespace echelon::coding
