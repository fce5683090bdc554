#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/chaos/event.hpp"
#include "experiments/chaos/promises.hpp"

namespace echelon::experiments::chaos {

/// Something that must hold of every run, whatever goes wrong. Sees a run's history alone, event by
/// event, and says in one sentence what broke it; once broken it is not asked again.
class invariant {
public:
  virtual ~invariant() = default;
  virtual std::string_view name() const = 0;
  /// What the event breaks; empty: nothing.
  virtual std::string observe(const event& what) = 0;
};

/// Makes one for a run; nullptr where it has nothing to say of it. Users add their own to a copy of
/// the list.
using invariant_maker = std::function<std::unique_ptr<invariant>(const promises&)>;

/// Echelon's own: docs/promises.md says what each stands for.
const std::vector<invariant_maker>& known_invariants();

/// What is wrong with a run that ended for good and otherwise than done, for a reason that nothing
/// excuses.
std::string unexplained(const run_ended& what, const std::function<bool(errc)>& excuses);

/// Calls the handler that fits, of those given; other events change nothing.
template <class... Handlers>
struct handlers : Handlers... {
  using Handlers::operator()...;
};

}  // namespace echelon::experiments::chaos
