#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "actors/remote/frames.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {
namespace {

using remote::frame_kind;
using remote::gather;

/// What the peer of a hostile end hears; it answers nothing.
struct listener final : net::link_reader {
  result<std::vector<net::landing>> make_room(std::span<const std::byte>,
                                              std::span<const std::size_t>) override {
    return fail(errc::bad_input, "nothing is expected");
  }
  void on_message(std::span<const std::byte> head, std::vector<net::body>) override {
    heard.emplace_back(head.begin(), head.end());
  }
  void on_health(net::health) override {}
  void on_closed(const error& why) override { closed = why.detail; }

  std::size_t count(frame_kind kind) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        heard, [kind](const auto& head) { return head[0] == static_cast<std::byte>(kind); }));
  }

  std::vector<std::vector<std::byte>> heard;
  std::optional<std::string> closed;
};

/// `bob` with his desk, and a peer `mallory` who writes what she likes. Ada goes on beside her.
struct siege {
  explicit siege(remote::gateway_settings of_bob = {}) : all(std::move(of_bob)) {
    all.bob.attach(raw.far());
    raw.near()->read_with(&mallory);
  }
  ~siege() { raw.near()->read_with(nullptr); }

  void send(net::message what) {
    raw.near()->send(std::move(what));
    all.loop.run();
  }
  void send(gather what) { send(what.take()); }
  gather frame(frame_kind kind) const {
    gather into;
    into(remote::frame_prefix{kind, all.loop.now().count()});
    return into;
  }
  gather bind(std::uint32_t number, std::string name) const {
    gather into = frame(frame_kind::bind);
    into(remote::bind_frame{remote::protocol_version, number, std::move(name), {}});
    return into;
  }
  gather plain(std::uint32_t number, note what) const {
    gather into = frame(frame_kind::plain);
    into(remote::plain_frame{number, key<0>()}, what);
    return into;
  }
  gather ask(std::uint32_t number, std::uint64_t name, std::string text,
             nanoseconds limit = 1s) const {
    gather into = frame(frame_kind::ask);
    into(remote::ask_frame{number, key<1>(), name, limit.count()}, question{1, std::move(text)});
    return into;
  }
  template <std::size_t Clause>
  static std::uint64_t key() {
    return remote::interface_of<desk>().clauses()[Clause].key;
  }
  remote::peer_counts counts() const { return *all.bob.counts("mallory"); }
  bool is_attached() const { return all.bob.counts("mallory").has_value(); }
  /// That nothing of all this has touched the desk, or ada.
  void check_peace() {
    const auto notes = all.heard.notes.size();
    const desk far = all.ada.bind<desk>("bob", "desk/0");
    all.act([&](auto* self) { self->send(far, note{77, {}}); });
    BOOST_TEST(all.heard.notes.size() == notes + 1);
    BOOST_TEST(all.at_bob().malformed == 0);
  }

  stage all;
  pipe raw{all.system, all.loop, "mallory", "bob"};
  listener mallory;
};

net::message with_body(net::message what, const block& values) {
  what.bodies = {{values.memory(), values.bytes().size(), values.hash()}};
  return what;
}

BOOST_AUTO_TEST_SUITE(hostile_peers)

BOOST_AUTO_TEST_CASE(a_well_behaved_stranger_is_served) {
  siege under;
  under.send(under.bind(1, "desk/0"));
  under.send(under.plain(1, {5, numbers(4)}));
  under.send(under.ask(1, 1, "twice"));
  BOOST_TEST(under.mallory.count(frame_kind::bound) == 1u);
  BOOST_TEST(under.all.heard.notes.size() == 1u);
  BOOST_TEST(under.all.heard.questions.size() == 1u);
  BOOST_TEST(under.counts().malformed == 0);
  BOOST_TEST(under.counts().refused == 0);
}

RC_BOOST_PROP(random_bytes_change_a_counter_and_end_the_link, ()) {
  siege under;
  for (int each = 0; each < 20 && under.is_attached(); ++each) {
    const auto noise = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    net::message what;
    for (const std::uint8_t byte : noise)
      what.head.push_back(std::byte{byte});
    if (*rc::gen::arbitrary<bool>())
      what = with_body(std::move(what), numbers(3));
    under.send(std::move(what));
  }
  RC_ASSERT(!under.is_attached());
  RC_ASSERT(under.mallory.closed == "mallory breaks the protocol");
  RC_ASSERT(under.all.heard.notes.empty());
  under.check_peace();
}

