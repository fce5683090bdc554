#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/markov.hpp"
#include "algorithms/transmission/none.hpp"
#include "algorithms/transmission/shifted_exponential.hpp"
#include "algorithms/transmission/traces/trace.hpp"
#include "algorithms/transmission/transient.hpp"

namespace echelon::transmission {
namespace {

template <class Model>
delay_catalogue::entry delay_entry() {
  return policy_entry<Model, delay_model, const delay_context&>();
}

}  // namespace

const delay_catalogue& delay_models() {
  static const delay_catalogue known{"delays.model",
                                     {
                                         delay_entry<none>(),
                                         delay_entry<slowed_delays<shifted_exponential>>(),
                                         delay_entry<slowed_delays<markov>>(),
                                         delay_entry<slowed_delays<transient>>(),
                                         delay_entry<trace>(),
                                     }};
  return known;
}

}  // namespace echelon::transmission
