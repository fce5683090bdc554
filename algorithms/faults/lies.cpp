#include "algorithms/faults/lies.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace echelon::faults {
namespace {

constexpr std::array<std::string_view, 6> ways{"scaled", "random", "nan",
                                               "stale",  "plan",   "replay"};

/// Changes every value, or all that packed bytes stand for.
template <class Change>
void change_values(testimony& what, Change change) {
  if (!what.packed.empty()) {
    what.scale = change(what.scale);
    return;
  }
  if (what.values.empty())
    return;
  block_builder told = copy_of(what.values);
  with_scalar(told.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    for (element& number : told.as<element>())
      number = static_cast<element>(change(static_cast<double>(number)));
  });
  what.values = block::freeze(std::move(told));
}

/// Of a typical value, so that what is drawn looks like what is expected.
double magnitude(const testimony& what) {
  if (what.values.empty())
    return std::abs(what.scale);
  double sum = 0;
  with_scalar(what.values.kind(), [&](auto scalar) {
    for (const auto number : what.values.as<decltype(scalar)>())
      sum += static_cast<double>(number) * static_cast<double>(number);
  });
  return std::sqrt(sum / static_cast<double>(what.values.size()));
}

}  // namespace

std::vector<parameter> lie::declared() {
  return {{.name = "how",
           .kind = value_kind::text,
           .fallback = "scaled",
           .summary = "factor times the truth, or that of noise of its size; not a number; under "
                      "the round before, or another plan; what it said before once more",
           .choices = {ways.begin(), ways.end()}},
          {.name = "factor",
           .kind = value_kind::number,
           .fallback = -10.0,
           .summary = "of what is scaled or random",
           .least = -1e6,
           .most = 1e6}};
}

result<lie> lie::make(const parameters& given) {
  const auto how = std::ranges::find(ways, given.text("how")) - ways.begin();
  return lie{static_cast<way>(how), given.number("factor")};
}

void lie::tell(testimony& what, random_stream& random) const {
  switch (way_) {
    case way::scaled: change_values(what, [this](double truth) { return factor_ * truth; }); break;
    case way::random:
      change_values(what, [&random, size = factor_ * magnitude(what)](double) {
        return size * random.normal();
      });
      break;
    case way::nan:
      change_values(what, [](double) { return std::numeric_limits<double>::quiet_NaN(); });
      break;
    case way::stale: --what.round; break;
    case way::plan: what.plan ^= 1; break;
    case way::replay: what.repeats = true; break;
  }
}

}  // namespace echelon::faults
