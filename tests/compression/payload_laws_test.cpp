#include <algorithm>
#include <cmath>
#include <functional>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "algorithms/base/random.hpp"
#include "algorithms/compression/codecs/index_codecs.hpp"
#include "algorithms/compression/dense_payload.hpp"
#include "algorithms/compression/message_writer.hpp"
#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/sparse_payload.hpp"

// Laws of every codec, format of values and kind of payload: what was written comes back, and bytes
// that nobody wrote are refused or add up within the sum. Under the sanitizers, this also shows
// that nothing is read outside the bytes.

namespace echelon::compression {
namespace {

using bytes = std::vector<std::byte>;
using floats = std::vector<float>;

constexpr wire_format every_format[]{wire_format::full, wire_format::fp16, wire_format::bf16};

struct drawn_values {
  std::vector<std::uint32_t> indices;
  floats values;
  index length;
};

drawn_values draw(random_stream& random, index length) {
  drawn_values made{{}, {}, length};
  const double ratio = std::pow(random.uniform(), 3);
  for (index i = 0; i < length; ++i)
    if (random.bernoulli(ratio)) {
      made.indices.push_back(static_cast<std::uint32_t>(i));
      made.values.push_back(static_cast<float>(random.normal() * std::exp(4 * random.normal())));
    }
  return made;
}

bytes sparse_bytes(const drawn_values& what, wire_format format, std::string_view codec,
                   floats& received) {
  bytes written;
  received.resize(what.values.size());
  append_sparse(written, {what.indices, what.values, what.length}, format, codec, received);
  return written;
}

/// A message of several segments of different kinds.
bytes draw_message(random_stream& random, index& length) {
  message_writer writer;
  length = 0;
  const auto names = index_codec_names();
  for (index segments = random.below(4); segments >= 0; --segments) {
    const index own = random.below(300);
    const wire_format format = every_format[random.below(3)];
    const drawn_values values = draw(random, own);
    floats received(values.values.size());
    if (random.bernoulli(0.3)) {
      floats dense(slot(own), 1.5F);
      writer.add(dense_kind(format), own,
                 [&](bytes& to) { append_values(to, dense, format, dense); });
    } else
      writer.add(payload_id::sparse, own, [&](bytes& to) {
        append_sparse(to, {values.indices, values.values, own}, format,
                      names[slot(random.below(std::ssize(names)))], received);
      });
    length += own;
  }
  const blob message = writer.finish();
  return {message.bytes().begin(), message.bytes().end()};
}

/// One thing that a bad line or a bad peer does.
void damage(random_stream& random, bytes& message) {
  const auto place = [&] { return random.below(std::ssize(message) + 1); };
  const auto at = [&](index where) { return message.begin() + where; };
  switch (random.below(6)) {
    case 0: message.erase(at(place()), message.end()); return;
    case 1: message.insert(at(place()), static_cast<std::byte>(random())); return;
    case 2: message.insert(at(place()), 8, std::byte{0xFF}); return;
    case 3: {
      const index from = place();
      message.erase(at(from), at(std::min(std::ssize(message), from + random.below(9))));
      return;
    }
    default:
      if (!message.empty())
        message[slot(random.below(std::ssize(message)))] ^= std::byte{1} << random.below(8);
  }
}

/// Memory of exactly that size, so that the sanitizers see the byte after it.
bytes exact(const bytes& given) { return {given.begin(), given.end()}; }

/// Adds what passes the check, with room around the sum that must stay as it is. `passed` tells.
template <class Check, class Add>
bool add_if_passed(const bytes& message, index length, Check check, Add add) {
  constexpr std::size_t around = 64;
  constexpr float untouched = 12345;
  const bytes copy = exact(message);
  if (!check(copy, length))
    return false;
  floats room(slot(length) + 2 * around, untouched);
  const auto sum = std::span{room}.subspan(around, slot(length));
  std::ranges::fill(sum, 0.0F);
  add(copy, 1.0F, sum);
  const auto kept = [](float value) { return value == untouched; };
  RC_ASSERT(std::all_of(room.begin(), room.begin() + around, kept));
  RC_ASSERT(std::all_of(room.end() - around, room.end(), kept));
  RC_ASSERT(std::ranges::all_of(sum, [](float value) { return std::isfinite(value); }));
  return true;
}

bool message_passed(const bytes& message, index length) {
  const packed_format& format = payload_format();
  return add_if_passed(
      message, length,
      [&](const bytes& given, index of) { return format.check(given, of).has_value(); },
      [&](const bytes& given, float weight, std::span<float> sum) {
        format.add(given, weight, sum);
      });
}

bool segment_passed(const payload_kind& kind, const bytes& segment, index length) {
  return add_if_passed(
      segment, length,
      [&](const bytes& given, index of) { return kind.check(given, of).has_value(); }, kind.add);
}

random_stream any_stream() {
  return random_stream{*rc::gen::arbitrary<std::uint64_t>().as("seed"), "payloads"};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(payload_laws)

RC_BOOST_PROP(every_codec_and_format_returns_what_was_received, ()) {
  random_stream random = any_stream();
  const drawn_values what = draw(random, random.below(5000));
  for (const wire_format format : every_format)
    for (const std::string& codec : index_codec_names()) {
      floats received;
      const bytes segment = sparse_bytes(what, format, codec, received);
      RC_ASSERT(check_sparse(segment, what.length).has_value());
      floats expected(slot(what.length), 1.0F);
      for (std::size_t i = 0; i < received.size(); ++i)
        expected[what.indices[i]] += -2.0F * received[i];
      floats sum(slot(what.length), 1.0F);
      add_sparse(segment, -2.0F, sum);
      RC_ASSERT(sum == expected);
      if (format == wire_format::full)
        RC_ASSERT(received == what.values);
    }
}

RC_BOOST_PROP(a_message_that_was_not_damaged_passes, ()) {
  random_stream random = any_stream();
  index length = 0;
  const bytes message = draw_message(random, length);
  RC_ASSERT(message_passed(message, length));
  RC_ASSERT(!message_passed(message, length + 1));
  RC_ASSERT(length == 0 || !message_passed(message, length - 1));
}

RC_BOOST_PROP(every_shorter_or_longer_message_is_refused, ()) {
  random_stream random = any_stream();
  index length = 0;
  bytes message = draw_message(random, length);
  for (std::size_t size = 0; size < message.size(); ++size)
    RC_ASSERT(!message_passed({message.begin(), message.begin() + std::ptrdiff_t(size)}, length));
  message.push_back(std::byte{0});
  RC_ASSERT(!message_passed(message, length));
}

RC_BOOST_PROP(a_damaged_message_is_refused_or_adds_within_the_sum, ()) {
  random_stream random = any_stream();
  index length = 0;
  const bytes message = draw_message(random, length);
  for (int attempt = 0; attempt < 100; ++attempt) {
    bytes damaged = message;
    for (index times = random.below(3); times >= 0; --times)
      damage(random, damaged);
    message_passed(damaged, length);
  }
}

RC_BOOST_PROP(a_damaged_segment_of_any_kind_is_refused_or_adds_within_the_sum, ()) {
  random_stream random = any_stream();
  const drawn_values what = draw(random, 1 + random.below(300));
  const wire_format format = every_format[random.below(3)];
  for (const std::string& codec : index_codec_names()) {
    floats received;
    const bytes written = sparse_bytes(what, format, codec, received);
    for (int attempt = 0; attempt < 40; ++attempt) {
      bytes damaged = written;
      damage(random, damaged);
      for (const payload_kind& kind : payload_kinds())
        segment_passed(kind, damaged, what.length);
    }
  }
}

RC_BOOST_PROP(damaged_indices_are_refused_or_are_a_set_that_is_written_so, ()) {
  random_stream random = any_stream();
  const drawn_values what = draw(random, 1 + random.below(3000));
  RC_PRE(!what.indices.empty());
  for (const auto& [id, codec] : index_codecs())
    for (int attempt = 0; attempt < 20; ++attempt) {
      bytes written;
      codec->encode({what.indices, what.length}, written);
      // Ones everywhere are more indices than any codec was asked for.
      if (attempt == 0)
        std::ranges::fill(written, std::byte{0xFF});
      else
        damage(random, written);
      const bytes damaged = exact(written);
      std::vector<std::uint32_t> decoded(what.indices.size());
      if (!decode_indices(*codec, damaged, what.length, decoded))
        continue;
      RC_ASSERT(std::ranges::adjacent_find(decoded, std::greater_equal{}) == decoded.end());
      RC_ASSERT(decoded.back() < what.length);
      written.clear();
      codec->encode({decoded, what.length}, written);
      RC_ASSERT(written == damaged || codec->name() == "rice");  // with a parameter of its choice
    }
}

RC_BOOST_PROP(noise_of_any_size_is_refused_or_adds_within_the_sum, ()) {
  random_stream random = any_stream();
  for (const payload_kind& kind : payload_kinds())
    for (int attempt = 0; attempt < 100; ++attempt) {
      bytes noise(slot(random.below(80)));
      // Small bytes are likelier to be lengths and numbers that fit.
      const bool small = random.bernoulli(0.5);
      for (std::byte& byte : noise)
        byte = static_cast<std::byte>(small ? random.below(5) : random.below(256));
      segment_passed(kind, noise, random.below(64));
    }
}

BOOST_AUTO_TEST_CASE(the_numbers_of_kinds_and_codecs_are_different) {
  for (const payload_kind& kind : payload_kinds())
    BOOST_TEST(std::ranges::count(payload_kinds(), kind.id, &payload_kind::id) == 1);
  for (const index_codec_entry& entry : index_codecs())
    BOOST_TEST(std::ranges::count(index_codecs(), entry.id, &index_codec_entry::id) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
