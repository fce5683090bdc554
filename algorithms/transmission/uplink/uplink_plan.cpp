#include "algorithms/transmission/uplink/uplink_plan.hpp"

#include <algorithm>

#include "algorithms/base/random.hpp"

namespace echelon::transmission {
namespace {

/// A chunk is at most 64 KiB, and a message at least sixteen chunks.
constexpr double chunk_bits_most = 8 * 65536;
constexpr double chunks_least = 16;
constexpr double bits_most = 1e15;
constexpr double rate_least = 1e-3;
constexpr double rate_bound = 1e15;

std::vector<parameter> channel_keys() {
  return {
      {.name = "at",
       .kind = value_kind::text,
       .fallback = "coordinator",
       .summary = "whose port the senders share",
       .choices = {"coordinator", "edge"}},
      {.name = "rates_bps",
       .kind = value_kind::list,
       .fallback = std::nullopt,
       .summary = "bits a second of each sender alone, in order; repeated where there are more",
       .required = true},
      {"states", value_kind::list, value_list{1.0},
       "factors of the rates, drawn anew for every sender and slot"},
  };
}

std::vector<parameter> arrival_keys() {
  return {
      {"probability", value_kind::number, 1.0, "that a sender produces bits in a slot", 0.0, 1.0},
      {.name = "bits_max",
       .kind = value_kind::number,
       .fallback = std::nullopt,
       .summary = "bits are uniform between 0 and this",
       .least = rate_least,
       .most = bits_most,
       .required = true},
      {"window_slots", value_kind::integer, 200, "slots of a round", 1.0, 1e9},
      {"buffer_bits", value_kind::number, 0.0,
       "what a sender can hold; 0: a thousand times bits_max", 0.0, bits_most},
  };
}

result<std::vector<double>> read_numbers(const parameters& given, std::string_view key,
                                         double least, double most) {
  const value_list& items = given.at(key).list();
  std::vector<double> numbers;
  for (const value& item : items) {
    if (!item.is_number() || !(item.number() >= least && item.number() <= most))
      return given.refuse(key, "{} is not a number from {} to {}", item.toml(), least, most);
    numbers.push_back(item.number());
  }
  if (numbers.empty())
    return given.refuse(key, "is empty; there must be one number at least");
  return numbers;
}

double cyclic(std::span<const double> values, index position) {
  return values[static_cast<std::size_t>(position) % values.size()];
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// From `channels`, or else from the medium that the children share.
result<void> read_channels(uplink_plan& plan, const parameters& given,
                           const uplink_surroundings& around) {
  if (given.has("channels")) {
    ECHELON_TRY(const parameters table, given.nested("channels", channel_keys()));
    plan.at = table.text("at") == "edge" ? role::edge : role::coordinator;
    ECHELON_TRY(plan.channels.rates_bps, read_numbers(table, "rates_bps", rate_least, rate_bound));
    ECHELON_TRY(plan.channels.states, read_numbers(table, "states", rate_least, rate_bound));
    return {};
  }
  for (const role at : {role::coordinator, role::edge})
    if (const auto medium = around.links.medium(at, direction::up)) {
      plan.at = at;
      plan.channels.rates_bps = {medium->bandwidth_bps};
      return {};
    }
  return given.refuse("policy",
                      "needs an uplink that is shared; there must be channels = {{ rates_bps = "
                      "[...] }}, or a medium in links.shared");
}

result<void> read_arrivals(uplink_plan& plan, const parameters& given) {
  if (!given.has("arrivals"))
    return {};
  ECHELON_TRY(const parameters table, given.nested("arrivals", arrival_keys()));
  plan.arrivals = {.probability = table.number("probability"),
                   .bits_max = table.number("bits_max"),
                   .window_slots = table.integer("window_slots"),
                   .buffer_bits = table.number("buffer_bits")};
  if (plan.arrivals->buffer_bits == 0)
    plan.arrivals->buffer_bits = 1000 * plan.arrivals->bits_max;
  return {};
}

/// A chunk takes one slot at the median rate, unless both are given.
void set_slot(uplink_plan& plan, const parameters& given, double gradient_bits) {
  plan.chunk_bits = given.number("chunk_bits");
  if (plan.chunk_bits == 0)
    plan.chunk_bits = std::clamp(gradient_bits / chunks_least, 1.0, chunk_bits_most);
  double slot_s = given.number("slot_s");
  if (slot_s == 0)
    slot_s = plan.chunk_bits / median(plan.channels.rates_bps);
  plan.slot = std::max(to_nanoseconds(seconds{slot_s}), nanoseconds{1});
}

uplink_context context_of(const uplink_plan& plan, const uplink_surroundings& around) {
  uplink_context context;
  context.grant_most = 0;
  for (index child = 0; child < std::max<index>(around.senders, 1); ++child)
    context.grant_most = std::max(context.grant_most, plan.share_most * plan.rate_most(child));
  context.arrival_most = plan.arrivals ? plan.chunks(plan.arrivals->bits_max) : context.grant_most;
  context.gradient = plan.chunks(around.gradient_bits);
  return context;
}

/// Environment draws are by (purpose, node, slot).
random_stream draws(const uplink_plan& plan, std::string_view purpose, node_id node,
                    std::int64_t slot_number) {
  const auto word = (static_cast<std::uint64_t>(node.kind) << 32) |
                    static_cast<std::uint32_t>(node.number);
  return {plan.seed, purpose, word, static_cast<std::uint64_t>(slot_number)};
}

}  // namespace

double channel_process::rate_bps(index child) const { return cyclic(rates_bps, child); }

double channel_process::state_most() const { return *std::ranges::max_element(states); }

double uplink_plan::weight(index child) const { return cyclic(weights, child); }

double uplink_plan::rate_most(index child) const {
  return chunks(channels.rate_bps(child) * to_seconds(slot).count()) * channels.state_most();
}

double uplink_plan::rate(node_id node, index child, std::int64_t slot_number) const {
  const auto count = std::ssize(channels.states);
  const index drawn = count == 1 ? 0
                                 : draws(*this, "uplink.channel", node, slot_number).below(count);
  return chunks(channels.rate_bps(child) * to_seconds(slot).count()) *
         channels.states[static_cast<std::size_t>(drawn)];
}

double uplink_plan::arrival(node_id node, std::int64_t slot_number) const {
  random_stream random = draws(*this, "uplink.arrival", node, slot_number);
  if (!random.bernoulli(arrivals->probability))
    return 0;
  return chunks(random.uniform(0, arrivals->bits_max));
}

std::vector<parameter> uplink_parameters() {
  return {
      {"slot_s", value_kind::number, 0.0,
       "length of a slot in seconds; 0: one chunk at the median rate", 0.0, seconds_max.count()},
      {"chunk_bits", value_kind::number, 0.0,
       "the unit of rates and queues; 0: a sixteenth of a message, at most 64 KiB", 0.0, bits_most},
      {"weights", value_kind::list, value_list{1.0},
       "what the bits of a port's children are worth, in order; repeated where there are more"},
      {"x_max", value_kind::number, 1.0, "largest share of a slot for one sender", 0.01, 1.0},
      {"share_rest", value_kind::flag, true, "what a sender leaves of its share goes to the next"},
      {"whole_vectors", value_kind::flag, true,
       "whoever began a message finishes it before another begins"},
      {"channels", value_kind::table, std::nullopt,
       "rates of the senders of a port: { at, rates_bps, states }; else of links.shared"},
      {"arrivals", value_kind::table, std::nullopt,
       "bits that senders produce slot by slot: { probability, bits_max, window_slots, ... }"},
  };
}

result<uplink_plan>
make_uplinks(const parameters& given, const uplink_surroundings& around,
             const std::function<result<uplink_policy_ptr>(const uplink_context&)>& make_policy) {
  uplink_plan plan;
  if (given.text("policy") == "fifo" && !given.has("channels")) {
    if (given.has("arrivals"))
      return given.refuse("arrivals", "need a rate to be sent at; there must be channels = {{ "
                                      "rates_bps = [...] }} beside them");
    return plan;
  }
  ECHELON_CHECK(read_channels(plan, given, around));
  ECHELON_CHECK(read_arrivals(plan, given));
  ECHELON_TRY(plan.weights, read_numbers(given, "weights", 0, 1e9));
  set_slot(plan, given, around.gradient_bits);
  plan.share_most = given.number("x_max");
  plan.share_rest = given.flag("share_rest");
  plan.whole_vectors = given.flag("whole_vectors") && !plan.arrivals;
  plan.seed = around.seed;
  const uplink_context context = context_of(plan, around);
  plan.admission_most = context.arrival_most;
  ECHELON_TRY(plan.policy, make_policy(context));
  return plan;
}

}  // namespace echelon::transmission
