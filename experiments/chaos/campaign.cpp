#include "experiments/chaos/campaign.hpp"

#include <algorithm>

#include "algorithms/base/hash.hpp"
#include "experiments/chaos/drawing.hpp"
#include "experiments/chaos/shrinking.hpp"
#include "experiments/report/report.hpp"
#include "experiments/run/build.hpp"
#include "experiments/scenario/setting.hpp"

namespace echelon::experiments::chaos {
namespace {

constexpr int draws_max = 200;

class campaign {
public:
  campaign(const campaign_request& request, const policy_catalogues& policies)
      : request_(request), policies_(policies),
        schema_(make_schema(policies)), trying_{policies, request.invariants, request.out} {}

  result<campaign_result> run() {
    std::error_code failed;
    std::filesystem::create_directories(request_.out, failed);
    if (failed)
      return fail(errc::cannot_write, "{}: {}", request_.out.string(), failed.message());
    if (request_.settings)
      ECHELON_CHECK(look_at_scenario());
    for (std::uint64_t seed = request_.first_seed; seed <= request_.last_seed; ++seed) {
      if (request_.interrupted && request_.interrupted())
        break;
      ECHELON_TRY(const value settings, settings_of(seed));
      ECHELON_CHECK(try_case(seed, settings));
      if (request_.progress)
        request_.progress(found_.cases, std::ssize(found_.failures));
    }
    std::error_code ignored;
    std::filesystem::remove(request_.out / "checkpoint", ignored);
    std::filesystem::remove(request_.out / "checkpoint.partial", ignored);
    return std::move(found_);
  }

private:
  /// What the scenario's rounds take when nothing goes wrong, to place faults in time.
  result<void> look_at_scenario() {
    ECHELON_TRY(const scenario given, scenario::resolve(*request_.settings, schema_));
    if (!given.simulated())
      return given.section("runtime").refuse(
          "world", "chaos needs \"simulated\"; --set runtime.world=simulated would be right");
    ECHELON_TRY(const tree topology, topology_of(given));
    field_.emplace(fault_field{.known = policies_.faults,
                               .topology = topology,
                               .rounds = given.section("scenario").integer("rounds"),
                               .peers = given.policy("topology").name == "peers"});
    if (request_.faults_max == 0)
      return {};
    value calm = *request_.settings;
    calm.table().erase("faults");
    ECHELON_TRY(const scenario undisturbed, scenario::resolve(calm, schema_));
    ECHELON_TRY(const verdict alone, try_scenario(undisturbed, trying_));
    const index rounds = std::max<index>(1, alone.summary.rounds);
    field_->round_s = std::max(1e-3, alone.summary.time_s / static_cast<double>(rounds));
    return {};
  }

  result<value> settings_of(std::uint64_t seed) {
    random_stream random{seed, "chaos"};
    if (!request_.settings)
      return drawn(random, seed);
    value settings = *request_.settings;
    if (request_.reseed) {
      ECHELON_CHECK(set_value(settings, "scenario.seed", static_cast<std::int64_t>(seed)));
      ECHELON_CHECK(set_value(settings, "runtime.interleaving", "seeded"));
    }
    append_entries(settings, "faults", draw_faults(random, *field_, request_.faults_max));
    return settings;
  }

  /// Until one is drawn that is not refused.
  result<value> drawn(random_stream& random, std::uint64_t seed) {
    std::string why;
    for (int draw = 0; draw < draws_max; ++draw) {
      value settings = request_.peers ? draw_peer_scenario(random, policies_)
                                      : draw_scenario(random, policies_);
      ECHELON_CHECK(set_value(settings, "scenario.seed", static_cast<std::int64_t>(seed)));
      const auto resolved = scenario::resolve(settings, schema_);
      const auto built = resolved ? build(*resolved, policies_) : std::unexpected(resolved.error());
      if (!built) {
        why = built.error().detail;
        continue;
      }
      const fault_field field{policies_.faults, (*built)->topology, (*built)->rounds, 3,
                              request_.peers};
      append_entries(settings, "faults", draw_faults(random, field, request_.faults_max));
      if (const auto whole = scenario::resolve(settings, schema_);
          whole && build(*whole, policies_))
        return settings;
    }
    return fail(errc::bad_input, "seed {}: nothing that can run was drawn; the last: {}", seed,
                why);
  }

  result<verdict> tried(const value& settings) const {
    ECHELON_TRY(const scenario resolved, scenario::resolve(settings, schema_));
    return try_scenario(resolved, trying_);
  }

  result<void> try_case(std::uint64_t seed, const value& settings) {
    ECHELON_TRY(const scenario resolved, scenario::resolve(settings, schema_));
    ECHELON_TRY(const verdict found, try_scenario(resolved, trying_));
    count(found, resolved);
    return found.passed() ? result<void>{} : keep_failure(seed, settings, found);
  }

  void count(const verdict& found, const scenario& run) {
    ++found_.cases;
    found_.finished += found.summary.status == actors::run_status::done ? 1 : 0;
    found_.resumed += found.sittings > 1 ? 1 : 0;
    found_.rounds += found.summary.rounds;
    found_.exact_rounds += found.summary.exact_rounds;
    found_.messages += found.messages;
    found_.virtual_s += found.summary.time_s;
    found_.traces = hash_combine(found_.traces, found.summary.trace_hash.value_or(0));
    std::set<std::string> kinds;
    for (const section_entry& one : run.faults())
      kinds.insert(one.given.text("kind"));
    for (const std::string& kind : kinds)
      ++found_.faults[kind];
  }

  result<void> keep_failure(std::uint64_t seed, const value& settings, const verdict& found) {
    const std::string& broke = found.broken.front().invariant;
    const value smallest = shrink(settings, [&](const value& candidate) {
      const auto again = tried(candidate);
      return again && std::ranges::count(again->broken, broke, &broken_promise::invariant) > 0;
    });
    failed_case kept{.seed = seed, .broken = found.broken};
    if (const auto again = tried(smallest); again && !again->passed())
      kept.broken = again->broken;
    kept.file = request_.out / fmt::format("case-{}.toml", seed);
    kept.replay = fmt::format("echelon chaos {} --faults 0", kept.file.string());
    const auto faults = smallest.table().find("faults");
    kept.faults = faults == smallest.table().end() ? 0 : std::ssize(faults->second.list());
    std::string text;
    for (const broken_promise& one : kept.broken)
      text += fmt::format("# {}: {}\n", one.invariant, one.how);
    text += fmt::format("# {}\n\n{}", kept.replay, settings_toml(smallest));
    found_.failures.push_back(kept);
    return write_page(kept.file, text);
  }

  const campaign_request& request_;
  const policy_catalogues& policies_;
  scenario_schema schema_;
  trial_options trying_;
  std::optional<fault_field> field_;
  campaign_result found_;
};

}  // namespace

result<campaign_result> run_campaign(const campaign_request& request,
                                     const policy_catalogues& policies) {
  return campaign{request, policies}.run();
}

}  // namespace echelon::experiments::chaos
