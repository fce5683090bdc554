#include "experiments/testkit/virtual_cluster.hpp"

#include <cstdlib>
#include <filesystem>

#include "experiments/scenario/setting.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::testkit {
namespace {

namespace chaos = experiments::chaos;

/// Sees everything and objects to nothing.
class recorder final : public chaos::invariant {
public:
  explicit recorder(std::vector<event>& into) : into_(into) {}
  std::string_view name() const override { return "recorder"; }
  std::string observe(const event& what) override {
    into_.push_back(what);
    return {};
  }

private:
  std::vector<event>& into_;
};

/// Where a run keeps its checkpoint; gone with it.
class scratch_folder {
public:
  scratch_folder() {
    std::string name = std::filesystem::temp_directory_path() / "echelon-testkit-XXXXXX";
    const char* const made = mkdtemp(name.data());
    expects(made != nullptr);
    path_ = made;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace

result<virtual_cluster> virtual_cluster::from_text(std::string_view scenario,
                                                   experiments::policy_catalogues policies) {
  ECHELON_TRY(value read, experiments::parse_toml(scenario, "scenario"));
  return virtual_cluster{std::move(read), std::move(policies)};
}

virtual_cluster& virtual_cluster::set(std::string_view key, value what) {
  if (set_well_)
    set_well_ = experiments::set_value(settings_, key, std::move(what));
  return *this;
}

virtual_cluster& virtual_cluster::suffer(const fault& what) {
  experiments::append_entries(settings_, "faults", {value{what.table()}});
  return *this;
}

result<history> virtual_cluster::run() const {
  ECHELON_CHECK(set_well_);
  const auto schema = experiments::make_schema(policies_);
  ECHELON_TRY(const auto scenario, experiments::scenario::resolve(settings_, schema));
  if (!scenario.simulated())
    return scenario.section("runtime").refuse(
        "world", "a virtual cluster has a virtual clock; it must be \"simulated\"");
  history seen;
  std::vector<chaos::invariant_maker> watching = chaos::known_invariants();
  watching.push_back(
      [&seen](const chaos::promises&) { return std::make_unique<recorder>(seen.events); });
  const scratch_folder scratch;
  ECHELON_TRY(chaos::verdict found,
              chaos::try_scenario(scenario, {policies_, watching, scratch.path()}));
  seen.broken = std::move(found.broken);
  seen.summary = std::move(found.summary);
  return seen;
}

}  // namespace echelon::testkit
