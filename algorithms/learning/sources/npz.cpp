#include "algorithms/learning/sources/npz.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/ranges.h>

#include "algorithms/learning/formats/limits.hpp"
#include "algorithms/learning/formats/npy.hpp"
#include "algorithms/learning/formats/zip_archive.hpp"

namespace echelon::learning {
namespace {

/// How the arrays of one dataset may be called.
struct array_names {
  std::span<const std::string_view> features;
  std::span<const std::string_view> labels;
};

constexpr std::string_view train_features[] = {"x", "X", "x_train", "X_train"};
constexpr std::string_view train_labels[] = {"y", "Y", "y_train", "Y_train"};
constexpr std::string_view test_features[] = {"x_test", "X_test"};
constexpr std::string_view test_labels[] = {"y_test", "Y_test"};

struct reading {
  bool regression;
  bool channels_last;
};

const zip_member* find_array(const zip_archive& archive, std::span<const std::string_view> names) {
  for (const std::string_view name : names)
    if (const zip_member* found = archive.find(fmt::format("{}.npy", name)))
      return found;
  return nullptr;
}

result<sample_shape> shape_of(const std::string& place, const npy_array& array,
                              bool channels_last) {
  const auto& shape = array.shape();
  switch (shape.size()) {
    case 2: return sample_shape{1, 1, shape[1]};
    case 3: return sample_shape{1, shape[1], shape[2]};
    case 4:
      return channels_last ? sample_shape{shape[3], shape[1], shape[2]}
                           : sample_shape{shape[1], shape[2], shape[3]};
    default:
      return fail(errc::bad_input, "{}: has {} dimensions; features have 2, 3 or 4", place,
                  shape.size());
  }
}

/// The array's element that becomes feature `column` of a sample, channels first.
index element_of(const sample_shape& shape, index column, bool channels_last) {
  if (!channels_last)
    return column;
  const index pixels = shape.height * shape.width;
  return column % pixels * shape.channels + column / pixels;
}

result<dataset> read_features(zip_archive& archive, const zip_member& member, const reading& how) {
  const std::string place = fmt::format("{}: {}", archive.name(), member.name);
  ECHELON_TRY(auto bytes, archive.read(member));
  ECHELON_TRY(const npy_array array, npy_array::parse(std::move(bytes), place));
  const bool channels_last = how.channels_last && array.shape().size() == 4;
  ECHELON_TRY(const sample_shape shape, shape_of(place, array, channels_last));
  ECHELON_CHECK(check_size(place, array.shape()[0], shape.size()));
  dataset samples{.name = archive.name(),
                  .shape = shape,
                  .count = array.shape()[0],
                  .images = array.shape().size() > 2};
  samples.features.reserve(static_cast<std::size_t>(array.count()));
  for (index sample = 0; sample < samples.count; ++sample)
    for (index column = 0; column < shape.size(); ++column) {
      const index element = sample * shape.size() + element_of(shape, column, channels_last);
      const auto number = static_cast<float>(array.at(element));
      if (!std::isfinite(number))
        return fail(errc::bad_input, "{}: the number at byte {} (sample {}) is not finite", place,
                    array.offset(element), sample);
      samples.features.push_back(number);
    }
  return samples;
}

result<void> read_labels(zip_archive& archive, const zip_member& member, bool regression,
                         dataset& into) {
  const std::string place = fmt::format("{}: {}", archive.name(), member.name);
  ECHELON_TRY(auto bytes, archive.read(member));
  ECHELON_TRY(const npy_array array, npy_array::parse(std::move(bytes), place));
  if (array.count() != into.count)
    return fail(errc::bad_input, "{}: holds {} numbers where the features have {} samples", place,
                array.count(), into.count);
  for (index i = 0; i < array.count(); ++i) {
    const double number = array.at(i);
    if (regression) {
      into.targets.push_back(static_cast<float>(number));
      if (!std::isfinite(into.targets.back()))
        return fail(errc::bad_input, "{}: the target at byte {} is not finite", place,
                    array.offset(i));
      continue;
    }
    if (!(number >= 0 && number < static_cast<double>(classes_max)) || number != std::floor(number))
      return fail(errc::bad_input,
                  "{}: the label {} at byte {} is out of range; labels are whole numbers "
                  "from 0 to {}",
                  place, number, array.offset(i), classes_max - 1);
    into.labels.push_back(static_cast<std::int32_t>(number));
    into.classes = std::max(into.classes, index{into.labels.back()} + 1);
  }
  return {};
}

result<dataset> read_set(zip_archive& archive, const array_names& names, const reading& how) {
  const zip_member* features = find_array(archive, names.features);
  const zip_member* labels = find_array(archive, names.labels);
  if (features == nullptr || labels == nullptr)
    return fail(errc::bad_input, "{}: has no array {}.npy", archive.name(),
                fmt::join(features == nullptr ? names.features : names.labels, ".npy or "));
  ECHELON_TRY(dataset samples, read_features(archive, *features, how));
  ECHELON_CHECK(read_labels(archive, *labels, how.regression, samples));
  return samples;
}

}  // namespace

std::vector<parameter> npz::declared() {
  return {{.name = "path",
           .kind = value_kind::text,
           .fallback = {},
           .summary = "the file",
           .required = true},
          {.name = "task",
           .kind = value_kind::text,
           .fallback = value{"classification"},
           .summary = "what y holds: classes or numbers",
           .choices = {"classification", "regression"}},
          {.name = "layout",
           .kind = value_kind::text,
           .fallback = value{"channels-first"},
           .summary = "the order of four dimensions",
           .choices = {"channels-first", "channels-last"}}};
}

result<npz> npz::make(const parameters& given) {
  return npz{given.text("path"), given.text("task") == "regression",
             given.text("layout") == "channels-last"};
}

result<loaded_data> npz::load() const {
  ECHELON_TRY(zip_archive archive, zip_archive::open(path_));
  const reading how{regression_, channels_last_};
  ECHELON_TRY(dataset samples, read_set(archive, {train_features, train_labels}, how));
  if (find_array(archive, test_features) == nullptr)
    return loaded_data{std::move(samples), std::nullopt};
  ECHELON_TRY(dataset test, read_set(archive, {test_features, test_labels}, how));
  return loaded_data{std::move(samples), std::move(test)};
}

}  // namespace echelon::learning
