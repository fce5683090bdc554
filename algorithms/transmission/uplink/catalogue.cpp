#include "algorithms/base/portable_math.hpp"
#include "algorithms/transmission/uplink/first_come.hpp"
#include "algorithms/transmission/uplink/lyapunov.hpp"
#include "algorithms/transmission/uplink/max_rate.hpp"
#include "algorithms/transmission/uplink/proportional.hpp"

namespace echelon::transmission {
namespace {

template <class Policy>
uplink_catalogue::entry uplink_entry() {
  return policy_entry<Policy, uplink_policy, const uplink_context&>();
}

}  // namespace

double uplink_policy::utility(double average) const { return log_portable(1 + average); }

const uplink_catalogue& uplink_policies() {
  static const uplink_catalogue known{"transmission.policy",
                                      {
                                          uplink_entry<first_come>(),
                                          uplink_entry<max_rate>(),
                                          uplink_entry<proportional>(),
                                          uplink_entry<lyapunov>(),
                                      }};
  return known;
}

}  // namespace echelon::transmission
