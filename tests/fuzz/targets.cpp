#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>

namespace echelon::fuzz {
namespace {

constexpr std::array all{
    target{"frames", feed_frames},
    target{"greetings", feed_greetings},
    target{"handshake", feed_handshake},
    target{"link", feed_link},
    target{"messages", feed_messages},
    target{"gateway", feed_gateway},
    target{"payload", feed_payload},
    target{"recipe", feed_recipe},
    target{"rows", feed_rows},
    target{"safetensors", feed_safetensors},
    target{"checkpoint", feed_checkpoint},
    target{"senders", feed_senders},
    target{"idx", feed_idx},
    target{"csv", feed_csv},
    target{"libsvm", feed_libsvm},
    target{"cifar10", feed_cifar10},
    target{"cifar100", feed_cifar100},
    target{"npz", feed_npz},
    target{"scenario", feed_scenario},
    target{"setting", feed_setting},
    target{"record", feed_record},
    target{"graph", feed_graph},
    target{"trace", feed_trace},
};

}  // namespace

std::span<const target> targets() { return all; }

const target* find_target(std::string_view name) {
  const auto found = std::ranges::find(all, name, &target::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace echelon::fuzz
