#include "actors/checkpoint.hpp"

#include <charconv>
#include <limits>
#include <type_traits>

#include "algorithms/base/hash.hpp"

namespace echelon::actors {
namespace {

namespace fs = std::filesystem;
using learning::stored_tensors;
using learning::tensor_metadata;
using learning::tensor_view;

constexpr std::string_view format_family = "echelon-checkpoint-";
/// Changes whenever a field changes its meaning.
constexpr int format_version = 3;

/// Every number of a checkpoint, under its name in the file.
template <class Visitor>
void visit_numbers(Visitor&& field, checkpoint& what) {
  run_summary& run = what.so_far;
  field("rounds", run.rounds);
  field("time_s", run.time_s);
  field("wall_s", run.wall_s);
  field("final_loss", run.final_loss);
  field("final_accuracy", run.final_accuracy);
  field("rounds_to_target", run.rounds_to_target);
  field("time_to_target_s", run.time_to_target_s);
  field("bytes_up", run.bytes_up);
  field("bytes_down", run.bytes_down);
  field("payload_bits_up", run.payload_bits_up);
  field("exact_rounds", run.exact_rounds);
  field("approximate_rounds", run.approximate_rounds);
  field("failed_rounds", run.failed_rounds);
  field("residual_max", run.residual_max);
  field("amplification_max", run.amplification_max);
  field("parts_computed", run.parts.computed);
  field("parts_used", run.parts.used);
  field("parts_wasted", run.parts.wasted);
  field("messages", run.messages);
  field("move_s", what.move_s);
  field("optimiser_steps", what.memory.steps);
  field("trace_hash", what.links.trace_hash);
  field("total_up", what.links.totals.bytes_up);
  field("total_down", what.links.totals.bytes_down);
  field("total_payload_bits_up", what.links.totals.payload_bits_up);
}

template <class Number>
std::string text_of(const std::optional<Number>& number) {
  return number ? fmt::format("{}", *number) : "";
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

template <class Number>
bool parse(const std::string& text, std::optional<Number>& number) {
  return text.empty() || parse(text, number.emplace());
}

std::string media_text(const std::map<node_id, std::int64_t>& media) {
  std::string text;
  for (const auto& [node, free_at] : media)
    text += fmt::format("{} {} {} ", static_cast<int>(node.kind), node.number, free_at);
  return text;
}

bool parse_media(const std::string& text, std::map<node_id, std::int64_t>& media) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::int64_t numbers[3];
    for (auto& number : numbers) {
      const auto [next, problem] = std::from_chars(at, end, number);
      if (problem != std::errc{} || next == end || *next != ' ')
        return false;
      at = next + 1;
    }
    if (numbers[0] < 0 || numbers[0] > static_cast<int>(role::peer))
      return false;
    media[{static_cast<role>(numbers[0]), static_cast<std::int32_t>(numbers[1])}] = numbers[2];
  }
  return true;
}

std::uint64_t checksum(const tensor_metadata& metadata,
                       std::span<const std::span<const std::byte>> tensors) {
  std::uint64_t sum = 0;
  for (const auto& [key, text] : metadata)
    if (key != "checksum") {
      sum = hash_bytes(std::as_bytes(std::span{key}), sum);
      sum = hash_bytes(std::as_bytes(std::span{text}), sum);
    }
  for (const auto bytes : tensors)
    sum = hash_bytes(bytes, sum);
  return sum;
}

tensor_view view_of(std::string name, std::span<const std::byte> bytes, precision kind) {
  const auto count = bytes.size() / bytes_of(kind);
  return with_scalar(kind, [&](auto scalar) {
    using element = decltype(scalar);
    return tensor_view{std::move(name),
                       {static_cast<index>(count)},
                       std::span{reinterpret_cast<const element*>(bytes.data()), count}};
  });
}

/// What no count can be becomes 0.
std::int64_t to_count(double number) {
  constexpr double count_max = 9007199254740992;  // 2^53: exact
  return number >= 0 && number <= count_max ? static_cast<std::int64_t>(number) : 0;
}

std::string slot_name(std::size_t slot) { return fmt::format("optimiser.{}", slot); }

/// Message counts and bytes of each direction of each link; exact up to 2^53.
std::vector<double> link_numbers(const runtime::courier_state& links) {
  std::vector<double> numbers;
  for (const auto& link : links.links) {
    numbers.push_back(static_cast<double>(link.messages));
    numbers.push_back(static_cast<double>(link.bytes));
  }
  return numbers;
}

/// Slotted uplinks one after the other: role, number, how many numbers follow, and those.
std::vector<double> uplink_numbers(const runtime::courier_state& links) {
  std::vector<double> numbers;
  for (const auto& [parent, port] : links.uplinks) {
    const std::vector<double> packed = transmission::pack(port);
    numbers.insert(numbers.end(),
                   {static_cast<double>(parent.kind), static_cast<double>(parent.number),
                    static_cast<double>(packed.size())});
    numbers.insert(numbers.end(), packed.begin(), packed.end());
  }
  return numbers;
}

bool read_uplinks(std::span<const double> numbers, runtime::courier_state& links) {
  constexpr std::size_t head = 3;
  while (!numbers.empty()) {
    if (numbers.size() < head ||
        !(numbers[2] >= 0 && numbers[2] <= static_cast<double>(numbers.size() - head)) ||
        !(numbers[1] >= 0 && numbers[1] <= std::numeric_limits<std::int32_t>::max()))
      return false;
    const node_id parent{numbers[0] == static_cast<double>(role::edge) ? role::edge
                                                                       : role::coordinator,
                         static_cast<std::int32_t>(numbers[1])};
    const auto count = static_cast<std::size_t>(numbers[2]);
    auto port = transmission::unpack(numbers.subspan(head, count));
    if (!port)
      return false;
    links.uplinks[parent] = *std::move(port);
    numbers = numbers.subspan(head + count);
  }
  return true;
}

constexpr std::size_t history_fields = 11;

std::vector<double> history_numbers(std::span<const coding::sender_record> histories) {
  std::vector<double> numbers;
  for (const auto& [seen, changes] : histories)
    for (const double number :
         {static_cast<double>(seen.rounds), seen.part_s, seen.part_variance, seen.link_s,
          seen.slow ? 1.0 : 0.0, seen.slow_factor, seen.slow_probability, changes.fast_rounds,
          changes.slowed_down, changes.slow_rounds, changes.stayed_slow})
      numbers.push_back(number);
  return numbers;
}

bool read_histories(std::span<const double> numbers, std::vector<coding::sender_record>& into) {
  for (std::size_t at = 0; at + history_fields <= numbers.size(); at += history_fields) {
    const auto one = numbers.subspan(at, history_fields);
    into.push_back({.seen = {.rounds = to_count(one[0]),
                             .part_s = one[1],
                             .part_variance = one[2],
                             .link_s = one[3],
                             .slow = one[4] != 0,
                             .slow_factor = one[5],
                             .slow_probability = one[6]},
                    .changes = {.fast_rounds = one[7],
                                .slowed_down = one[8],
                                .slow_rounds = one[9],
                                .stayed_slow = one[10]}});
  }
  return numbers.size() % history_fields == 0;
}

std::unexpected<error> corrupt(const fs::path& file, std::string_view what) {
  return fail(errc::bad_input,
              "{}: is not a checkpoint this version can use: {}; remove it to start from round 1",
              file.string(), what);
}

result<void> check_version(const fs::path& file, const tensor_metadata& metadata) {
  const auto format = metadata.find("format");
  int version = 0;
  if (format == metadata.end() || !format->second.starts_with(format_family) ||
      !parse(format->second.substr(format_family.size()), version))
    return corrupt(file, fmt::format("it does not say that it is an {}N", format_family));
  if (version != format_version)
    return corrupt(file,
                   fmt::format("it is {}{}, of {} version, and read is {}", format_family, version,
                               version < format_version ? "an older" : "a newer", format_version));
  return {};
}

result<void> check_integrity(const fs::path& file, const stored_tensors& stored) {
  ECHELON_CHECK(check_version(file, stored.metadata));
  std::vector<std::span<const std::byte>> bytes;
  for (const char* name :
       {"state", "links", "uplinks", "histories", "chosen", "senders", "peers", "accumulated"})
    if (const auto* tensor = stored.find(name))
      bytes.push_back(tensor->values.bytes());
  for (std::size_t slot = 0; const auto* tensor = stored.find(slot_name(slot)); ++slot)
    bytes.push_back(tensor->values.bytes());
  const auto sum = stored.metadata.find("checksum");
  if (sum == stored.metadata.end() || sum->second != hash_text(checksum(stored.metadata, bytes)))
    return corrupt(file, "its checksum does not match");
  return {};
}

bool read_numbers(const tensor_metadata& metadata, checkpoint& into) {
  bool good = true;
  const auto read = [&](const char* name, auto& number) {
    const auto found = metadata.find(name);
    good = good && found != metadata.end() && parse(found->second, number);
  };
  visit_numbers(read, into);
  std::int64_t clock = 0;
  read("clock_ns", clock);
  into.clock = nanoseconds{clock};
  const auto media = [&](const char* name, auto& map) {
    const auto found = metadata.find(name);
    good = good && found != metadata.end() && parse_media(found->second, map);
  };
  media("media_up", into.links.media_up);
  media("media_down", into.links.media_down);
  return good && metadata.contains("scenario");
}

}  // namespace

