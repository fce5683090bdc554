#include "actors/plan_recipe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "algorithms/coding/plan_words.hpp"

namespace echelon::actors {
namespace {

constexpr auto epochs_max = static_cast<index>(coding::epochs_max);

bool ascending(const std::vector<index>& numbers) {
  return std::ranges::adjacent_find(numbers, std::greater_equal{}) == numbers.end();
}

}  // namespace

std::string recipe_of(std::uint64_t epoch, const coding::plan_choice& choice) {
  std::string words = fmt::format("{} ", epoch);
  coding::append(words, choice);
  return words;
}

result<coding::work_plan> follow_recipe(const training_setup& setup, const std::string& recipe) {
  coding::word_reader from{recipe};
  const index epoch = from.whole(epochs_max);
  coding::plan_choice choice = coding::read_choice(from, setup.topology, setup.plan.parts);
  const auto& idle = choice.idle_workers;
  const bool idle_known = ascending(idle) &&
                          (idle.empty() || idle.back() < setup.topology.workers());
  if (!from.good() || !idle_known || choice.parts != setup.plan.parts)
    return fail(errc::bad_input, "a plan of another run; all processes must be of one version");
  if (choice.policy == setup.choice.policy)
    choice.settings = setup.choice.settings;
  ECHELON_TRY(coding::work_plan plan, setup.make_plan(choice));
  return coding::in_epoch(std::move(plan), static_cast<std::uint64_t>(epoch));
}

}  // namespace echelon::actors
