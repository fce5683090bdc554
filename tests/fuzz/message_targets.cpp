#include <algorithm>

#include "actors/cluster/cluster_messages.hpp"
#include "actors/cluster/shipping.hpp"
#include "actors/peers/peer_messages.hpp"
#include "actors/plan_recipe.hpp"
#include "actors/remote/frames.hpp"
#include "actors/remote/interface.hpp"
#include "actors/roles.hpp"
#include "net/link/wire.hpp"
#include "tests/fuzz/scratch.hpp"
#include "tests/fuzz/small_setup.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::fuzz {
namespace {

/// Everything that a process of a cluster reads of another, as questions and as answers.
const std::vector<remote::codec>& codecs() {
  static const std::vector<remote::codec> all = [] {
    std::vector<remote::codec> made;
    for (const auto* each : {&remote::interface_of<actors::child_handle>(),
                             &remote::interface_of<actors::parent_handle>(),
                             &remote::interface_of<actors::reception_handle>(),
                             &remote::interface_of<actors::agent_handle>(),
                             &remote::interface_of<actors::neighbour_handle>(),
                             &remote::interface_of<actors::books_handle>(),
                             &remote::interface_of<actors::graph_hearer_handle>(),
                             &remote::interface_of<tests::desk>()})
      for (const remote::clause& clause : each->clauses()) {
        made.push_back(clause.input);
        if (clause.answers)
          made.push_back(clause.output);
      }
    return made;
  }();
  return all;
}

net::body body_of(bytes values) {
  auto memory = std::make_shared<std::byte[]>(values.size());
  std::ranges::copy(values, memory.get());
  return {std::move(memory), values.size(), hash_bytes(values)};
}

/// Large values, each its length in a byte and then itself.
std::vector<net::body> bodies_of(net::wire_reader& from) {
  std::vector<net::body> bodies;
  for (std::size_t left = from.take<std::uint8_t>() % (net::bodies_max + 1); left > 0; --left) {
    const std::size_t size = from.take<std::uint8_t>();
    bodies.push_back(body_of(from.take_bytes(std::min(size, from.rest().size()))));
  }
  return bodies;
}

std::vector<std::size_t> sizes_of(const std::vector<net::body>& bodies) {
  std::vector<std::size_t> sizes;
  std::ranges::transform(bodies, std::back_inserter(sizes), &net::body::size);
  return sizes;
}

bool reads(const remote::codec& kind, remote::bounded_reader from, caf::message& into) {
  return kind.read(from, into) && from.complete();
}

/// A head as it comes, or, where its first byte says so, with a prefix and a key that exist.
std::vector<std::byte> head_of(net::wire_reader& from) {
  const auto start = from.take<std::uint8_t>();
  const std::size_t length = from.take<std::uint8_t>();
  const bytes rest = from.take_bytes(std::min(length, from.rest().size()));
  remote::gather into;
  if (start < 128) {
    const auto kind = static_cast<remote::frame_kind>(start & 15);
    into(remote::frame_prefix{kind, 0});
    const auto& clauses = remote::interface_of<tests::desk>().clauses();
    const std::uint64_t key = clauses[(start >> 4) % clauses.size()].key;
    if (kind == remote::frame_kind::plain)
      into(remote::plain_frame{1, key});
    else if (kind == remote::frame_kind::ask)
      into(remote::ask_frame{1, key, start, 1'000'000});
  }
  std::vector<std::byte> head = into.take().head;
  head.insert(head.end(), rest.begin(), rest.end());
  return head;
}

}  // namespace

/// One message: which one, its large values, its head. Sizes alone must be read like the whole, and
/// what is accepted is what would be written.
void feed_messages(bytes input) {
  net::wire_reader from{input};
  const remote::codec& kind = codecs()[from.take<std::uint8_t>() % codecs().size()];
  const std::vector<net::body> bodies = bodies_of(from);
  const std::vector<std::size_t> sizes = sizes_of(bodies);
  caf::message sketch, whole;
  const bool fits = reads(kind, {from.rest(), std::span{sizes}}, sketch);
  const bool good = reads(kind, {from.rest(), bodies}, whole);
  expects(fits || !good);
  if (!good)
    return;
  remote::gather again;
  expects(kind.write(whole.content(), again));
  expects(std::ranges::equal(again.take().head, from.rest()));
}

/// What a peer says to a gateway, message by message.
void feed_gateway(bytes input) {
  tests::stage stage{{.breaches_max = 1'000'000, .body_bytes_max = 4096}};
  tests::pipe raw{stage.system, stage.loop, "mallory", "bob"};
  stage.bob.attach(raw.far());
  remote::gather bind;
  bind(remote::frame_prefix{remote::frame_kind::bind, 0});
  bind(remote::bind_frame{remote::protocol_version, 1, "desk/0", {}});
  static_cast<void>(raw.near()->send(bind.take()));
  for (net::wire_reader from{input}; !from.rest().empty();) {
    std::vector<std::byte> head = head_of(from);
    std::vector<net::body> bodies = bodies_of(from);
    static_cast<void>(raw.near()->send({std::move(head), std::move(bodies)}));
  }
  stage.loop.run();
  stage.heard = {};
  stage.loop.run();
  expects(stage.bob.counts("mallory")->waiting == 0);
}

/// How another process says that a plan is made.
void feed_recipe(bytes input) {
  if (const auto plan = actors::follow_recipe(*small_setup(), std::string{text_of(input)}))
    expects(plan->parts == small_setup()->plan.parts);
}

/// Training samples in pieces: each its shape, its place and its values.
void feed_rows(bytes input) {
  actors::shipped_set set;
  for (net::wire_reader from{input}; !from.rest().empty();) {
    actors::training_rows piece;
    for (auto* number :
         {&piece.channels, &piece.height, &piece.width, &piece.classes, &piece.count, &piece.first})
      *number = static_cast<std::int64_t>(from.take<std::uint64_t>());
    const std::size_t values = from.take<std::uint8_t>();
    block_builder features{static_cast<index>(values), precision::single};
    piece.features = block::freeze(std::move(features));
    for (auto* bytes_of : {&piece.labels, &piece.targets, &piece.groups}) {
      const std::size_t size = from.take<std::uint8_t>();
      *bytes_of = blob::copy(from.take_bytes(std::min(size, from.rest().size())));
    }
    if (!set.add(piece))
      return;
    if (set.complete())
      return expects(!set.take().features.empty());
  }
}

}  // namespace echelon::fuzz
