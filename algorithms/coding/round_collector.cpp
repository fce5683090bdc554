#include "algorithms/coding/round_collector.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace echelon::coding {
namespace {

constexpr std::size_t tile_bytes = std::size_t{16} << 10;

template <class Scalar>
constexpr std::size_t tile_length = tile_bytes / sizeof(Scalar);

/// Whether no number is NaN or infinite: their exponent bits are all ones. Integer comparisons
/// vectorise in every build, unlike std::isfinite.
template <class Scalar>
bool all_finite(std::span<const Scalar> numbers) {
  using bits = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;
  constexpr auto exponent = std::bit_cast<bits>(std::numeric_limits<Scalar>::infinity());
  bits found = 0;
  for (const Scalar number : numbers)
    found |= static_cast<bits>((std::bit_cast<bits>(number) & exponent) == exponent);
  return found == 0;
}

bool all_finite(const block& values) {
  return with_scalar(values.kind(), [&values]<class Scalar>(Scalar) {
    const auto numbers = values.as<Scalar>();
    for (std::size_t first = 0; first < numbers.size(); first += tile_length<Scalar>)
      if (!all_finite(
              numbers.subspan(first, std::min(tile_length<Scalar>, numbers.size() - first))))
        return false;
    return true;
  });
}

/// One message of a decode and its weight, cast once.
template <class Scalar>
struct term {
  std::span<const Scalar> values;
  Scalar weight;
};

/// Messages that one pass over a tile reads: the sum is then loaded and stored once for all of
/// them.
constexpr std::size_t terms_at_once = 4;

/// sum += weight * values over one tile, for `Count` terms one after the other; the first of all
/// overwrites. Every element's order of additions is that of the terms.
template <std::size_t Count, bool First, class Scalar>
void accumulate(std::span<Scalar> sum, const term<Scalar>* terms, std::size_t offset) {
  const Scalar* values[Count];
  Scalar weights[Count];
  for (std::size_t k = 0; k < Count; ++k) {
    values[k] = terms[k].values.data() + offset;
    weights[k] = terms[k].weight;
  }
  Scalar* __restrict out = sum.data();
  for (std::size_t i = 0; i < sum.size(); ++i) {
    Scalar total = First ? weights[0] * values[0][i] : out[i];
    for (std::size_t k = First ? 1 : 0; k < Count; ++k)
      total += weights[k] * values[k][i];
    out[i] = total;
  }
}

template <bool First, class Scalar>
void accumulate(std::span<Scalar> sum, std::span<const term<Scalar>> terms, std::size_t offset) {
  switch (terms.size()) {
    case 1: return accumulate<1, First>(sum, terms.data(), offset);
    case 2: return accumulate<2, First>(sum, terms.data(), offset);
    case 3: return accumulate<3, First>(sum, terms.data(), offset);
    default: return accumulate<4, First>(sum, terms.data(), offset);
  }
}

/// The weighted sum, tile by tile so that the running sum stays in cache; false where it
/// overflowed.
template <class Scalar>
bool combine(std::span<Scalar> sum, std::span<const term<Scalar>> terms) {
  for (std::size_t offset = 0; offset < sum.size(); offset += tile_length<Scalar>) {
    const auto tile = sum.subspan(offset, std::min(tile_length<Scalar>, sum.size() - offset));
    for (std::size_t first = 0; first < terms.size(); first += terms_at_once) {
      const auto some = terms.subspan(first, std::min(terms_at_once, terms.size() - first));
      if (first == 0)
        accumulate<true>(tile, some, offset);
      else
        accumulate<false>(tile, some, offset);
    }
    if (!all_finite(std::span<const Scalar>{tile}))
      return false;
  }
  return true;
}

}  // namespace

bool usable(const contribution& answer, index length, precision kind, const packed_format* format) {
  if (!std::isfinite(answer.loss) || !std::isfinite(answer.samples) || !(answer.error >= 0) ||
      !std::isfinite(answer.error))
    return false;
  if (answer.packed.empty())
    return answer.values.size() == length && (length == 0 || answer.values.kind() == kind) &&
           all_finite(answer.values);
  return answer.values.empty() && std::isfinite(answer.scale) && format != nullptr &&
         format->check(answer.packed.bytes(), length).has_value();
}

round_collector::round_collector(gradient_code_ptr code, index dimension, precision kind,
                                 const round_outlook& outlook, const packed_format* format)
    : code_(std::move(code)), round_(code_->open(outlook)),
      first_(static_cast<std::size_t>(code_->shape().senders)), frame_(code_->frame()),
      dimension_(dimension), kind_(kind), format_(format) {}

std::vector<order> round_collector::take_orders() {
  auto orders = round_->take_orders();
  for (const order& asked : orders)
    later_.try_emplace({asked.sender, asked.task});
  return orders;
}

bool round_collector::awaits(answer_id id) const {
  if (id.task != 0) {
    const auto found = later_.find(id);
    return found != later_.end() && !found->second;
  }
  return id.sender >= 0 && id.sender < std::ssize(first_) && !has(id) &&
         !code_->work(id.sender).empty();
}

bool round_collector::has(answer_id id) const {
  if (id.task == 0)
    return first_.at(static_cast<std::size_t>(id.sender)).has_value();
  const auto found = later_.find(id);
  return found != later_.end() && found->second.has_value();
}

round_collector::outcome round_collector::add(answer_id id, contribution answer, double now_s) {
  if (!awaits(id) || !usable(answer, frame_.length(dimension_), kind_, format_)) {
    ++refused_;
    return outcome::refused;
  }
  if (id.task == 0)
    first_[static_cast<std::size_t>(id.sender)] = std::move(answer);
  else
    later_[id] = std::move(answer);
  round_->answered(id.sender, id.task, now_s);
  return round_->decodable() ? outcome::decodable : outcome::accepted;
}