result<void> save_checkpoint(const fs::path& file, const checkpoint& what, learning::disk& on) {
  checkpoint copy = what;
  tensor_metadata metadata{{"format", fmt::format("{}{}", format_family, format_version)},
                           {"scenario", what.scenario},
                           {"clock_ns", std::to_string(what.clock.count())},
                           {"replanner", what.replanner},
                           {"media_up", media_text(what.links.media_up)},
                           {"media_down", media_text(what.links.media_down)}};
  visit_numbers(
      [&metadata](const char* name, const auto& number) {
        if constexpr (requires { number.has_value(); })
          metadata[name] = text_of(number);
        else
          metadata[name] = fmt::format("{}", number);
      },
      copy);
  const std::vector<double> links = link_numbers(what.links);
  const auto link_bytes = std::as_bytes(std::span{links});
  std::vector<tensor_view> tensors;
  std::vector<std::span<const std::byte>> bytes;
  const auto add = [&](std::string name, std::span<const std::byte> data, precision kind) {
    tensors.push_back(view_of(std::move(name), data, kind));
    bytes.push_back(data);
  };
  if (!what.state.empty())
    add("state", what.state.bytes(), what.state.kind());
  add("links", link_bytes, precision::double_);
  const std::vector<double> uplinks = uplink_numbers(what.links);
  if (!uplinks.empty())
    add("uplinks", std::as_bytes(std::span{uplinks}), precision::double_);
  const std::vector<double> histories = history_numbers(what.histories);
  add("histories", std::as_bytes(std::span{histories}), precision::double_);
  if (!what.chosen.empty())
    add("chosen", std::as_bytes(std::span{what.chosen}), precision::double_);
  const auto add_bytes = [&](std::string name, std::vector<std::byte>& data) {
    if (data.empty())
      return;
    data.resize((data.size() + sizeof(float) - 1) / sizeof(float) * sizeof(float));
    add(std::move(name), data, precision::single);
  };
  add_bytes("senders", copy.senders);
  add_bytes("peers", copy.peers);
  if (!what.accumulated.empty())
    add("accumulated", what.accumulated.bytes(), what.accumulated.kind());
  for (std::size_t slot = 0; slot < copy.memory.slots.size(); ++slot)
    add(slot_name(slot), copy.memory.slots[slot].bytes(), copy.memory.slots[slot].kind());
  metadata["checksum"] = hash_text(checksum(metadata, bytes));
  return learning::write_safetensors(file, tensors, metadata, on);
}

