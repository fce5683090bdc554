#pragma once

#include "algorithms/faults/fault.hpp"

/// What befalls messages on a link. Links keep what they promise: a message that is lost on the way
/// is sent again by whoever carries it, until its node is taken for dead; so loss shows as time, as
/// on a stream. Duplication and reordering break the promise, and roles must bear that, too.
/// `echelon_proxy` brings about between real processes what streams can suffer.
namespace echelon::faults {

class link_fault : public fault {
public:
  place where() const final { return place::link; }

protected:
  static parameter chance(std::string summary) {
    return {.name = "probability",
            .kind = value_kind::number,
            .fallback = 0.1,
            .summary = std::move(summary),
            .least = 0,
            .most = 0.99};
  }
  static parameter span(std::string name, double fallback, std::string summary) {
    return {.name = std::move(name),
            .kind = value_kind::number,
            .fallback = fallback,
            .summary = std::move(summary),
            .least = 0,
            .most = 1e6};
  }
  static seconds drawn(random_stream& random, seconds most) { return random.uniform() * most; }
};

class latency final : public link_fault {
public:
  static constexpr std::string_view name = "latency";
  static constexpr std::string_view summary = "every message takes so much longer";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {span("latency_s", 1, "added to each")}; }
  static result<latency> make(const parameters& given) {
    return latency{seconds{given.number("latency_s")}};
  }
  explicit latency(seconds added) : added_(to_nanoseconds(added)) {}
  void cross(passage& what, const spell&, random_stream&) const override { what.due += added_; }

private:
  nanoseconds added_;
};

class jitter final : public link_fault {
public:
  static constexpr std::string_view name = "jitter";
  static constexpr std::string_view summary = "messages take longer, each by a drawn time";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {span("jitter_s", 1, "the most; uniform")}; }
  static result<jitter> make(const parameters& given) {
    return jitter{seconds{given.number("jitter_s")}};
  }
  explicit jitter(seconds most) : most_(most) {}
  void cross(passage& what, const spell&, random_stream& random) const override {
    what.due += to_nanoseconds(drawn(random, most_));
  }

private:
  seconds most_;
};

class bandwidth final : public link_fault {
public:
  static constexpr std::string_view name = "bandwidth";
  static constexpr std::string_view summary = "each message takes what its bytes take, too";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "bandwidth_bps",
             .kind = value_kind::number,
             .fallback = 1e6,
             .summary = "bits a second",
             .least = 1,
             .most = 1e15}};
  }
  static result<bandwidth> make(const parameters& given) {
    return bandwidth{given.number("bandwidth_bps")};
  }
  explicit bandwidth(double bps) : bps_(bps) {}
  void cross(passage& what, const spell&, random_stream&) const override {
    what.due += to_nanoseconds(seconds{8 * static_cast<double>(what.bytes) / bps_});
  }

private:
  double bps_;
};

class loss final : public link_fault {
public:
  static constexpr std::string_view name = "loss";
  static constexpr std::string_view summary =
      "a lost message is sent again, so it comes later; among peers, models may be lost for good";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {chance("that a message is lost, each time it is sent"),
            span("retry_s", 0.2, "until it is sent again"),
            {.name = "resent",
             .kind = value_kind::flag,
             .fallback = true,
             .summary = "false, among peers: models and gradients are not, words about them are"}};
  }
  static result<loss> make(const parameters& given) {
    return loss{given.number("probability"), seconds{given.number("retry_s")},
                given.flag("resent")};
  }
  loss(double probability, seconds retry, bool resent)
      : probability_(probability), retry_(retry), resent_(resent) {}
  void cross(passage& what, const spell&, random_stream& random) const override {
    const auto failed = static_cast<double>(random.geometric(probability_) - 1);
    what.due = failed > 0 && what.bulk && !resent_ ? never
                                                   : what.due + to_nanoseconds(failed * retry_);
  }
  bool loses() const override { return !resent_; }

private:
  double probability_;
  seconds retry_;
  bool resent_;
};

