#pragma once

#include <cstddef>
#include <span>
#include <string_view>

/// Every decoder of bytes that anybody may have written, as a function that takes any bytes at all.
/// libFuzzer looks for those that break it (fuzzer.cpp); every build replays those that once did
/// (corpora_test.cpp).
namespace echelon::fuzz {

using bytes = std::span<const std::byte>;

/// Returns whatever the bytes are. What a decoder promises of those it accepts is checked with
/// `expects`; memory and time are the caller's to watch.
struct target {
  std::string_view name;
  void (*feed)(bytes input);
};

std::span<const target> targets();
/// Null: there is none of that name.
const target* find_target(std::string_view name);

// What peers send.
void feed_frames(bytes input);
void feed_greetings(bytes input);
void feed_handshake(bytes input);
void feed_link(bytes input);
void feed_messages(bytes input);
void feed_gateway(bytes input);
void feed_payload(bytes input);
void feed_recipe(bytes input);
void feed_rows(bytes input);

// What lies in files.
void feed_safetensors(bytes input);
void feed_checkpoint(bytes input);
void feed_senders(bytes input);
void feed_idx(bytes input);
void feed_csv(bytes input);
void feed_libsvm(bytes input);
void feed_cifar10(bytes input);
void feed_cifar100(bytes input);
void feed_npz(bytes input);
void feed_scenario(bytes input);
void feed_setting(bytes input);
void feed_record(bytes input);
void feed_graph(bytes input);
void feed_trace(bytes input);

}  // namespace echelon::fuzz