const contribution& round_collector::answer(answer_id id) const {
  return id.task == 0 ? *first_[static_cast<std::size_t>(id.sender)] : *later_.at(id);
}

block round_collector::values_of(answer_id id) const {
  const contribution& message = answer(id);
  return message.packed.empty() ? message.values : unpacked(message);
}

round_collector round_collector::without(std::span<const index> senders,
                                         const round_outlook& outlook) const {
  round_collector kept{code_, dimension_, kind_, outlook, format_};
  for (index sender = 0; sender < std::ssize(first_); ++sender)
    if (!has({sender}) || std::ranges::find(senders, sender) != senders.end())
      kept.round().lost(sender, 0);
    else
      kept.add({sender}, answer({sender}));
  return kept;
}

std::vector<answer_id> round_collector::arrived() const {
  std::vector<answer_id> found;
  auto next = later_.begin();
  for (index sender = 0; sender < std::ssize(first_); ++sender) {
    if (first_[static_cast<std::size_t>(sender)])
      found.push_back({sender, 0});
    for (; next != later_.end() && next->first.sender == sender; ++next)
      if (next->second)
        found.push_back(next->first);
  }
  return found;
}

result<decoded_round> round_collector::decode() const {
  const std::vector<answer_id> arrivals = arrived();
  const auto each = static_cast<std::size_t>(frame_.cuts * frame_.stacks);
  decoded_round decoded;
  ECHELON_TRY(decoded.how, round_->decode());
  expects(decoded.how.weights.size() == arrivals.size() * each);
  std::vector<double> weights;
  double inherited = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const auto own = std::span{decoded.how.weights}.subspan(i * each, each);
    if (std::ranges::all_of(own, [](double weight) { return weight == 0; }))
      continue;
    const contribution& message = answer(arrivals[i]);
    decoded.used.push_back(arrivals[i]);
    if (decoded.senders.empty() || decoded.senders.back() != arrivals[i].sender)
      decoded.senders.push_back(arrivals[i].sender);
    if (frame_.stacks == 2) {  // loss and samples are one complex number
      decoded.loss += own[0] * message.loss + own[1] * message.samples;
      decoded.samples += own[2] * message.loss + own[3] * message.samples;
    } else {
      decoded.loss += own[0] * message.loss;
      decoded.samples += own[0] * message.samples;
    }
    weights.insert(weights.end(), own.begin(), own.end());
    inherited += own[0] * own[0] * message.error;
  }
  if (inherited > 0) {
    const double parts = static_cast<double>(code_->shape().parts);
    decoded.how.exact = false;
    decoded.how.residual = std::sqrt(decoded.how.residual * decoded.how.residual +
                                     inherited / parts);
  }
  ECHELON_TRY(decoded.values, weighted_sum(decoded.used, weights));
  return decoded;
}

block round_collector::unpacked(const contribution& message) const {
  block_builder values{frame_.length(dimension_), precision::single};
  format_->add(message.packed.bytes(), static_cast<float>(message.scale), values.as<float>());
  if (kind_ == precision::single)
    return block::freeze(std::move(values));
  block_builder wide{values.size(), kind_, contents::unset};
  std::ranges::copy(values.as<float>(), wide.as<double>().begin());
  return block::freeze(std::move(wide));
}

result<block> round_collector::weighted_sum(std::span<const answer_id> used,
                                            std::span<const double> weights) const {
  const auto cuts = static_cast<std::size_t>(frame_.cuts);
  const auto stacks = static_cast<std::size_t>(frame_.stacks);
  const auto length = static_cast<std::size_t>(frame_.length(dimension_)) / stacks;
  // Packed messages of a plain sum are added where they lie; others are made whole first.
  const bool plain = frame_ == message_frame{} && kind_ == precision::single;
  std::vector<block> whole;
  std::vector<std::size_t> packed;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const contribution& message = answer(used[i]);
    if (!message.packed.empty() && plain)
      packed.push_back(i);
    whole.push_back(message.packed.empty() ? message.values : plain ? block{} : unpacked(message));
  }
  const bool overwritten = packed.size() < used.size();
  block_builder sum{dimension_, kind_, overwritten ? contents::unset : contents::zeroed};
  bool finite = with_scalar(kind_, [&]<class Scalar>(Scalar) {
    const auto values = sum.as<Scalar>();
    for (std::size_t cut = 0; overwritten && cut < cuts && cut * length < values.size(); ++cut) {
      const auto piece = values.subspan(cut * length,
                                        std::min(length, values.size() - cut * length));
      std::vector<term<Scalar>> terms;
      for (std::size_t i = 0; i < used.size(); ++i)
        for (std::size_t stack = 0; stack < stacks && !whole[i].empty(); ++stack)
          terms.push_back({whole[i].as<Scalar>().subspan(stack * length),
                           static_cast<Scalar>(weights[(i * cuts + cut) * stacks + stack])});
      if (!combine<Scalar>(piece, terms))
        return false;
    }
    return true;
  });
  for (const std::size_t i : packed) {
    const contribution& message = answer(used[i]);
    format_->add(message.packed.bytes(), static_cast<float>(weights[i] * message.scale),
                 sum.as<float>());
  }
  finite = finite && (packed.empty() || all_finite(std::span<const float>{sum.as<float>()}));
  if (!finite)
    return fail(errc::diverged, "the sum of {} finite messages is not finite", used.size());
  return block::freeze(std::move(sum));
}

}  // namespace echelon::coding
