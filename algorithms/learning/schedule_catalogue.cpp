#include "algorithms/learning/schedule.hpp"
#include "algorithms/learning/schedules/constant_rate.hpp"
#include "algorithms/learning/schedules/cosine_rate.hpp"
#include "algorithms/learning/schedules/exponential_rate.hpp"
#include "algorithms/learning/schedules/inverse_sqrt_rate.hpp"
#include "algorithms/learning/schedules/linear_rate.hpp"
#include "algorithms/learning/schedules/step_rate.hpp"
#include "algorithms/learning/schedules/warmed_up.hpp"

namespace echelon::learning {
namespace {

template <class Shape>
schedule_catalogue::entry schedule_entry() {
  return policy_entry<warmed_up<Shape>, rate_schedule>();
}

}  // namespace

const schedule_catalogue& schedules() {
  static const schedule_catalogue known{"optimizer.schedule",
                                        {
                                            schedule_entry<constant_rate>(),
                                            schedule_entry<step_rate>(),
                                            schedule_entry<exponential_rate>(),
                                            schedule_entry<cosine_rate>(),
                                            schedule_entry<linear_rate>(),
                                            schedule_entry<inverse_sqrt_rate>(),
                                        }};
  return known;
}

}  // namespace echelon::learning
