#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "algorithms/compression/packer.hpp"
#include "tests/compression/compressed_vectors.hpp"

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

const std::vector<std::string> names = compressors().names();
const std::vector<std::string> schemes = feedbacks().names();

feedback_ptr feedback_named(std::string_view name) {
  return feedbacks().make(name, value{}, "compression").value();
}

packer packer_of(const compressor_ptr& with, std::string_view scheme,
                 std::vector<segment> segments = tensors()) {
  return packer::make(with, feedback_named(scheme), std::move(segments)).value();
}

bool fits(std::string_view name, std::string_view scheme) {
  return feedback_named(scheme)->fits(*compressor_named(name)).has_value();
}

/// One sender of a run.
struct sender {
  double weight;
  sender_memory memory;
};

std::vector<double> weighted_sum(std::span<const sender> senders, index length) {
  std::vector<double> sum(slot(length));
  for (const sender& one : senders)
    for (std::size_t i = 0; i < one.memory.leftover.size(); ++i)
      sum[i] += one.weight * double{one.memory.leftover[i]};
  return sum;
}

void add_to(std::vector<double>& sum, double weight, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    sum[i] += weight * double{values[i]};
}

double distance(std::span<const double> one, std::span<const double> other) {
  double squared = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    squared += (one[i] - other[i]) * (one[i] - other[i]);
  return std::sqrt(squared);
}

const effort some_effort{.coordinates = 60, .threshold = 1.5};

}  // namespace

BOOST_AUTO_TEST_SUITE(feedback_laws)

// Specification 2.2: x~ - x = -gamma sum p_i e_i, where x~ takes the vectors of used messages
// whole.
BOOST_DATA_TEST_CASE(the_virtual_iterate_differs_by_what_senders_remember_whatever_is_lost,
                     data::make(names) * data::make({0, 1, 2}), name, format) {
  if (!fits(name, "ef14"))
    return;
  constexpr double rate = 0.1;
  const auto with = compressor_named(name, {static_cast<wire_format>(format), "auto"});
  const packer packs = packer_of(with, "ef14");
  const index length = packs.length();
  std::vector<sender> senders{{0.5, {}}, {0.3, {}}, {0.15, {}}, {0.05, {}}};
  std::vector<double> virtual_iterate(slot(length)), iterate(slot(length));
  random_stream random{1, name};
  double moved = 0;
  for (int round = 0; round < 50; ++round)
    for (sender& one : senders) {
      const auto gradient = normal_vector(random, length);
      const auto made = packs.pack(gradient, one.memory, some_effort, random).value();
      if (random.bernoulli(0.3))  // late, lost or cancelled
        continue;
      one.memory = made.next;
      add_to(virtual_iterate, -rate * one.weight, gradient);
      add_to(iterate, -rate * one.weight, received(made.sent, length).value());
      moved += rate * one.weight * std::sqrt(squares(gradient));
      auto expected = iterate;
      const auto remembered = weighted_sum(senders, length);
      for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i] -= rate * remembered[i];
      BOOST_REQUIRE(distance(virtual_iterate, expected) < 1e-6 * moved);
    }
}

BOOST_DATA_TEST_CASE(a_message_that_was_not_used_leaves_no_trace,
                     data::make(names) * data::make(schemes), name, scheme) {
  if (!fits(name, scheme))
    return;
  const packer packs = packer_of(compressor_named(name), scheme);
  random_stream random{2, name};
  sender_memory held, spare;
  for (int round = 0; round < 5; ++round) {
    const auto vector = normal_vector(random, packs.length());
    const sender_memory before = held;
    random_stream first{3, "draws"}, second{3, "draws"};
    auto lost = packs.pack(vector, held, some_effort, first, std::move(spare)).value();
    BOOST_TEST((held == before));
    auto used = packs.pack(vector, held, some_effort, second, std::move(lost.next)).value();
    BOOST_TEST(used.sent.bytes.hash() == lost.sent.bytes.hash());
    spare = std::move(held);
    held = std::move(used.next);
  }
}

BOOST_DATA_TEST_CASE(a_sender_that_moves_goes_on_as_if_it_had_stayed,
                     data::make(names) * data::make(schemes), name, scheme) {
  if (!fits(name, scheme))
    return;
  const packer packs = packer_of(compressor_named(name), scheme);
  random_stream random{4, name};
  sender_memory memory;
  for (int round = 0; round < 3; ++round) {
    const auto vector = normal_vector(random, packs.length());
    memory = packs.pack(vector, memory, some_effort, random).value().next;
  }
  const blob saved = to_bytes(memory, packs.segments());
  const auto moved = memory_from_bytes(saved.bytes(), packs.segments());
  BOOST_TEST_REQUIRE(moved.has_value());
  BOOST_TEST((*moved == memory));
  BOOST_TEST(!memory_from_bytes(saved.bytes(), one_segment(packs.length())).has_value());
}

