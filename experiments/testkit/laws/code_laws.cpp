#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "algorithms/coding/encoding_matrix.hpp"
#include "experiments/testkit/laws.hpp"

namespace echelon::testkit {
namespace {

using coding::code_shape;
using coding::gradient_code;

constexpr double rounding = 1e-9;

std::string named(const code_shape& shape) {
  return fmt::format("{} senders, {} parts, {} stragglers", shape.senders, shape.parts,
                     shape.stragglers);
}

/// Those of the senders that a number's bits choose.
std::vector<index> chosen(const std::vector<index>& from, index bits) {
  std::vector<index> some;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (((bits >> i) & 1) != 0)
      some.push_back(from[i]);
  return some;
}

std::vector<index> busy_senders(const gradient_code& code) {
  std::vector<index> busy;
  for (index sender = 0; sender < code.shape().senders; ++sender)
    if (!code.work(sender).empty())
      busy.push_back(sender);
  return busy;
}

void check_work(const gradient_code& code, broken_laws& found) {
  const code_shape shape = code.shape();
  for (index sender = 0; sender < shape.senders; ++sender) {
    std::vector<bool> seen(slot(shape.parts));
    for (const coding::coded_part& own : code.work(sender)) {
      const index part = own.part;
      const bool there = part >= 0 && part < shape.parts && !seen[slot(part)];
      if (!found.require(there, "work names each part of the shape at most once", [&] {
            return fmt::format("{}: sender {} has part {}", named(shape), sender, part);
          }))
        return;
      seen[slot(part)] = true;
    }
  }
}

/// What one set of answers gives, for codes whose messages are whole vectors.
void check_sum(const gradient_code& code, const std::vector<index>& arrived,
               const coding::decoding& how, broken_laws& found) {
  const bool fits = how.weights.size() == arrived.size();
  found.require(fits, "there is a weight for every answer", [&] {
    return fmt::format("{}: {} weights for the senders {}", named(code.shape()), how.weights.size(),
                       fmt::join(arrived, ", "));
  });
  if (!fits)
    return;
  const matrix encoding = coding::encoding_matrix(code);
  vector sum = vector::Zero(encoding.cols());
  for (std::size_t i = 0; i < arrived.size(); ++i)
    sum += how.weights[i] * encoding.row(arrived[i]).transpose();
  const double off = (sum - vector::Ones(sum.size())).cwiseAbs().maxCoeff();
  const double calm = std::max(how.amplification, 1.0);
  found.require(!how.exact || off <= rounding * calm, "what says that it is exact is exact", [&] {
    return fmt::format("{}: from the senders {} a part counts {:.3g} too much or too little",
                       named(code.shape()), fmt::join(arrived, ", "), off);
  });
}

void check_sets(const gradient_code& code, broken_laws& found) {
  const code_shape shape = code.shape();
  const auto busy = busy_senders(code);
  const bool whole = code.frame() == coding::message_frame{};
  for (index bits = 0; bits < (index{1} << busy.size()); ++bits) {
    const auto arrived = chosen(busy, bits);
    const index absent = std::ssize(busy) - std::ssize(arrived);
    const bool ready = decodable(code, arrived);
    const auto here = [&] {
      return fmt::format("{}: the senders {}", named(shape), fmt::join(arrived, ", "));
    };
    found.require(ready || absent > shape.stragglers, "every tolerated set decodes", here);
    const auto how = decode(code, arrived);
    found.require(ready == how.has_value(), "progress knows what decodes", here);
    if (!ready || !how)
      continue;
    found.require(how->exact || !code.exact(), "a code that is exact decodes exactly", here);
    if (whole)
      check_sum(code, arrived, *how, found);
    if (absent <= shape.stragglers)
      found.require(how->amplification <= code.amplification_worst() * (1 + 1e-6),
                    "no tolerated set amplifies more than the code says", here);
    const auto again = decode(code, arrived);
    found.require(again && again->weights == how->weights, "the same set decodes the same way",
                  here);
  }
}

}  // namespace

broken_laws laws_of_code(const coding::code_catalogue& known, std::string_view name,
                         const value_table& settings) {
  broken_laws found;
  std::string refusal;
  index made = 0;
  for (const code_shape& shape : {code_shape{2, 2, 0}, code_shape{2, 2, 1}, code_shape{4, 4, 1},
                                  code_shape{6, 6, 2}, code_shape{6, 12, 1}, code_shape{7, 7, 3}}) {
    const auto code = known.make(name, settings, "coding", shape);
    if (!code) {
      refusal = code.error().detail;
      continue;
    }
    ++made;
    check_work(**code, found);
    if (!(*code)->reacts())
      check_sets(**code, found);
  }
  found.require(made > 0, "it can be made", [&] { return refusal; });
  return found;
}

}  // namespace echelon::testkit
