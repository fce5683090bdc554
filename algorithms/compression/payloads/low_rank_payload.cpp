#include "algorithms/compression/payloads/low_rank_payload.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/matrix.hpp"
#include "algorithms/compression/varint.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

using factor = Eigen::Map<const Eigen::MatrixXf>;
using row_major = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A segment's parts; the factors are copied, since bytes have no alignment.
struct low_rank_view {
  index rows = 0, columns = 0, rank = 0;
  std::vector<float> factors;

  low_rank_values values() const {
    const std::span all{factors};
    const auto split = slot(rows * rank);
    return {rows, columns, rank, all.first(split), all.subspan(split)};
  }
};

result<low_rank_view> parse(std::span<const std::byte> bytes, index length) {
  const auto rows = take_varint(bytes);
  const auto columns = rows ? take_varint(bytes) : std::nullopt;
  const auto rank = columns ? take_varint(bytes) : std::nullopt;
  const auto most = static_cast<std::uint64_t>(length);
  if (!rank || *rows < 1 || *rows > most || *columns != most / *rows || most % *rows != 0 ||
      *rank > std::min(*rows, *columns))
    return fail(errc::bad_input, "a low-rank segment's shape does not fit {} values", length);
  // Each factor has at most `length` numbers, so that nothing overflows.
  const std::uint64_t numbers = *rank * (*rows + *columns);
  if (bytes.size() / 4 != numbers || bytes.size() % 4 != 0)
    return fail(errc::bad_input, "a segment of rank {}, {} by {}, does not take {} bytes", *rank,
                *rows, *columns, bytes.size());
  if (!all_finite(bytes, wire_format::full))
    return fail(errc::bad_input, "a factor of a low-rank segment is not finite");
  low_rank_view parts{static_cast<index>(*rows), static_cast<index>(*columns),
                      static_cast<index>(*rank), std::vector<float>(numbers)};
  read_values(bytes, wire_format::full, parts.factors);
  return parts;
}

double largest(std::span<const float> values) {
  double found = 0;
  for (const float value : values)
    found = std::max(found, std::abs(double{value}));
  return found;
}

}  // namespace

bool product_is_finite(const low_rank_values& what) {
  // Half of the range is left for what rounding adds.
  return largest(what.left) * largest(what.right) * static_cast<double>(what.rank) <
         std::numeric_limits<float>::max() / 2;
}

void append_low_rank(std::vector<std::byte>& to, const low_rank_values& what) {
  expects(product_is_finite(what));
  for (const index number : {what.rows, what.columns, what.rank})
    append_varint(to, static_cast<std::uint64_t>(number));
  for (const auto part : {what.left, what.right}) {
    std::vector<float> received(part.size());
    append_values(to, part, wire_format::full, received);
  }
}

result<void> check_low_rank(std::span<const std::byte> bytes, index length) {
  ECHELON_TRY(const low_rank_view parts, parse(bytes, length));
  if (!product_is_finite(parts.values()))
    return fail(errc::bad_input, "the product of a low-rank segment's factors is not finite");
  return {};
}

void add_low_rank(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  const auto parts = parse(bytes, std::ssize(sum));
  expects(parts.has_value());
  const low_rank_values what = parts->values();
  const factor left{what.left.data(), what.rows, what.rank};
  const factor right{what.right.data(), what.columns, what.rank};
  Eigen::Map<row_major>{sum.data(), what.rows, what.columns}.noalias() += (weight * left) *
                                                                          right.transpose();
}

}  // namespace echelon::compression
