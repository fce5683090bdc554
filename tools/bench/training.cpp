#include "tools/bench/training.hpp"

#include <cstring>

#include <sys/resource.h>

#include "algorithms/learning/optimiser.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using namespace learning;

constexpr index samples_count = 4096;
constexpr index warm_up_steps = 5;

dataset random_images() {
  random_stream random{1, "benchmark images"};
  dataset images{.name = "random",
                 .shape = {1, 28, 28},
                 .count = samples_count,
                 .classes = 10,
                 .features = {},
                 .labels = {},
                 .targets = {}};
  for (index k = 0; k < samples_count * images.shape.size(); ++k)
    images.features.push_back(static_cast<float>(random.uniform()));
  for (index k = 0; k < samples_count; ++k)
    images.labels.push_back(static_cast<std::int32_t>(random.below(images.classes)));
  return images;
}

/// One worker: a model, its state and the memory it reuses.
class trainer {
public:
  trainer(model_ptr model, optimiser_ptr rule, index batch)
      : model_(std::move(model)), rule_(std::move(rule)), batch_(batch),
        state_(model_->initial_state(1)), sums_(state_.size(), state_.kind()),
        memory_(fresh_state(*rule_, model_->parameter_count(), model_->kind())),
        scratch_(model_->make_workspace()) {}

  double step() {
    const auto rows = sample_without_replacement(random_, samples_count, batch_);
    const auto outcome = model_->gradient(state_, {&images_, rows}, {1, "dropout"}, sums_,
                                          *scratch_);
    block_builder next{state_.size(), state_.kind()};
    std::memcpy(next.bytes().data(), state_.bytes().data(), next.bytes().size());
    rule_->step(next, sums_, 0.01 / static_cast<double>(batch_), memory_);
    state_ = block::freeze(std::move(next));
    return outcome.loss;
  }

private:
  dataset images_ = random_images();
  model_ptr model_;
  optimiser_ptr rule_;
  index batch_;
  block state_;
  block_builder sums_;
  optimiser_state memory_;
  std::unique_ptr<workspace> scratch_;
  random_stream random_{1, "rows"};
};

}  // namespace

result<nlohmann::json> measure_training(const training_options& options) {
  const model_context context{{1, 28, 28}, 10, precision::single, options.math};
  ECHELON_TRY(const model_ptr made, models().make(options.model, value{}, "model", context));
  ECHELON_TRY(const optimiser_ptr rule, optimisers().make("sgd", value{}, "optimizer"));
  trainer worker{made, rule, options.batch};
  double loss = 0;
  for (index step = 0; step < warm_up_steps; ++step)
    loss = worker.step();
  const stopwatch watch;
  for (index step = 0; step < options.steps; ++step)
    loss = worker.step();
  const auto [wall_s, cpu_s] = watch.lap();
  const auto samples = static_cast<double>(options.steps * options.batch);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return nlohmann::json{{"model", options.model},
                        {"batch", options.batch},
                        {"steps", options.steps},
                        {"parameters", made->parameter_count()},
                        {"math", math_description(options.math)},
                        {"samples_per_s", samples / wall_s},
                        {"samples_per_cpu_s", samples / cpu_s},
                        {"last_loss", loss / static_cast<double>(options.batch)},
                        {"peak_memory_bytes", usage.ru_maxrss * 1024}};
}

}  // namespace echelon::bench
