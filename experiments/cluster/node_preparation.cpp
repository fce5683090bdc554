#include "experiments/cluster/node_preparation.hpp"

#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "actors/cluster/shipping.hpp"
#include "actors/remote/call.hpp"
#include "experiments/run/build.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/setting.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {

using namespace actors;

asio::awaitable<result<void>> node_preparation::prepare(run_brief brief,
                                                        const reception_handle& reception) {
  if (setup_ && brief.scenario.hash() == scenario_hash_)
    co_return result<void>{};
  std::optional<learning::dataset> shipped;
  if (brief.ships_data) {
    auto came = co_await fetch_data(reception);
    if (!came)
      co_return pass_on(std::move(came));
    shipped = *std::move(came);
  }
  tell("preparing the model and the data");
  result<training_setup_ptr> made = fail(errc::interrupted, "not built");
  co_await asio::post(helper_.get_executor(), asio::use_awaitable);
  made = build_from(brief, std::move(shipped));
  co_await asio::post(io_.get_executor(), asio::use_awaitable);
  if (!made)
    co_return pass_on(std::move(made));
  setup_ = *std::move(made);
  memories_.emplace(setup_);
  scenario_hash_ = brief.scenario.hash();
  co_return result<void>{};
}

asio::awaitable<result<learning::dataset>>
node_preparation::fetch_data(const reception_handle& reception) {
  tell("fetching the data");
  shipped_set set;
  while (!set.complete()) {
    const rows_wanted wanted{set.next()};
    auto piece = co_await remote::call<training_rows>(reception, wanted, answer_time);
    if (!piece)
      co_return pass_on(std::move(piece));
    auto added = set.add(*piece);
    if (!added)
      co_return pass_on(std::move(added));
  }
  co_return set.take();
}

result<training_setup_ptr>
node_preparation::build_from(const run_brief& brief,
                             std::optional<learning::dataset> shipped) const {
  ECHELON_TRY(value settings, parse_toml(brief.scenario.text(), "the coordinator's scenario"));
  if (!settings_.data_path.empty())
    ECHELON_CHECK(set_value(settings, "data.path", value{settings_.data_path}));
  ECHELON_TRY(const scenario run, scenario::resolve(settings, make_schema(settings_.policies)));
  build_options how;
  if (shipped) {
    const auto train = std::make_shared<const learning::dataset>(*std::move(shipped));
    how.data = learning::prepared_data{train, train};
  }
  return build(run, settings_.policies, {}, how);
}

}  // namespace echelon::experiments
