#include "experiments/cluster/guest_post.hpp"

#include <utility>

#include "actors/messages.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "experiments/cluster/incarnation.hpp"

namespace echelon::experiments {

guest_post::guest_post(const experiments::carrier& by, const std::string& name,
                       std::function<void(const std::string& what)> log,
                       remote::gateway_settings settings)
    : config(runtime::make_config(loop)), carrier(by.make(io.get_executor())),
      hub(io.get_executor(), clock, *carrier,
          {.name = name,
           .incarnation = new_incarnation(),
           .admits = by.admits,
           .log = std::move(log),
           .seed = new_incarnation()}) {
  config->add_message_types<caf::id_block::echelon>();
  system = std::make_unique<caf::actor_system>(*config);
  gateway.emplace(*system, loop, std::move(settings));
}

guest_post::~guest_post() { end(); }

asio::awaitable<void> guest_post::close() {
  co_await hub.close();
  co_await carrier->close();
}

void guest_post::end() {
  gateway.reset();
  loop.drain();
}

}  // namespace echelon::experiments