class duplication final : public link_fault {
public:
  static constexpr std::string_view name = "duplication";
  static constexpr std::string_view summary = "messages come twice";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {chance("of each message"), span("later_s", 1, "at most, of the second; uniform")};
  }
  static result<duplication> make(const parameters& given) {
    return duplication{given.number("probability"), seconds{given.number("later_s")}};
  }
  duplication(double probability, seconds later) : probability_(probability), later_(later) {}
  void cross(passage& what, const spell&, random_stream& random) const override {
    if (random.bernoulli(probability_) && what.due != never)
      what.again = what.due + to_nanoseconds(drawn(random, later_));
  }

private:
  double probability_;
  seconds later_;
};

class reordering final : public link_fault {
public:
  static constexpr std::string_view name = "reordering";
  static constexpr std::string_view summary = "messages are held back while others overtake them";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {chance("of each message"), span("hold_s", 1, "at most; uniform")};
  }
  static result<reordering> make(const parameters& given) {
    return reordering{given.number("probability"), seconds{given.number("hold_s")}};
  }
  reordering(double probability, seconds hold) : probability_(probability), hold_(hold) {}
  void cross(passage& what, const spell&, random_stream& random) const override {
    what.overtakes = true;
    if (random.bernoulli(probability_) && what.due != never)
      what.due += to_nanoseconds(drawn(random, hold_));
  }

private:
  double probability_;
  seconds hold_;
};

class corruption final : public link_fault {
public:
  static constexpr std::string_view name = "corruption";
  static constexpr std::string_view summary =
      "bytes change on the way: a checksum tells, and the message is sent again over a new stream";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "bytes",
             .kind = value_kind::integer,
             .fallback = 1,
             .summary = "that change of 64 KB, all the time; by echelon_proxy: of the first 64 KB",
             .least = 0,
             .most = 65536},
            span("retry_s", 0.2, "until it is sent again")};
  }
  static result<corruption> make(const parameters& given) {
    return corruption{given.integer("bytes"), seconds{given.number("retry_s")}};
  }
  corruption(index bytes, seconds retry)
      : share_(static_cast<double>(bytes) / 65536), retry_(retry) {}
  void cross(passage& what, const spell&, random_stream& random) const override {
    constexpr double most = 0.99;  // else nothing would ever pass
    const double hit = std::min(most, share_ * static_cast<double>(what.bytes));
    what.due += to_nanoseconds(static_cast<double>(random.geometric(hit) - 1) * retry_);
  }

private:
  double share_;
  seconds retry_;
};

class stream_reset final : public link_fault {
public:
  static constexpr std::string_view name = "reset";
  static constexpr std::string_view
      summary = "its stream ends abruptly when the fault begins; another one goes on where it was";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {span("retry_s", 0.2, "until there is another one; by echelon_proxy: as it turns out")};
  }
  static result<stream_reset> make(const parameters& given) {
    return stream_reset{seconds{given.number("retry_s")}};
  }
  explicit stream_reset(seconds retry) : retry_(to_nanoseconds(retry)) {}
  void cross(passage& what, const spell& when, random_stream&) const override {
    what.due = std::max(what.due, std::min(when.from + retry_, when.until));
  }

private:
  nanoseconds retry_;
};

/// What only streams can suffer.
class stream_fault : public link_fault {
public:
  bool is_of_streams() const final { return true; }
};

class slow_close final : public stream_fault {
public:
  static constexpr std::string_view name = "slow-close";
  static constexpr std::string_view summary = "the end of a stream is passed on late";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {span("close_s", 1, "so much later")}; }
  static result<slow_close> make(const parameters&) { return slow_close{}; }
};

class refusal_of_streams final : public stream_fault {
public:
  static constexpr std::string_view name = "refusal";
  static constexpr std::string_view summary = "new streams are closed at once";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<refusal_of_streams> make(const parameters&) { return refusal_of_streams{}; }
};

class half_open final : public stream_fault {
public:
  static constexpr std::string_view name = "half-open";
  static constexpr std::string_view
      summary = "streams that live when it begins never pass anything again, and nobody is told";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<half_open> make(const parameters&) { return half_open{}; }
};

class partition final : public link_fault {
public:
  static constexpr std::string_view name = "partition";
  static constexpr std::string_view summary =
      "nothing passes; direction makes it one-way; after cluster.peer_timeout_s the node is dead";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<partition> make(const parameters&) { return partition{}; }
  void cross(passage& what, const spell& when, random_stream&) const override {
    what.due = std::max(what.due, when.until);
  }
  bool cuts() const override { return true; }
};

}  // namespace echelon::faults
