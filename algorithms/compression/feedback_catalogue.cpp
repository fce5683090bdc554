#include "algorithms/compression/feedback.hpp"
#include "algorithms/compression/feedback/ef14.hpp"
#include "algorithms/compression/feedback/ef21.hpp"
#include "algorithms/compression/feedback/momentum.hpp"
#include "algorithms/compression/feedback/no_feedback.hpp"

namespace echelon::compression {

const feedback_catalogue& feedbacks() {
  static const feedback_catalogue known{"compression.feedback",
                                        {
                                            policy_entry<no_feedback, feedback>(),
                                            policy_entry<ef14, feedback>(),
                                            policy_entry<ef21, feedback>(),
                                            policy_entry<momentum, feedback>(),
                                        }};
  return known;
}

}  // namespace echelon::compression
