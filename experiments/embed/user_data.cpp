#include "experiments/embed/user_data.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace echelon::embed {
namespace {

using learning::dataset;
using learning::loaded_data;

result<void> check(const dataset& given, const std::string& name) {
  const index numbers = given.count * given.shape.size();
  if (given.count <= 0 || std::ssize(given.features) != numbers)
    return fail(errc::bad_input,
                "{}: {} samples of {} numbers each need {} features, and there are {}", name,
                given.count, given.shape.size(), numbers, given.features.size());
  const index answers = given.classes > 0 ? std::ssize(given.labels) : std::ssize(given.targets);
  if (answers != given.count)
    return fail(errc::bad_input, "{}: {} samples need as many {}, and there are {}", name,
                given.count, given.classes > 0 ? "labels" : "targets", answers);
  for (const std::int32_t label : given.labels)
    if (label < 0 || label >= given.classes)
      return fail(errc::bad_input, "{}: the label {} is none of {} classes", name, label,
                  given.classes);
  if (!given.groups.empty() && std::ssize(given.groups) != given.count)
    return fail(errc::bad_input, "{}: {} samples need as many groups, or none; there are {}", name,
                given.count, given.groups.size());
  return {};
}

class memory_source final : public learning::data_source {
public:
  explicit memory_source(std::shared_ptr<const loaded_data> held) : held_(std::move(held)) {}

  result<loaded_data> load() const override {
    ECHELON_CHECK(check(held_->samples, held_->samples.name));
    if (held_->test)
      ECHELON_CHECK(check(*held_->test, held_->test->name));
    return *held_;
  }

private:
  std::shared_ptr<const loaded_data> held_;
};

}  // namespace

learning::data_source_catalogue::entry data_in_memory(std::string name, dataset samples,
                                                      std::optional<dataset> test) {
  for (dataset* const part : {&samples, test ? &*test : nullptr})
    if (part != nullptr && part->name.empty())
      part->name = name;
  auto held = std::make_shared<const loaded_data>(loaded_data{std::move(samples), std::move(test)});
  return {{std::move(name), "samples in the memory of the program", "the program", {}},
          [held](const parameters&) -> result<std::shared_ptr<const learning::data_source>> {
            return std::make_shared<const memory_source>(held);
          }};
}

}  // namespace echelon::embed