BOOST_AUTO_TEST_CASE(every_truncation_of_every_frame_is_a_breach_and_no_more) {
  siege under{{.breaches_max = 1'000'000}};
  under.send(under.bind(1, "desk/0"));
  auto failure = under.frame(frame_kind::failure);
  failure(remote::failure_frame{3, {1, "system", "text"}});
  auto ending = under.frame(frame_kind::ending);
  ending(remote::gone_frame{1, {1, "system", "text"}});
  std::int64_t cuts = 0;
  for (gather frame : {under.bind(2, "desk/0"), under.plain(1, {5, {}}), under.ask(1, 1, "why"),
                       failure, ending}) {
    const net::message whole = frame.take();
    for (std::size_t length = 0; length < whole.head.size(); ++length, ++cuts)
      under.send(net::message{
          {whole.head.begin(), whole.head.begin() + static_cast<std::ptrdiff_t>(length)}, {}});
  }
  BOOST_TEST(under.counts().malformed == cuts);
  BOOST_TEST(under.all.heard.notes.empty());
  BOOST_TEST(under.all.heard.questions.empty());
  BOOST_TEST(under.all.log.size() <= 10u);
  under.check_peace();
}

RC_BOOST_PROP(mutated_messages_never_do_more_than_a_message_may, ()) {
  siege under{{.breaches_max = 1'000'000}};
  under.send(under.bind(1, "desk/0"));
  for (int each = 0; each < 30; ++each) {
    gather frame = *rc::gen::element(under.plain(1, {5, {}}), under.bind(7, "desk/0"),
                                     under.ask(1, static_cast<std::uint64_t>(each), "why"),
                                     under.plain(1, {6, numbers(9)}));
    net::message what = frame.take();
    for (int change = *rc::gen::inRange(1, 5); change > 0; --change)
      what.head[*rc::gen::inRange<std::size_t>(0, what.head.size())] = static_cast<std::byte>(
          *rc::gen::arbitrary<std::uint8_t>());
    under.send(std::move(what));
  }
  RC_ASSERT(under.is_attached());
  RC_ASSERT(under.counts().answering == 0u);
  under.all.heard.blocks.clear();
  RC_ASSERT(under.counts().landed_bytes == 0u);
  RC_ASSERT(under.counts().waiting == 0u);
  under.check_peace();
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_not_bound_or_not_published_for_her_hears_nothing) {
  siege under;
  under.all.bob.publish("private", under.all.played, {.peers = {"ada"}});
  under.send(under.bind(1, "private"));
  under.send(under.bind(2, "nowhere"));
  for (const std::uint32_t number : {0U, 1U, 2U, 3U, ~0U}) {
    under.send(under.plain(number, {1, {}}));
    under.send(under.plain(number, {1, numbers(5)}));
    under.send(under.ask(number, number + 1, "why"));
  }
  BOOST_TEST(under.mallory.count(frame_kind::gone) == 2u);
  BOOST_TEST(under.mallory.count(frame_kind::failure) == 5u);
  BOOST_TEST(under.all.heard.notes.empty());
  BOOST_TEST(under.counts().refused == 17);
  BOOST_TEST(under.counts().landed_bytes == 0u);
  BOOST_TEST(under.counts().malformed == 0);
}

BOOST_AUTO_TEST_CASE(unknown_messages_and_those_of_other_actors_are_not_even_read) {
  siege under;
  under.send(under.bind(1, "desk/0"));
  for (const std::uint64_t key : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    gather frame = under.frame(frame_kind::plain);
    frame(remote::plain_frame{1, key}, question{1, "@message"});
    under.send(frame);
  }
  BOOST_TEST(under.counts().refused == 2);
  BOOST_TEST(under.all.heard.notes.empty());
}

