#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/none.hpp"
#include "algorithms/transmission/shifted_exponential.hpp"

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
                                     }};
  return known;
}

}  // namespace echelon::transmission
