#pragma once

#include "algorithms/faults/fault.hpp"

/// What befalls nodes themselves.
namespace echelon::faults {

class pause final : public fault {
public:
  static constexpr std::string_view name = "pause";
  static constexpr std::string_view summary =
      "it does nothing for a while, as if stopped; after cluster.peer_timeout_s it is dead";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<pause> make(const parameters&) { return pause{}; }
  place where() const override { return place::node; }
  bool cuts() const override { return true; }
  bool pauses() const override { return true; }
};

class silent final : public fault {
public:
  static constexpr std::string_view name = "silent";
  static constexpr std::string_view summary = "it works and hears, and is alive, but says nothing";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<silent> make(const parameters&) { return silent{}; }
  place where() const override { return place::node; }
  bool mutes() const override { return true; }
};

class crash final : public fault {
public:
  static constexpr std::string_view name = "crash";
  static constexpr std::string_view
      summary = "it ends, and returns after for_s; the coordinator by --resume alone";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "memory",
             .kind = value_kind::flag,
             .fallback = true,
             .summary = "whether it knows what it knew when it returns"}};
  }
  static result<crash> make(const parameters& given) { return crash{given.flag("memory")}; }
  explicit crash(bool memory) : memory_(memory) {}
  place where() const override { return place::node; }
  bool kills() const override { return true; }
  bool remembers() const override { return memory_; }

private:
  bool memory_;
};

/// Roles compare no times of different clocks, so that an offset would show nowhere.
class clock_drift final : public fault {
public:
  static constexpr std::string_view name = "clock";
  static constexpr std::string_view summary = "its clock runs so many times as fast";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "factor",
             .kind = value_kind::number,
             .fallback = 1.01,
             .summary = "what it measures, of what has passed",
             .least = 1e-3,
             .most = 1e3}};
  }
  static result<clock_drift> make(const parameters& given) {
    return clock_drift{given.number("factor")};
  }
  explicit clock_drift(double factor) : factor_(factor) {}
  place where() const override { return place::worker; }
  double clock_rate() const override { return factor_; }

private:
  double factor_;
};

class slow final : public fault {
public:
  static constexpr std::string_view name = "slow";
  static constexpr std::string_view summary = "what it begins to compute takes longer";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "factor",
             .kind = value_kind::number,
             .fallback = 10.0,
             .summary = "how many times as long",
             .least = 1,
             .most = 1e6}};
  }
  static result<slow> make(const parameters& given) { return slow{given.number("factor")}; }
  explicit slow(double factor) : factor_(factor) {}
  place where() const override { return place::worker; }
  double slowness() const override { return factor_; }

private:
  double factor_;
};

class memory_pressure final : public fault {
public:
  static constexpr std::string_view name = "memory-pressure";
  static constexpr std::string_view
      summary = "it has little memory left: whatever large reaches it waits until there is room";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "room_bytes",
             .kind = value_kind::integer,
             .fallback = 0,
             .summary = "messages of at most so many do not wait",
             .least = 0,
             .most = 1e15},
            {.name = "stall_s",
             .kind = value_kind::number,
             .fallback = 1.0,
             .summary = "how long the others wait",
             .least = 0,
             .most = 1e6}};
  }
  static result<memory_pressure> make(const parameters& given) {
    return memory_pressure{given.integer("room_bytes"), seconds{given.number("stall_s")}};
  }
  memory_pressure(std::int64_t room, seconds stall) : room_(room), stall_(to_nanoseconds(stall)) {}
  place where() const override { return place::node; }
  void take(passage& what) const override {
    if (what.bulk && what.bytes > room_)
      what.due += stall_;
  }

private:
  std::int64_t room_;
  nanoseconds stall_;
};

class disk_full final : public fault {
public:
  static constexpr std::string_view name = "disk-full";
  static constexpr std::string_view summary = "no checkpoint can be written";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<disk_full> make(const parameters&) { return disk_full{}; }
  place where() const override { return place::coordinator; }
  std::int64_t writable_bytes() const override { return 0; }
};

class torn_write final : public fault {
public:
  static constexpr std::string_view name = "torn-write";
  static constexpr std::string_view summary = "it dies within the bytes of a checkpoint";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {{.name = "bytes",
             .kind = value_kind::integer,
             .fallback = 1000,
             .summary = "that are written before",
             .least = 0,
             .most = 1e12}};
  }
  static result<torn_write> make(const parameters& given) {
    return torn_write{given.integer("bytes")};
  }
  explicit torn_write(std::int64_t bytes) : bytes_(bytes) {}
  place where() const override { return place::coordinator; }
  std::int64_t writable_bytes() const override { return bytes_; }
  bool dies_writing() const override { return true; }

private:
  std::int64_t bytes_;
};

}  // namespace echelon::faults