BOOST_AUTO_TEST_CASE(answers_to_nothing_are_stale) {
  siege under;
  gather frame = under.frame(frame_kind::answer);
  frame(remote::answer_frame{12}, reply{1, numbers(4)});
  under.send(frame);
  gather failure = under.frame(frame_kind::failure);
  failure(remote::failure_frame{12, {1, "system", "x"}});
  under.send(failure);
  gather forget = under.frame(frame_kind::forget);
  forget(remote::answer_frame{12});
  under.send(forget);
  BOOST_TEST(under.counts().stale == 2);
  BOOST_TEST(under.counts().malformed == 0);
  BOOST_TEST(under.counts().landed_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(frames_out_of_their_order_are_breaches) {
  siege under;
  under.send(under.bind(4, "desk/0"));
  under.send(under.bind(4, "desk/0"));
  under.send(under.bind(3, "desk/0"));
  gather bound = under.frame(frame_kind::bound);
  bound(remote::bound_frame{1});
  under.send(bound);
  gather gone = under.frame(frame_kind::gone);
  gone(remote::gone_frame{1, {}});
  under.send(gone);
  under.send(under.ask(4, 9, "keep"));
  under.send(under.ask(4, 9, "keep"));
  BOOST_TEST(under.counts().malformed == 5);
  BOOST_TEST(under.all.heard.questions.size() == 1u);
}

BOOST_AUTO_TEST_CASE(times_beyond_any_clock_are_breaches) {
  siege under;
  under.send(under.bind(1, "desk/0"));
  for (const std::int64_t ns : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                std::numeric_limits<std::int64_t>::max()}) {
    gather frame;
    frame(remote::frame_prefix{frame_kind::plain, ns}, remote::plain_frame{1, siege::key<0>()},
          note{1, {}});
    under.send(frame);
    under.send(under.ask(1, 1, "why", nanoseconds{ns}));
  }
  BOOST_TEST(under.counts().malformed == 6);
  BOOST_TEST(under.all.heard.notes.empty());
}

BOOST_AUTO_TEST_CASE(bodies_that_do_not_match_their_head_get_no_memory) {
  siege under;
  under.send(under.bind(1, "desk/0"));
  under.send(with_body(under.plain(1, {1, numbers(4)}).take(), numbers(5)));
  under.send(with_body(under.plain(1, {1, {}}).take(), numbers(5)));
  net::message without = under.plain(1, {1, numbers(4)}).take();
  without.bodies.clear();
  under.send(std::move(without));
  BOOST_TEST(under.counts().malformed == 3);
  BOOST_TEST(under.all.heard.notes.empty());
  BOOST_TEST(under.counts().landed_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(large_values_beyond_the_limits_get_no_memory) {
  siege under{{.body_bytes_max = 4000, .landed_bytes_max = 10'000}};
  under.send(under.bind(1, "desk/0"));
  under.send(under.plain(1, {1, numbers(1001)}));
  BOOST_TEST(under.counts().refused == 1);
  for (int each = 0; each < 5; ++each)
    under.send(under.plain(1, {2, numbers(1000)}));
  BOOST_TEST(under.all.heard.notes.size() == 2u);  // the desk still holds both
  BOOST_TEST(under.counts().refused == 4);
  under.all.heard.blocks.clear();
  under.send(under.plain(1, {2, numbers(1000)}));
  BOOST_TEST(under.all.heard.notes.size() == 3u);
  BOOST_TEST(under.counts().malformed == 0);
}

BOOST_AUTO_TEST_CASE(the_plan_says_which_sizes_are_right) {
  std::vector<std::string> asked;
  siege under{{.room = [&](const remote::arrival& what) -> result<void> {
    asked.push_back(fmt::format("{} {} {} {}", what.peer, what.actor, what.message, what.sizes[0]));
    if (what.sizes[0] != 40)
      return fail(errc::bad_input, "a note has 40 bytes, not {}", what.sizes[0]);
    return {};
  }}};
  under.send(under.bind(1, "desk/0"));
  under.send(under.plain(1, {1, numbers(10)}));
  under.send(under.plain(1, {1, numbers(11)}));
  BOOST_TEST(under.all.heard.notes.size() == 1u);
  BOOST_TEST(under.counts().refused == 1);
  const std::vector<std::string> expected{"mallory desk/0 note 40", "mallory desk/0 note 44"};
  BOOST_TEST(asked == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_flood_is_bounded_in_the_mailboxes_and_in_the_log) {
  siege under{{.waiting_max = 100}};
  under.send(under.bind(1, "desk/0"));
  for (int each = 0; each < 900; ++each)
    under.raw.near()->send(under.plain(1, {each, {}}).take());
  for (std::uint64_t each = 1; each <= 50; ++each)
    under.raw.near()->send(under.ask(1, each, "why").take());
  under.all.loop.run();
  BOOST_TEST(under.all.heard.notes.size() == 100u);
  BOOST_TEST(under.counts().refused == 850);
  BOOST_TEST(under.mallory.count(frame_kind::failure) == 50u);
  BOOST_TEST(under.counts().waiting == 0u);
  BOOST_TEST(under.all.log.size() <= 5u);
  under.check_peace();
}

BOOST_AUTO_TEST_CASE(names_beyond_the_limit_are_refused) {
  siege under{{.bindings_max = 3}};
  for (std::uint32_t number = 1; number <= 5; ++number)
    under.send(under.bind(number, "desk/0"));
  under.send(under.bind(6, std::string(65, 'x')));
  BOOST_TEST(under.mallory.count(frame_kind::bound) == 3u);
  BOOST_TEST(under.mallory.count(frame_kind::gone) == 2u);
  BOOST_TEST(under.counts().malformed == 1);
}

BOOST_AUTO_TEST_CASE(another_version_of_the_protocol_is_told_so) {
  siege under;
  gather frame = under.frame(frame_kind::bind);
  frame(remote::bind_frame{remote::protocol_version + 1, 1, "desk/0", {}});
  under.send(frame);
  BOOST_TEST(under.mallory.count(frame_kind::gone) == 1u);
  BOOST_TEST(under.all.log.back() == "it speaks version 2 of the protocol, mallory speaks 1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
