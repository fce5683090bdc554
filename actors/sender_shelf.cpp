#include "actors/sender_shelf.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace echelon::actors {
namespace {

/// Two checkpoints, one of which may be torn, and the round that goes on.
constexpr std::size_t kept_max = 3;

void put(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  const std::size_t before = to.size();
  to.resize(before + bytes.size());
  if (!bytes.empty())
    std::memcpy(&to[before], bytes.data(), bytes.size());
}

void put(std::vector<std::byte>& to, std::int64_t number) {
  put(to, std::as_bytes(std::span{&number, 1}));
}

void put(std::vector<std::byte>& to, moment when) {
  put(to, when.outer);
  put(to, when.inner);
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
  /// A node of the tree; another one is no good.
  node_id node(const tree& of) {
    const std::int64_t kind = number(), place = number();
    index nodes = 0;
    for (const auto& [known, count] : {std::pair{role::coordinator, index{1}},
                                       {role::edge, of.edges()},
                                       {role::worker, of.workers()}})
      if (kind == static_cast<std::int64_t>(known))
        nodes = count;
    good_ = good_ && place >= 0 && place < nodes;
    return good_ ? node_id{static_cast<role>(kind), static_cast<std::int32_t>(place)} : node_id{};
  }
  moment when(index rounds) {
    const moment read{number(), number()};
    good_ = good_ && read.outer >= 0 && read.outer <= rounds && read.inner >= 0;
    return read;
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
  /// Whether nothing is left but what fills up a checkpoint's last number.
  bool complete() const { return good_ && left_.size() < sizeof(float); }

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
  const node_id parent = from.node(setup.topology);
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
  for (std::int64_t left = from.count(); left > 0; --left) {
    const std::int64_t sender = from.number();
    good = good && sender >= 0 && sender < manager->second->senders();
    budget.unused.push_back(static_cast<std::int32_t>(sender));
  }
  into.budgets[parent] = std::move(budget);
}

}  // namespace

std::vector<std::byte> to_bytes(const sender_book& book, const training_setup& setup) {
  std::vector<std::byte> bytes;
  put(bytes, std::ssize(book.senders));
  for (const auto& [who, slot] : book.senders) {
    put(bytes, static_cast<std::int64_t>(who.kind));
    put(bytes, who.number);
    put(bytes, slot.held_since);
    put(bytes, slot.held, segments_of(setup, who));
    put(bytes, slot.sent_at);
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
    const node_id who = from.node(setup.topology);
    sender_slot& slot = book.senders[who];
    slot.held_since = from.when(setup.rounds);
    slot.held = from.memory(segments_of(setup, who));
    slot.sent_at = from.when(setup.rounds);
    slot.sent = from.memory(segments_of(setup, who));
  }
  for (std::int64_t left = from.count(); left > 0 && from.good() && good; --left)
    read_budget(from, book, setup, good);
  if (!from.complete() || !good)
    return fail(errc::bad_input, "what its senders remember is malformed");
  return book;
}

/// After `round` the sender remembers what its slot holds.
void sender_shelf::keep(node_id who, const sender_slot& slot, index round) {
  auto& kept = kept_[who];
  if (kept.empty() || kept.back().first != slot.held_since.outer)
    kept.emplace_back();
  kept.back() = {slot.held_since.outer, round, slot.held};
  const index every = setup_->checkpoint_every;
  const auto newest = kept.end() - 1;
  const auto needless = [every](const span_of_rounds& one) {
    return every == 0 || one.last / every * every < one.first;
  };
  kept.erase(std::remove_if(kept.begin(), newest, needless), newest);
  if (kept.size() > kept_max)
    kept.erase(kept.begin());
}

void sender_shelf::take_back(node_id who, sender_slot& slot, index round) const {
  slot.held_since = {.outer = round};
  slot.held = nullptr;
  const auto kept = kept_.find(who);
  if (kept == kept_.end())
    return;
  for (const span_of_rounds& one : kept->second)
    if (one.first <= round && round <= one.last) {
      slot.held_since = {.outer = one.first};
      slot.held = one.held;
    }
}

memory_ptr sender_shelf::begin(node_id who, moment when, bool used) {
  sender_slot& slot = book_.senders[who];
  if (slot.sent && slot.sent_at < when && used) {
    slot.held_since = slot.sent_at;
    slot.held = std::move(slot.sent);
  }
  slot.sent = nullptr;
  if (slot.held_since >= when)
    take_back(who, slot, when.outer - 1);
  if (slot.held_since.outer < when.outer)
    keep(who, slot, when.outer - 1);
  return slot.held;
}

void sender_shelf::forget(node_id who) {
  book_.senders.erase(who);
  kept_.erase(who);
}

void sender_shelf::sent(node_id who, moment when, memory_ptr next) {
  sender_slot& slot = book_.senders[who];
  slot.sent_at = when;
  slot.sent = std::move(next);
}

}  // namespace echelon::actors