BOOST_AUTO_TEST_CASE(damaged_memories_are_refused_or_finite) {
  const auto segments = one_segment(20);
  random_stream random{5, "damage"};
  const sender_memory memory{normal_vector(random, 20), normal_vector(random, 20), {1, 2, 3}};
  const blob saved = to_bytes(memory, segments);
  for (std::size_t size = 0; size < saved.size(); ++size) {
    const std::vector<std::byte> cut(saved.bytes().begin(), saved.bytes().begin() + index(size));
    BOOST_REQUIRE(!memory_from_bytes(cut, segments).has_value());
  }
  for (int tries = 0; tries < 20'000; ++tries) {
    std::vector<std::byte> hurt(saved.bytes().begin(), saved.bytes().end());
    hurt[slot(random.below(std::ssize(hurt)))] = static_cast<std::byte>(random.below(256));
    const auto read = memory_from_bytes(hurt, segments);
    if (read)
      for (const float value : read->leftover)
        BOOST_REQUIRE(std::isfinite(value));
  }
}

BOOST_AUTO_TEST_CASE(both_ends_of_ef21_hold_the_same_estimate_and_it_reaches_a_fixed_gradient) {
  for (const std::string& name : names) {
    if (!fits(name, "ef21"))
      continue;
    const packer packs = packer_of(compressor_named(name), "ef21");
    BOOST_TEST(packs.remembers().server_accumulates());
    random_stream random{6, name};
    const auto gradient = normal_vector(random, packs.length());
    sender_memory memory;
    std::vector<float> at_server(gradient.size());
    for (int round = 0; round < 150; ++round) {
      auto made = packs.pack(gradient, memory, some_effort, random).value();
      if (random.bernoulli(0.3))
        continue;
      memory = std::move(made.next);
      payload_format().add(made.sent.bytes.bytes(), 1, at_server);
      BOOST_REQUIRE(memory.leftover == at_server);
    }
    std::vector<float> off = gradient;
    for (std::size_t i = 0; i < off.size(); ++i)
      off[i] -= at_server[i];
    BOOST_TEST(squares(off) < 1e-2 * squares(gradient), name);
  }
}

BOOST_AUTO_TEST_CASE(momentum_is_what_its_definition_says) {
  const auto segments = one_segment(300);
  const packer packs = packer_of(compressor_named("top-k"), "momentum", segments);
  random_stream random{7, "momentum"};
  sender_memory memory;
  std::vector<float> u(300), v(300);
  for (int round = 0; round < 30; ++round) {
    const auto gradient = normal_vector(random, 300);
    auto made = packs.pack(gradient, memory, {.coordinates = 20}, random).value();
    const auto sent = received(made.sent, 300).value();
    for (std::size_t i = 0; i < 300; ++i) {
      u[i] = gradient[i] + 0.9F * u[i];
      v[i] = u[i] + v[i];
      if (sent[i] != 0) {
        BOOST_REQUIRE(sent[i] == v[i]);
        u[i] = v[i] = 0;
      }
    }
    BOOST_REQUIRE(made.next.second == u);
    BOOST_REQUIRE(made.next.leftover == v);
    memory = std::move(made.next);
  }
}

BOOST_AUTO_TEST_CASE(whoever_was_away_may_forget_a_share) {
  const sender_memory held{{2, -4}, {8, 6}, {1}};
  auto plain = held, moving = held, kept = held;
  feedback_named("ef14")->decay(plain, 0.5F);
  feedback_named("momentum")->decay(moving, 0.5F);
  feedback_named("ef21")->decay(kept, 0.5F);
  BOOST_TEST((plain.leftover == std::vector<float>{1, -2}));
  BOOST_TEST((moving.second == std::vector<float>{4, 3}));
  BOOST_TEST((kept == held));  // the server's sum does not decay either
}

BOOST_AUTO_TEST_CASE(what_would_grow_without_bound_is_refused) {
  for (const std::string& name : names) {
    const auto with = compressor_named(name);
    BOOST_TEST(fits(name, "none"));
    BOOST_TEST(fits(name, "ef14") == with->drains());
    BOOST_TEST(fits(name, "momentum") == with->drains());
    BOOST_TEST(fits(name, "ef21") == (with->drains() && with->kind() != compressor_kind::absolute));
  }
  for (const char* const name : {"sign", "terngrad"})
    BOOST_TEST(!fits(name, "ef14"));
  const auto coarse = compressor_named("qsgd", {}, {{"levels", value{std::int64_t{1}}}});
  BOOST_TEST(!packer::make(coarse, feedback_named("ef14"), tensors()).has_value());
}

BOOST_DATA_TEST_CASE(memories_stay_bounded, data::make(names), name) {
  if (!fits(name, "ef14"))
    return;
  const packer packs = packer_of(compressor_named(name), "ef14");
  random_stream random{8, name};
  sender_memory memory;
  double largest = 0;
  for (int round = 0; round < 400; ++round) {
    const auto gradient = normal_vector(random, packs.length());
    memory = packs.pack(gradient, memory, some_effort, random).value().next;
    largest = std::max(largest, squares(memory.leftover) / static_cast<double>(packs.length()));
  }
  // 60 of 833 coordinates a round: each waits about 14 rounds for its turn.
  BOOST_TEST(largest < 400);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
