#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "actors/remote/bounded_reader.hpp"
#include "actors/remote/frames.hpp"
#include "actors/remote/gather.hpp"
#include "actors/remote/landing_pool.hpp"
#include "actors/remote/shape.hpp"
#include "actors/remote/transit.hpp"
#include "actors/remote/wire_size.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {
namespace {

using remote::bounded_reader;
using remote::gather;

/// Every kind of field once.
struct everything {
  bool truth = false;
  std::int8_t small = 0;
  std::uint64_t large = 0;
  double real = 0;
  std::string text;
  std::vector<std::string> texts;
  std::optional<std::pair<std::int32_t, std::string>> perhaps;
  std::vector<std::vector<std::uint16_t>> nested;
  nanoseconds span{0};
  std::array<std::int16_t, 3> three{};
  remote::frame_kind kind = remote::frame_kind::ask;
  block values;
  blob bytes;
  std::vector<block> blocks;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, everything& x) {
  return f(caf::meta::type_name("everything"), x.truth, x.small, x.large, x.real, x.text, x.texts,
           x.perhaps, x.nested, x.span, x.three, x.kind, x.values, x.bytes, x.blocks);
}

everything random_everything() {
  using namespace rc;
  everything all;
  all.truth = *gen::arbitrary<bool>();
  all.small = *gen::arbitrary<std::int8_t>();
  all.large = *gen::arbitrary<std::uint64_t>();
  all.real = *gen::arbitrary<double>();
  all.text = *gen::arbitrary<std::string>();
  all.texts = *gen::arbitrary<std::vector<std::string>>();
  if (*gen::arbitrary<bool>())
    all.perhaps.emplace(*gen::arbitrary<std::int32_t>(), *gen::arbitrary<std::string>());
  all.nested = *gen::arbitrary<std::vector<std::vector<std::uint16_t>>>();
  all.span = nanoseconds{*gen::arbitrary<std::int64_t>()};
  all.three = {1, *gen::arbitrary<std::int16_t>(), -3};
  all.values = numbers(*gen::inRange(0, 40));
  all.bytes = blob::copy(std::as_bytes(std::span{all.text}));
  for (int each = *gen::inRange(0, 5); each > 0; --each)
    all.blocks.push_back(numbers(each));
  return all;
}

net::message written(everything what) {
  gather into;
  into(what);
  BOOST_REQUIRE(into.problem() == nullptr);
  return into.take();
}

std::vector<std::size_t> sizes_of(const net::message& what) {
  std::vector<std::size_t> sizes;
  for (const net::body& each : what.bodies)
    sizes.push_back(each.size);
  return sizes;
}

/// Null: it was read to the end.
const char* refusal(std::span<const std::byte> head, const std::vector<net::body>& bodies,
                    everything& into) {
  bounded_reader from{head, bodies};
  if (!from(into) || !from.complete())
    return from.problem();
  return nullptr;
}

template <class T>
const char* refusal_of(const std::vector<std::byte>& head) {
  bounded_reader from{head, std::vector<net::body>{}};
  T into{};
  return from(into) && from.complete() ? nullptr : from.problem();
}

/// Little-endian words.
std::vector<std::byte> words(const std::vector<std::uint64_t>& values) {
  std::vector<std::byte> bytes(8 * values.size());
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

BOOST_AUTO_TEST_SUITE(wire)

RC_BOOST_PROP(what_is_written_is_read, ()) {
  const everything sent = random_everything();
  const net::message message = written(sent);
  everything came;
  RC_ASSERT(refusal(message.head, message.bodies, came) == nullptr);
  RC_ASSERT(came.truth == sent.truth && came.small == sent.small && came.large == sent.large);
  RC_ASSERT(std::bit_cast<std::uint64_t>(came.real) == std::bit_cast<std::uint64_t>(sent.real));
  RC_ASSERT(came.text == sent.text && came.texts == sent.texts && came.perhaps == sent.perhaps);
  RC_ASSERT(came.nested == sent.nested && came.span == sent.span && came.three == sent.three);
  RC_ASSERT(came.kind == sent.kind && came.bytes.text() == sent.bytes.text());
  RC_ASSERT(came.values.size() == sent.values.size() && came.values.hash() == sent.values.hash());
  RC_ASSERT(sent.values.empty() || came.values.bytes().data() == sent.values.bytes().data());
  RC_ASSERT(came.blocks.size() == sent.blocks.size());
}

RC_BOOST_PROP(what_is_written_is_counted_beforehand, ()) {
  const everything sent = random_everything();
  remote::wire_size counted;
  counted(sent);
  RC_ASSERT(counted.bytes() == std::ssize(written(sent).head));
}

RC_BOOST_PROP(sizes_alone_are_read_like_the_whole, ()) {
  const net::message message = written(random_everything());
  std::vector<std::size_t> sizes = sizes_of(message);
  everything came;
  {
    bounded_reader from{message.head, std::span<const std::size_t>{sizes}};
    RC_ASSERT(from(came) && from.complete());
  }
  sizes.push_back(8);
  bounded_reader from{message.head, std::span<const std::size_t>{sizes}};
  RC_ASSERT(!(from(came) && from.complete()));
}

RC_BOOST_PROP(no_truncation_is_taken_for_a_message, ()) {
  const net::message message = written(random_everything());
  for (std::size_t length = 0; length < message.head.size(); ++length) {
    everything came;
    RC_ASSERT(refusal(std::span{message.head}.first(length), message.bodies, came) != nullptr);
  }
}

RC_BOOST_PROP(no_byte_too_many_and_no_body_too_few_or_too_many_is_accepted, ()) {
  net::message message = written(random_everything());
  everything came;
  message.head.push_back(std::byte{0});
  RC_ASSERT(refusal(message.head, message.bodies, came) != nullptr);
  message.head.pop_back();
  std::vector<net::body> more = message.bodies;
  const block extra = numbers(2);
  more.push_back({extra.memory(), 8, extra.hash()});
  RC_ASSERT(refusal(message.head, more, came) != nullptr);
  if (!message.bodies.empty()) {
    message.bodies.pop_back();
    RC_ASSERT(refusal(message.head, message.bodies, came) != nullptr);
  }
}

RC_BOOST_PROP(mutated_messages_are_refused_or_read_within_their_bytes, ()) {
  net::message message = written(random_everything());
  for (int change = *rc::gen::inRange(1, 4); change > 0; --change) {
    const auto where = *rc::gen::inRange<std::size_t>(0, message.head.size());
    message.head[where] = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  }
  everything came;
  if (refusal(message.head, message.bodies, came) == nullptr) {
    std::size_t held = came.text.size() + came.texts.size() + came.nested.size();
    for (const auto& each : came.nested)
      held += each.size();
    RC_ASSERT(held <= message.head.size());
    RC_ASSERT(written(came).head == message.head);  // there is one way to say a thing
  }
}

RC_BOOST_PROP(random_bytes_never_do_harm, ()) {
  const auto noise = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  everything came;
  refusal(std::as_bytes(std::span{noise}), {}, came);
}

BOOST_AUTO_TEST_CASE(counts_beyond_the_bytes_are_refused_before_anything_is_made) {
  const std::uint64_t huge = std::uint64_t{1} << 60;
  for (const std::uint64_t claimed : {huge, ~std::uint64_t{0}, std::uint64_t{17}}) {
    const auto head = words({claimed, 1, 2});
    BOOST_TEST(refusal_of<std::string>(head) != nullptr);
    BOOST_TEST(refusal_of<std::vector<std::string>>(head) != nullptr);
    BOOST_TEST(refusal_of<std::vector<std::uint64_t>>(head) != nullptr);
    BOOST_TEST(refusal_of<block>(head) != nullptr);
    BOOST_TEST(refusal_of<blob>(head) != nullptr);
  }
}

BOOST_AUTO_TEST_CASE(values_that_no_writer_writes_are_refused) {
  BOOST_TEST(refusal_of<bool>({std::byte{2}}) != nullptr);
  BOOST_TEST(refusal_of<remote::frame_kind>({std::byte{0}}) != nullptr);
  BOOST_TEST(refusal_of<remote::frame_kind>({std::byte{99}}) != nullptr);
  std::vector<std::byte> empty_block(17);
  BOOST_TEST(refusal_of<block>(empty_block) == nullptr);
  empty_block[8] = std::byte{2};  // a third precision
  BOOST_TEST(refusal_of<block>(empty_block) != nullptr);
  empty_block[8] = std::byte{1};
  empty_block[9] = std::byte{1};  // a hash that nothing has
  BOOST_TEST(refusal_of<block>(empty_block) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_large_value_must_have_the_size_and_the_hash_that_the_head_names) {
  const block sent = numbers(5);
  gather into;
  into(note{1, sent});
  const net::message message = into.take();
  for (const auto& [size, hash, fits] :
       std::vector<std::tuple<std::size_t, std::uint64_t, bool>>{{20, sent.hash(), true},
                                                                 {16, sent.hash(), false},
                                                                 {24, sent.hash(), false},
                                                                 {20, sent.hash() + 1, false}}) {
    bounded_reader from{message.head, {net::body{sent.memory(), size, hash}}};
    note came;
    BOOST_TEST((from(came) && from.complete()) == fits);
  }
}

BOOST_AUTO_TEST_CASE(too_much_for_one_message_is_refused_by_its_writer) {
  gather long_text;
  BOOST_TEST(!long_text(question{1, std::string(net::head_bytes_max, 'x')}));
  BOOST_TEST(long_text.problem() != nullptr);
  std::vector<block> many(net::bodies_max + 1, numbers(1));
  gather many_bodies;
  BOOST_TEST(!many_bodies(many));
  BOOST_TEST(many_bodies.problem() != nullptr);
}

BOOST_AUTO_TEST_CASE(both_precisions_keep_their_kind) {
  block_builder builder{3, precision::double_};
  builder.as<double>()[2] = 1e-300;
  const block sent = block::freeze(std::move(builder));
  gather into;
  into(note{1, sent});
  net::message message = into.take();
  bounded_reader from{message.head, std::move(message.bodies)};
  note came;
  BOOST_TEST((from(came) && from.complete()));
  BOOST_TEST((came.values.kind() == precision::double_));
  BOOST_TEST(came.values.as<double>()[2] == 1e-300);
}

struct renamed_question {
  std::int64_t number = 0;
  std::string text;
};
struct widened_question {
  std::int64_t number = 0;
  std::int64_t text = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, renamed_question& x) {
  return f(caf::meta::type_name("renamed"), x.number, x.text);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, widened_question& x) {
  return f(caf::meta::type_name("question"), x.number, x.text);
}

BOOST_AUTO_TEST_CASE(a_shape_tells_names_and_fields_apart) {
  const auto shape = remote::shape::of<question>();
  BOOST_TEST(shape.name() == "question");
  BOOST_TEST(shape.hash() == remote::shape::of<question>().hash());
  BOOST_TEST(shape.hash() != remote::shape::of<renamed_question>().hash());
  BOOST_TEST(shape.hash() != remote::shape::of<widened_question>().hash());
  BOOST_TEST(remote::shape::of<std::vector<std::int32_t>>().hash() !=
             remote::shape::of<std::vector<std::uint32_t>>().hash());
}

BOOST_AUTO_TEST_CASE(errors_cross_with_code_category_and_text) {
  for (const caf::error& sent :
       {caf::make_error(caf::sec::invalid_argument, "which"), caf::error{caf::exit_reason::kill},
        caf::error{7, caf::atom("mine"), caf::make_message("own")}}) {
    const caf::error came = remote::from_wire(remote::to_wire(sent));
    BOOST_TEST(caf::to_string(came) == caf::to_string(sent));
  }
  BOOST_TEST(static_cast<bool>(remote::from_wire({0, "system", "claims to be none"})));
  BOOST_TEST((remote::from_wire({3, "not a category at all", "x"}) == caf::sec::runtime_error));
  const auto long_text = caf::make_error(caf::sec::runtime_error, std::string(100'000, 'x'));
  BOOST_TEST(remote::to_wire(long_text).text.size() == remote::error_text_max);
}

BOOST_AUTO_TEST_CASE(memory_that_is_let_go_serves_the_next_value_of_its_size) {
  constexpr std::size_t megabyte = std::size_t{1} << 20;
  const auto pool = std::make_shared<remote::landing_pool>(3 * megabyte);
  const auto count = std::make_shared<std::atomic<std::size_t>>(0);
  net::landing first = pool->take(2 * megabyte, count);
  net::landing second = pool->take(2 * megabyte, count);
  const std::byte* where = second.memory.get();
  BOOST_TEST(*count == 4 * megabyte);
  first.memory.reset();
  second.memory.reset();
  BOOST_TEST(*count == 0u);
  BOOST_TEST(pool->spare_bytes() == 2 * megabyte);  // the older one had to go
  BOOST_TEST(pool->take(2 * megabyte, count).memory.get() == where);
  pool->take(4 * megabyte, count);  // beyond the limit: never kept
  BOOST_TEST(pool->spare_bytes() == 2 * megabyte);
}

BOOST_AUTO_TEST_CASE(delays_are_seen_whatever_the_clocks_say) {
  for (const nanoseconds ahead : {nanoseconds{-1h}, 0ns, nanoseconds{1h}}) {
    remote::transit way;
    nanoseconds here = 10h;
    const auto send = [&](nanoseconds delay) {
      const nanoseconds sent = here + ahead;
      here += 1s;
      return way.delay(sent, sent - ahead + delay);
    };
    send(2ms);
    BOOST_TEST((send(2ms) == 0ns));
    BOOST_TEST((send(5s) == 4998ms));
    BOOST_TEST((send(1ms) == 0ns));
    BOOST_TEST((send(2ms) == 1ms));
  }
}

BOOST_AUTO_TEST_CASE(clocks_that_drift_apart_do_not_make_messages_late) {
  remote::transit way;
  for (int second = 0; second < 100'000; ++second) {
    const nanoseconds sent = second * 1s;
    BOOST_REQUIRE(way.delay(sent, sent + second * 100us + 1ms) <= 13ms);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
