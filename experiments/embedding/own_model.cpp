// A model of your own, on data of your own: a small network in plain loops that learns which of two
// rings a point lies on. Any library could compute the same two functions.

#include <cmath>
#include <cstdio>
#include <numbers>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "experiments/embed/embed.hpp"

namespace {

using namespace echelon;
using echelon::index;  // ::index of <strings.h> is a function

learning::dataset two_rings(index count) {
  learning::dataset rings{.name = "rings", .shape = {1, 1, 2}, .count = count, .classes = 2};
  random_stream random{7, "rings"};
  for (index i = 0; i < count; ++i) {
    const auto ring = static_cast<std::int32_t>(i % 2);
    const double angle = 2 * std::numbers::pi * random.uniform();
    const double radius = 1.0 + ring + 0.15 * random.normal();
    rings.features.push_back(static_cast<float>(radius * std::cos(angle)));
    rings.features.push_back(static_cast<float>(radius * std::sin(angle)));
    rings.labels.push_back(ring);
  }
  return rings;
}

/// x to tanh(A x + b) to the log-odds c . h + d. Weights: A row by row, b, c, d.
struct network {
  index hidden;
  index size() const { return 4 * hidden + 1; }

  /// Adds one sample to what was found, and its gradient to `sums` unless that is empty.
  void add(std::span<const double> w, const float* x, bool outer, learning::batch_sums& found,
           std::span<double> sums) const {
    const auto n = static_cast<std::size_t>(hidden);
    std::vector<double> h(n);
    double odds = w[4 * n];
    for (std::size_t i = 0; i < n; ++i) {
      h[i] = std::tanh(w[2 * i] * x[0] + w[2 * i + 1] * x[1] + w[2 * n + i]);
      odds += w[3 * n + i] * h[i];
    }
    const double sign = outer ? 1.0 : -1.0;
    found.loss += std::log1p(std::exp(-sign * odds));
    found.correct += sign * odds > 0;
    if (sums.empty())
      return;
    const double slope = -sign / (1 + std::exp(sign * odds));
    for (std::size_t i = 0; i < n; ++i) {
      const double back = slope * w[3 * n + i] * (1 - h[i] * h[i]);
      sums[2 * i] += back * x[0];
      sums[2 * i + 1] += back * x[1];
      sums[2 * n + i] += back;
      sums[3 * n + i] += slope * h[i];
    }
    sums[4 * n] += slope;
  }

  learning::batch_sums all(std::span<const double> w, const learning::batch& samples,
                           std::span<double> sums) const {
    learning::batch_sums found;
    for (const index row : samples.rows)
      add(w, samples.data->row(row), samples.data->labels[static_cast<std::size_t>(row)] == 1,
          found, sums);
    return found;
  }
};

result<embed::model_functions<double>> make(const parameters& given,
                                            const learning::model_context&) {
  const network net{given.integer("hidden")};
  return embed::model_functions<double>{
      .parameters = net.size(),
      .init =
          [](std::span<double> weights, random_stream random) {
            for (double& weight : weights)
              weight = random.normal();
          },
      .gradient = [net](std::span<const double> w, const learning::batch& samples,
                        std::span<double> sums) { return net.all(w, samples, sums).loss; },
      .evaluate = [net](std::span<const double> w,
                        const learning::batch& samples) { return net.all(w, samples, {}); }};
}

asio::awaitable<void> train(int* status) {
  experiments::policy_catalogues policies;
  const policy_card card{.name = "rings-network",
                         .summary = "one hidden layer, in plain loops",
                         .source = "experiments/embedding",
                         .parameters = {{"hidden", value_kind::integer, 16, "neurons", 1, 1000}}};
  embed::add(policies.models, embed::model_from_functions<double>(card, make)).value();
  embed::add(policies.sources, embed::data_in_memory("rings", two_rings(1000))).value();
  const auto scenario = embed::settings{}
                            .set("data.source", "rings")
                            .set("model", value_table{{"kind", "rings-network"}, {"hidden", 12}})
                            .set("runtime.precision", "double")
                            .set("runtime.world", "local")
                            .set("topology.workers", 4)
                            .set("coding.policy", "fractional-repetition")
                            .set("coding.stragglers", 1)
                            .set("optimizer.rate", 0.5)
                            .set("scenario.rounds", 150)
                            .resolve(policies);
  if (!scenario)
    co_return void(std::puts(scenario.error().detail.c_str()));
  auto opened = co_await embed::session::open(*scenario, policies);
  if (!opened)
    co_return void(std::puts(opened.error().detail.c_str()));
  const auto outcome = co_await opened->run();
  std::printf("accuracy %.3f after %td rounds\n", *outcome->summary.final_accuracy,
              outcome->summary.rounds);
  *status = *outcome->summary.final_accuracy > 0.95 ? 0 : 1;
}

}  // namespace

int main() {
  asio::io_context io{1};
  int status = 1;
  asio::co_spawn(io, train(&status), asio::detached);
  io.run();
  return status;
}
