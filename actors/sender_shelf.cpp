#include "actors/sender_shelf.hpp"

#include <algorithm>
#include <cstring>

namespace echelon::actors {
namespace {

constexpr std::size_t kept_max = 2;

void put(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  const std::size_t before = to.size();
  to.resize(before + bytes.size());
  if (!bytes.empty())
    std::memcpy(&to[before], bytes.data(), bytes.size());
}

void put(std::vector<std::byte>& to, std::int64_t number) {
  put(to, std::as_bytes(std::span{&number, 1}));
}

void put(std::vector<std::byte>& to, const memory_ptr& memory,
         std::span<const compression::segment> segments) {
  const blob bytes = memory ? compression::to_bytes(*memory, segments) : blob{};
  put(to, static_cast<std::int64_t>(bytes.size()));
  put(to, bytes.bytes());
}

/// Reads what `put` wrote; a reader that failed once answers zeros and nothing.
class book_reader {
public:
  explicit book_reader(std::span<const std::byte> bytes) : left_(bytes) {}

  std::int64_t number() {
    std::int64_t read = 0;
    if (const auto bytes = take(sizeof read); !bytes.empty())
      std::memcpy(&read, bytes.data(), sizeof read);
    return read;
  }
  /// At most as many as there are bytes left.
  std::int64_t count() {
    const std::int64_t read = number();
    good_ = good_ && read >= 0 && read <= std::ssize(left_);
    return good_ ? read : 0;
  }
  std::span<const std::byte> take(std::size_t size) {
    good_ = good_ && size <= left_.size();
    if (!good_)
      return {};
    const auto taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  node_id node() {
    const std::int64_t kind = number();
    good_ = good_ && kind >= 0 && kind <= static_cast<std::int64_t>(role::peer);
    return {static_cast<role>(kind), static_cast<std::int32_t>(number())};
  }
  memory_ptr memory(std::span<const compression::segment> segments) {
    const auto bytes = take(static_cast<std::size_t>(count()));
    if (bytes.empty())
      return nullptr;
    auto read = compression::memory_from_bytes(bytes, segments);
    good_ = good_ && read.has_value();
    return good_ ? std::make_shared<const compression::sender_memory>(*std::move(read)) : nullptr;
  }
  bool good() const { return good_; }

private:
  std::span<const std::byte> left_;
  bool good_ = true;
};

std::vector<compression::segment> segments_of(const training_setup& setup, node_id who) {
  if (setup.control_variates)
    return {{.size = setup.model->parameter_count()}};
  const auto& packer = who.kind == role::edge ? setup.edge_packer : setup.worker_packer;
  if (!packer)
    return {};
  return {packer->segments().begin(), packer->segments().end()};
}

void put_budget(std::vector<std::byte>& to, node_id parent, const allotment& budget) {
  put(to, static_cast<std::int64_t>(parent.kind));
  put(to, parent.number);
  const std::vector<double> numbers = compression::pack(budget.ratios);
  put(to, std::ssize(numbers));
  put(to, std::as_bytes(std::span{numbers}));
  put(to, std::ssize(budget.unused));
  for (const std::int32_t sender : budget.unused)
    put(to, sender);
}

void read_budget(book_reader& from, sender_book& into, const training_setup& setup, bool& good) {
  const node_id parent = from.node();
  std::vector<double> numbers(static_cast<std::size_t>(from.count()));
  const auto bytes = from.take(numbers.size() * sizeof(double));
  if (!bytes.empty())
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
  allotment budget;
  const auto manager = setup.budgets.find(parent);
  good = good && manager != setup.budgets.end();
  if (!good)
    return;
  auto ratios = compression::unpack_ratio_state(numbers, manager->second->senders());
  good = good && ratios.has_value();
  if (ratios)
    budget.ratios = *std::move(ratios);
  for (std::int64_t left = from.count(); left > 0; --left)
    budget.unused.push_back(static_cast<std::int32_t>(from.number()));
  into.budgets[parent] = std::move(budget);
}

}  // namespace

std::vector<std::byte> to_bytes(const sender_book& book, const training_setup& setup) {
  std::vector<std::byte> bytes;
  put(bytes, std::ssize(book.senders));
  for (const auto& [who, slot] : book.senders) {
    put(bytes, static_cast<std::int64_t>(who.kind));
    put(bytes, who.number);
    put(bytes, slot.round);
    put(bytes, slot.held, segments_of(setup, who));
    put(bytes, slot.sent_round);
    put(bytes, slot.sent, segments_of(setup, who));
  }
  put(bytes, std::ssize(book.budgets));
  for (const auto& [parent, budget] : book.budgets)
    put_budget(bytes, parent, budget);
  return bytes;
}

result<sender_book> book_from_bytes(std::span<const std::byte> bytes, const training_setup& setup) {
  sender_book book;
  book_reader from{bytes};
  bool good = true;
  for (std::int64_t left = from.count(); left > 0 && from.good(); --left) {
    const node_id who = from.node();
    sender_slot& slot = book.senders[who];
    slot.round = from.number();
    slot.held = from.memory(segments_of(setup, who));
    slot.sent_round = from.number();
    slot.sent = from.memory(segments_of(setup, who));
  }
  for (std::int64_t left = from.count(); left > 0 && from.good() && good; --left)
    read_budget(from, book, setup, good);
  if (!from.good() || !good)
    return fail(errc::bad_input, "what its senders remember is malformed");
  return book;
}

void sender_shelf::keep(node_id who, const sender_slot& slot) {
  const index every = setup_->checkpoint_every * exchanges_in_round(*setup_, who);
  if (every == 0 || slot.round % every != 0)
    return;
  auto& kept = kept_[who];
  kept[slot.round] = slot.held;
  while (kept.size() > kept_max)
    kept.erase(kept.begin());
}

memory_ptr sender_shelf::begin(node_id who, std::int64_t round, bool used) {
  sender_slot& slot = book_.senders[who];
  if (slot.sent && slot.sent_round < round && used) {
    slot.round = slot.sent_round;
    slot.held = std::move(slot.sent);
    keep(who, slot);
  }
  slot.sent = nullptr;
  if (slot.round >= round) {
    const auto kept = kept_.find(who);
    const auto then = kept == kept_.end() ? decltype(kept->second.end()){}
                                          : kept->second.find(round - 1);
    const bool known = kept != kept_.end() && then != kept->second.end();
    slot.held = known ? then->second : nullptr;
    slot.round = round - 1;
  }
  return slot.held;
}

void sender_shelf::sent(node_id who, std::int64_t round, memory_ptr next) {
  sender_slot& slot = book_.senders[who];
  slot.sent_round = round;
  slot.sent = std::move(next);
}

}  // namespace echelon::actors
