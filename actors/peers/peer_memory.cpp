#include "actors/peers/peer_memory.hpp"

#include "actors/peers/peering.hpp"
#include "algorithms/base/packed_fields.hpp"

namespace echelon::actors {
namespace {

using merging::frozen_copy;

void put(field_writer& to, const merging::peer_state& state) {
  to.put(state.steps);
  to.put(state.parameters);
  to.put(state.rate);
  to.put(state.mass);
  to.put(frozen_copy(state.model));
  to.put(std::ssize(state.slots));
  for (const block_builder& held : state.slots)
    to.put(frozen_copy(held));
  to.put(std::ssize(state.accounts));
  for (const merging::edge_account& account : state.accounts) {
    to.put(account.peer);
    to.put(frozen_copy(account.sent));
    to.put(frozen_copy(account.taken));
    to.put(account.sent_mass);
    to.put(account.taken_mass);
    to.put(account.sent_count);
    to.put(account.taken_count);
  }
}

block_builder writable(const block& values) {
  return values.empty() ? block_builder{} : copy_of(values);
}

merging::edge_account read_account(field_reader& from) {
  merging::edge_account account;
  account.peer = from.number<index>();
  account.sent = writable(from.values());
  account.taken = writable(from.values());
  account.sent_mass = from.number<double>();
  account.taken_mass = from.number<double>();
  account.sent_count = from.number<index>();
  account.taken_count = from.number<index>();
  return account;
}

merging::peer_state read_state(field_reader& from) {
  merging::peer_state state;
  state.steps = from.number<index>();
  state.parameters = from.number<index>();
  state.rate = from.number<double>();
  state.mass = from.number<double>();
  state.model = writable(from.values());
  for (index left = from.count(); left > 0; --left)
    state.slots.push_back(writable(from.values()));
  for (index left = from.count(); left > 0; --left)
    state.accounts.push_back(read_account(from));
  return state;
}

void put(field_writer& to, const peer_memory& memory) {
  to.put(memory.steps);
  to.put(memory.state);
  put(to, memory.mixed);
  to.put(std::ssize(memory.sent));
  for (const auto& [peer, count] : memory.sent) {
    to.put(peer);
    to.put(count.messages);
    to.put(count.bytes);
  }
}

peer_memory read_memory(field_reader& from) {
  peer_memory memory{.steps = from.number<index>(), .state = from.values()};
  memory.mixed = read_state(from);
  for (index left = from.count(); left > 0; --left) {
    const auto peer = from.number<index>();
    memory.sent[peer].messages = from.number<std::int64_t>();
    memory.sent[peer].bytes = from.number<std::int64_t>();
  }
  return memory;
}

/// What is as long as the model, and in its precision.
bool fits(const training_setup& setup, const peer_memory& memory) {
  const learning::model& model = *setup.model;
  const index numbers = model.parameter_count() + model.buffer_count();
  const auto& rule = setup.peers->mixes;
  if (!rule)
    return memory.state.size() == numbers && memory.state.kind() == model.kind();
  const merging::peer_state& mixed = memory.mixed;
  const auto alike = [&](const block_builder& one) {
    return one.size() == numbers && one.kind() == model.kind();
  };
  const auto in_double = [&](const block_builder& sum) {
    return sum.size() == 0 || (sum.size() == numbers && sum.kind() == precision::double_);
  };
  return alike(mixed.model) && mixed.parameters == model.parameter_count() &&
         std::ssize(mixed.slots) == rule->traits().slots &&
         std::ranges::all_of(mixed.slots, alike) &&
         std::ranges::all_of(mixed.accounts, [&](const merging::edge_account& account) {
           return in_double(account.sent) && in_double(account.taken);
         });
}

}  // namespace

std::vector<std::byte> to_bytes(const peer_memories& all) {
  field_writer to;
  to.put(std::ssize(all));
  for (const peer_memory_ptr& one : all) {
    to.put(std::int64_t{one != nullptr});
    if (one)
      put(to, *one);
  }
  return std::move(to).take();
}

result<peer_memories> memories_from_bytes(std::span<const std::byte> bytes,
                                          const training_setup& setup) {
  field_reader from{bytes};
  peer_memories all(slot(from.count()));
  for (peer_memory_ptr& one : all)
    if (from.number<std::int64_t>() != 0) {
      auto memory = read_memory(from);
      from.expect(fits(setup, memory));
      one = std::make_shared<const peer_memory>(std::move(memory));
    }
  // A checkpoint fills up its last number.
  if (!from.good() || from.left() >= sizeof(float) || std::ssize(all) != setup.peers->peers())
    return fail(errc::bad_input, "what its peers remember does not fit this scenario");
  return all;
}

}  // namespace echelon::actors
