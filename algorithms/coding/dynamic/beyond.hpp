#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// `coding.beyond`: what happens when more senders are lost than the code survives.
enum class beyond_tolerance : unsigned char {
  fail,           ///< the round fails, and says so
  least_squares,  ///< the nearest sum that the answers give, with its error
  reissue,        ///< what can no longer be covered is asked of the survivors
};

/// Errors: a name that is none of "fail", "least-squares" and "reissue".
result<beyond_tolerance> beyond_from(std::string_view name);

/// The same code, whose rounds go on where they would be hopeless. Least squares waits until
/// everybody has answered or is lost; its decodes are not exact and carry the residual. Reissued
/// parts are computed by survivors, who must be able to compute every part (shared storage); the
/// sum is then exact. Decodes are the code's own as long as it can make them. Nobody is dismissed
/// before the round ends. Errors: a code that cuts vectors. Source: Echelon.
result<gradient_code_ptr> go_beyond(gradient_code_ptr code, beyond_tolerance how);

}  // namespace echelon::coding
