#include "experiments/scenario/combinations.hpp"

#include <algorithm>

namespace echelon::experiments {
namespace {

constexpr std::size_t name_bytes_max = 200;

/// The name becomes a folder's.
result<void> check_name(const scenario& checked) {
  const std::string& name = checked.name();
  const bool plain = std::ranges::none_of(name, [](char letter) {
    return letter == '/' || letter == '\\' || static_cast<unsigned char>(letter) < 0x20;
  });
  if (name.empty() || name.starts_with('.') || name.size() > name_bytes_max || !plain)
    return checked.section("scenario")
        .refuse(
            "name",
            "\"{}\" cannot name a folder; it must be 1 to {} bytes without slashes and not begin "
            "with a dot",
            name, name_bytes_max);
  return {};
}

/// The schema's ranges include their ends; these keys exclude them.
result<void> check_open_ranges(const scenario& checked) {
  const parameters& run = checked.section("scenario");
  if (run.has("target_accuracy") && run.number("target_accuracy") == 0)
    return run.refuse("target_accuracy",
                      "0 is reached by any model; it must be above 0, at most 1");
  if (run.has("time_limit_s") && run.number("time_limit_s") == 0)
    return run.refuse("time_limit_s", "0 leaves no time; it must be above 0");
  const parameters& data = checked.section("data");
  const double tested = data.number("test_fraction");
  if (tested == 0 || tested == 1)
    return data.refuse("test_fraction", "{} leaves nothing to {}; it must be above 0 and below 1",
                       tested, tested == 0 ? "test on" : "train on");
  return {};
}

result<void> check_world(const scenario& checked) {
  const parameters& runtime = checked.section("runtime");
  if (!checked.simulated() && runtime.text("interleaving") == "seeded")
    return runtime.refuse(
        "interleaving",
        "\"seeded\" needs runtime.world = \"simulated\"; real threads take the order "
        "they take, which is \"fifo\"");
  if (runtime.text("gradients") == "none" && checked.section("scenario").has("target_accuracy"))
    return checked.section("scenario")
        .refuse("target_accuracy",
                "is never reached with runtime.gradients = \"none\"; leave it out, or make those "
                "\"real\"");
  return {};
}

/// A server steps only where workers send changes of the model.
result<void> check_server(const scenario& checked) {
  if (checked.section("optimizer").integer("local_steps") > 1 ||
      checked.section("hierarchy").has("periods"))
    return {};
  if (checked.section("optimizer").number("proximal") > 0)
    return checked.section("optimizer")
        .refuse("proximal", "{} has no effect on a single step; optimizer.local_steps must be more",
                checked.section("optimizer").number("proximal"));
  const parameters& server = checked.section("optimizer.server");
  if (server.text("kind") != "sgd")
    return server.refuse("kind",
                         "\"{}\" has no effect with optimizer.local_steps = 1; it must be more, or "
                         "this left out",
                         server.text("kind"));
  if (server.number("rate") != 1)
    return server.refuse(
        "rate",
        "{} has no effect with optimizer.local_steps = 1; it must be more, or this "
        "left out",
        server.number("rate"));
  return {};
}

}  // namespace

result<void> check_combinations(const scenario& checked) {
  for (const auto check : {check_name, check_open_ranges, check_world, check_server})
    ECHELON_CHECK(check(checked));
  return {};
}

}  // namespace echelon::experiments