result<checkpoint> load_checkpoint(const fs::path& file) {
  ECHELON_TRY(const stored_tensors stored, learning::read_safetensors(file));
  ECHELON_CHECK(check_integrity(file, stored));
  return checkpoint_of(stored, file);
}

result<checkpoint> checkpoint_of(const stored_tensors& stored, const fs::path& file) {
  checkpoint read;
  if (!read_numbers(stored.metadata, read))
    return corrupt(file, "a number is missing or malformed");
  read.scenario = stored.metadata.at("scenario");
  if (const auto* state = stored.find("state"))
    read.state = state->values;
  if (const auto* accumulated = stored.find("accumulated"))
    read.accumulated = accumulated->values;
  const auto read_bytes = [&stored](const char* name, std::vector<std::byte>& into) {
    if (const auto* tensor = stored.find(name))
      into.assign(tensor->values.bytes().begin(), tensor->values.bytes().end());
  };
  read_bytes("senders", read.senders);
  read_bytes("peers", read.peers);
  for (std::size_t slot = 0; const auto* tensor = stored.find(slot_name(slot)); ++slot)
    read.memory.slots.push_back(copy_of(tensor->values));
  const auto* links = stored.find("links");
  if (links == nullptr || links->values.kind() != precision::double_ ||
      links->values.size() % 2 != 0)
    return corrupt(file, "the link counts are missing");
  const auto numbers = links->values.as<double>();
  for (std::size_t i = 0; i < numbers.size(); i += 2)
    read.links.links.push_back({to_count(numbers[i]), to_count(numbers[i + 1])});
  if (const auto known = stored.metadata.find("replanner"); known != stored.metadata.end())
    read.replanner = known->second;
  const auto* histories = stored.find("histories");
  if (histories == nullptr || histories->values.kind() != precision::double_ ||
      !read_histories(histories->values.as<double>(), read.histories))
    return corrupt(file, "the histories of its workers are malformed");
  if (const auto* chosen = stored.find("chosen")) {
    if (chosen->values.kind() != precision::double_)
      return corrupt(file, "what its code settled is malformed");
    const auto settled = chosen->values.as<double>();
    read.chosen.assign(settled.begin(), settled.end());
  }
  if (const auto* uplinks = stored.find("uplinks"))
    if (uplinks->values.kind() != precision::double_ ||
        !read_uplinks(uplinks->values.as<double>(), read.links))
      return corrupt(file, "the states of its uplinks are malformed");
  return read;
}

}  // namespace echelon::actors
