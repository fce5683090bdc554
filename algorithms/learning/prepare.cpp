#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {
namespace {

using rows = std::vector<index>;

template <class T>
std::vector<T> chosen_rows(const std::vector<T>& all, const rows& chosen, index width = 1) {
  std::vector<T> taken;
  taken.reserve(all.empty() ? 0 : chosen.size() * static_cast<std::size_t>(width));
  if (!all.empty())
    for (const index row : chosen)
      taken.insert(taken.end(), all.begin() + row * width, all.begin() + (row + 1) * width);
  return taken;
}

dataset select(const dataset& from, const rows& chosen) {
  return {.name = from.name,
          .shape = from.shape,
          .count = std::ssize(chosen),
          .classes = from.classes,
          .features = chosen_rows(from.features, chosen, from.shape.size()),
          .labels = chosen_rows(from.labels, chosen),
          .targets = chosen_rows(from.targets, chosen),
          .groups = chosen_rows(from.groups, chosen),
          .images = from.images};
}

/// The first `limit` rows, in the split's order.
rows ordered_rows(index count, const preparation& how) {
  rows order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), index{0});
  if (how.shuffled) {
    random_stream random{how.split_seed, "data.split"};
    random.shuffle(std::span{order});
  }
  if (how.limit > 0 && how.limit < count)
    order.resize(static_cast<std::size_t>(how.limit));
  return order;
}

result<loaded_data> split(const dataset& samples, const preparation& how) {
  rows train = ordered_rows(samples.count, how);
  const index count = std::ssize(train);
  const auto tested = static_cast<index>(
      std::floor(static_cast<double>(count) * how.test_fraction + 0.5));
  if (tested < 1 || tested >= count)
    return fail(errc::bad_input,
                "{}: a test_fraction of {} of {} samples leaves {} to train on and {} "
                "to test; both need at least one",
                samples.name, how.test_fraction, count, count - tested, tested);
  const rows test{train.end() - tested, train.end()};
  train.resize(static_cast<std::size_t>(count - tested));
  return loaded_data{select(samples, train), select(samples, test)};
}

result<void> check_match(const dataset& train, const dataset& test) {
  if (train.count < 1 || test.count < 1)
    return fail(errc::bad_input,
                "{}: {} samples to train on and {} to test; both need at least one", train.name,
                train.count, test.count);
  if (train.shape != test.shape)
    return fail(errc::bad_input, "{}: samples of {} x {} x {} where {} has {} x {} x {}", test.name,
                test.shape.channels, test.shape.height, test.shape.width, train.name,
                train.shape.channels, train.shape.height, train.shape.width);
  if ((train.classes == 0) != (test.classes == 0) || test.classes > train.classes)
    return fail(errc::bad_input, "{}: has {} classes where {} has {}", test.name, test.classes,
                train.name, train.classes);
  return {};
}

/// value -> (value - offset) / divisor, for one column, one channel, or all of them.
struct scaling {
  double offset = 0;
  double divisor = 1;
};

/// How many neighbouring columns share one scaling: a channel of an image, else a column for
/// itself.
index shared_columns(const dataset& data) {
  return data.images ? data.shape.height * data.shape.width : 1;
}

template <class Measure>
std::vector<scaling> measure_columns(const dataset& data, Measure measure) {
  const index shared = shared_columns(data);
  std::vector<scaling> scalings(static_cast<std::size_t>(data.shape.size() / shared));
  for (index piece = 0; piece < std::ssize(scalings); ++piece)
    scalings[static_cast<std::size_t>(piece)] = measure(piece * shared, shared);
  return scalings;
}

/// Calls use(value) for all values of the columns first ... first + count - 1, row by row.
template <class Use>
void for_each_value(const dataset& data, index first, index count, Use use) {
  for (index row = 0; row < data.count; ++row)
    for (const float value : std::span{data.row(row) + first, static_cast<std::size_t>(count)})
      use(static_cast<double>(value));
}

scaling standard_scaling(const dataset& data, index first, index count) {
  const double values = static_cast<double>(data.count * count);
  double sum = 0;
  for_each_value(data, first, count, [&](double value) { sum += value; });
  const double mean = sum / values;
  double squares = 0;
  for_each_value(data, first, count,
                 [&](double value) { squares += (value - mean) * (value - mean); });
  const double deviation = std::sqrt(squares / values);
  // A column that never changes says nothing: it becomes zero, not infinity.
  return {mean, deviation > 0 ? deviation : 1};
}

scaling unit_scaling(const dataset& data, index first, index count) {
  double least = data.row(0)[first];
  double most = least;
  for_each_value(data, first, count, [&](double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  });
  return {least, most > least ? most - least : 1};
}

void apply(const std::vector<scaling>& scalings, dataset& data) {
  const auto shared = static_cast<std::size_t>(shared_columns(data));
  const auto width = static_cast<std::size_t>(data.shape.size());
  for (std::size_t i = 0; i < data.features.size(); ++i) {
    const scaling& each = scalings[i % width / shared];
    data.features[i] = static_cast<float>((static_cast<double>(data.features[i]) - each.offset) /
                                          each.divisor);
  }
}

result<void> scale(loaded_data& data, std::string_view kind) {
  if (kind == "auto")
    kind = data.samples.images ? "unit" : "standardise";
  if (kind == "none")
    return {};
  if (kind != "unit" && kind != "standardise")
    return fail(errc::bad_input, "data.scale: \"{}\" is not known; known: none, unit, standardise",
                kind);
  const dataset& train = data.samples;
  const auto scalings = measure_columns(train, [&](index first, index count) {
    return kind == "unit" ? unit_scaling(train, first, count)
                          : standard_scaling(train, first, count);
  });
  apply(scalings, data.samples);
  apply(scalings, *data.test);
  return {};
}

}  // namespace

result<prepared_data> prepare(loaded_data loaded, const preparation& how) {
  if (loaded.test) {
    ECHELON_CHECK(check_match(loaded.samples, *loaded.test));
    loaded.samples = select(loaded.samples, ordered_rows(loaded.samples.count, how));
  } else {
    ECHELON_TRY(loaded, split(loaded.samples, how));
  }
  ECHELON_CHECK(scale(loaded, how.scale));
  return prepared_data{std::make_shared<const dataset>(std::move(loaded.samples)),
                       std::make_shared<const dataset>(std::move(*loaded.test))};
}

}  // namespace echelon::learning
