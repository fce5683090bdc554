#include "actors/cluster/shipping.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace echelon::actors {
namespace {

constexpr index piece_bytes_max = index{32} << 20;
constexpr index samples_max = index{1} << 31;

template <class T>
blob slice(const std::vector<T>& all, index first, index rows) {
  if (all.empty())
    return {};
  return blob::copy(std::as_bytes(std::span{all}.subspan(slot(first), slot(rows))));
}

template <class T>
bool append(std::vector<T>& all, const blob& piece, index rows) {
  if (piece.empty())
    return all.empty();
  if (piece.size() != slot(rows) * sizeof(T))
    return false;
  const std::size_t before = all.size();
  all.resize(before + slot(rows));
  std::memcpy(all.data() + before, piece.bytes().data(), piece.size());
  return true;
}

bool consistent(const training_rows& piece) {
  const auto small = [](std::int64_t number) { return number > 0 && number <= 1 << 20; };
  return small(piece.channels) && small(piece.height) && small(piece.width) &&
         piece.channels * piece.height <= 1 << 20 &&
         piece.channels * piece.height * piece.width <= 1 << 26 && piece.count > 0 &&
         piece.count <= samples_max && piece.classes >= 0 && piece.classes <= 1 << 20 &&
         piece.features.kind() == precision::single;
}

}  // namespace

result<training_rows> rows_from(const learning::dataset& whole, std::int64_t first) {
  if (first < 0 || first >= whole.count)
    return fail(errc::bad_input, "sample {} of {}; it must be one of them", first, whole.count);
  const index width = whole.shape.size();
  const index row_bytes = width * static_cast<index>(sizeof(float));
  const index rows = std::min(whole.count - first, std::max<index>(piece_bytes_max / row_bytes, 1));
  block_builder features{rows * width, precision::single, contents::unset};
  std::memcpy(features.bytes().data(), whole.row(first), features.bytes().size());
  return training_rows{.name = whole.name,
                       .channels = whole.shape.channels,
                       .height = whole.shape.height,
                       .width = whole.shape.width,
                       .classes = whole.classes,
                       .images = whole.images,
                       .count = whole.count,
                       .first = first,
                       .features = block::freeze(std::move(features)),
                       .labels = slice(whole.labels, first, rows),
                       .targets = slice(whole.targets, first, rows),
                       .groups = slice(whole.groups, first, rows)};
}

result<void> shipped_set::add(const training_rows& piece) {
  const auto refuse = [&piece] {
    return fail(errc::bad_input,
                "shipped samples from {} on are not what was asked for; the coordinator must be of "
                "the same version",
                piece.first);
  };
  if (!consistent(piece) || piece.first != rows_)
    return refuse();
  const learning::sample_shape shape{piece.channels, piece.height, piece.width};
  if (!started_)
    set_ = {.name = piece.name,
            .shape = shape,
            .count = piece.count,
            .classes = piece.classes,
            .images = piece.images};
  started_ = true;
  const index rows = piece.features.size() / shape.size();
  const bool fits = shape == set_.shape && piece.count == set_.count && rows > 0 &&
                    piece.features.size() == rows * shape.size() && rows_ + rows <= set_.count;
  if (!fits || !append(set_.labels, piece.labels, rows) ||
      !append(set_.targets, piece.targets, rows) || !append(set_.groups, piece.groups, rows))
    return refuse();
  const auto values = piece.features.as<float>();
  set_.features.insert(set_.features.end(), values.begin(), values.end());
  rows_ += rows;
  if (set_.classes > 0 && (std::ssize(set_.labels) != rows_ ||
                           std::ranges::any_of(set_.labels, [&](std::int32_t label) {
                             return label < 0 || label >= set_.classes;
                           })))
    return refuse();
  return {};
}

}  // namespace echelon::actors
