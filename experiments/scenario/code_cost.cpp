#include "experiments/scenario/code_cost.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::experiments {
namespace {

const coding::code_shape sizes[]{{12, 12, 2}, {40, 40, 4}};

/// The messages with a weight when the last senders are the absent ones.
std::optional<index> messages_of(const coding::gradient_code& code) {
  if (dynamic_cast<const coding::fixed_code*>(&code) == nullptr)
    return std::nullopt;
  const coding::code_shape shape = code.shape();
  std::vector<index> arrived(static_cast<std::size_t>(shape.senders - shape.stragglers));
  std::iota(arrived.begin(), arrived.end(), index{0});
  const auto how = coding::decode(code, arrived);
  if (!how)
    return std::nullopt;
  const auto each = how->weights.size() / arrived.size();
  index used = 0;
  for (std::size_t i = 0; i < arrived.size(); ++i)
    used += std::any_of(how->weights.begin() + static_cast<std::ptrdiff_t>(i * each),
                        how->weights.begin() + static_cast<std::ptrdiff_t>((i + 1) * each),
                        [](double weight) { return weight != 0; });
  return used;
}

code_cost cost_of(const coding::gradient_code& code) {
  code_cost cost{.shape = code.shape()};
  cost.load_parts = coding::load_parts(code);
  for (index sender = 0; sender < cost.shape.senders; ++sender)
    cost.work_parts += std::ssize(code.work(sender));
  cost.messages = messages_of(code);
  const coding::message_frame frame = code.frame();
  cost.message_length = static_cast<double>(frame.stacks) / static_cast<double>(frame.cuts);
  cost.exact = code.exact();
  cost.amplification = coding::typical_amplification(code);
  return cost;
}

}  // namespace

std::vector<code_cost> typical_costs(const coding::code_catalogue& known, std::string_view name) {
  std::vector<code_cost> costs;
  for (coding::code_shape shape : sizes) {
    auto code = known.make(name, value_table{}, "coding", shape);
    if (!code) {
      shape.stragglers = 0;
      code = known.make(name, value_table{}, "coding", shape);
    }
    if (code)
      costs.push_back(cost_of(**code));
  }
  return costs;
}

std::string cost_text(const code_cost& cost) {
  const auto parts = static_cast<double>(cost.shape.parts);
  return fmt::format(
      "{} workers, {} parts: survives {}, load {}, work x{:.2g}, {} of {:.2g} d, {}, noise x{:.2g} "
      "(at most {:.2g})",
      cost.shape.senders, cost.shape.parts, cost.shape.stragglers, cost.load_parts,
      static_cast<double>(cost.work_parts) / parts,
      cost.messages ? fmt::format("decodes {} messages", *cost.messages) : "messages",
      cost.message_length, cost.exact ? "exact" : "approximate", cost.amplification.median,
      cost.amplification.worst);
}

nlohmann::ordered_json cost_json(const code_cost& cost) {
  return {{"workers", cost.shape.senders},
          {"parts", cost.shape.parts},
          {"survives", cost.shape.stragglers},
          {"load_parts", cost.load_parts},
          {"work_parts", cost.work_parts},
          {"messages",
           cost.messages ? nlohmann::ordered_json(*cost.messages) : nlohmann::ordered_json{}},
          {"message_length", cost.message_length},
          {"exact", cost.exact},
          {"amplification_median", cost.amplification.median},
          {"amplification_worst", cost.amplification.worst}};
}

}  // namespace echelon::experiments
