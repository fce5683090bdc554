#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "experiments/testkit/testkit.hpp"

// The laws that users get: Echelon's own policies keep them, and wrong ones do not.
namespace echelon::testkit {
namespace {

namespace data = boost::unit_test::data;

/// A time that walks a state along, so that it depends on the order of questions.
class moody final : public transmission::delay_model {
public:
  static constexpr std::string_view name = "moody";
  static constexpr std::string_view summary = "slower with every question";
  static constexpr std::string_view source = "a test";
  static std::vector<parameter> declared() { return {}; }
  static result<moody> make(const parameters&, const transmission::delay_context&) {
    return moody{};
  }
  seconds compute(node_id, index, double parts, index) const override {
    return seconds{parts * static_cast<double>(++asked_)};
  }
  seconds link(node_id, index, transmission::direction) const override { return seconds{1}; }
  bool slow(node_id, index) const override { return false; }

private:
  mutable index asked_ = 0;
};

/// Sends half of every number and says that nothing is left.
class forgetful final : public compression::compressor {
public:
  static constexpr std::string_view name = "forgetful";
  static constexpr std::string_view summary = "loses what it leaves out";
  static constexpr std::string_view source = "a test";
  static std::vector<parameter> declared() { return {}; }
  static result<forgetful> make(const parameters&, const compression::packing& how) {
    ECHELON_TRY(auto inner, compression::compressors().make("top-k", value_table{}, "", how));
    return forgetful{std::move(inner)};
  }
  compression::compressor_kind kind() const override { return inner_->kind(); }
  result<compression::packed_vector> compress(std::span<float> vector,
                                              std::span<const compression::segment> segments,
                                              const compression::effort& wanted,
                                              random_stream& draws,
                                              compression::warm_start& warm) const override {
    auto packed = inner_->compress(vector, segments, wanted, draws, warm);
    std::ranges::fill(vector, 0.0F);
    return packed;
  }

private:
  explicit forgetful(compression::compressor_ptr inner) : inner_(std::move(inner)) {}
  compression::compressor_ptr inner_;
};

/// Takes its own model and whatever came first.
class hasty final : public merging::merge_rule {
public:
  static constexpr std::string_view name = "hasty";
  static constexpr std::string_view summary = "takes over the first model that came";
  static constexpr std::string_view source = "a test";
  static std::vector<parameter> declared() { return {}; }
  static result<hasty> make(const parameters&) { return hasty{}; }
  result<merging::merged_model> merge(const merging::merge_task& task) const override {
    return merging::merged_model{
        task.others.empty() ? task.own.state : task.others.front().state, {}, {}};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_laws)

BOOST_DATA_TEST_CASE(every_code_keeps_them, data::make(coding::codes().names()), name) {
  const auto found = laws_of_code(coding::codes(), name);
  BOOST_TEST(found.none(), found.text());
}

BOOST_DATA_TEST_CASE(every_compressor_keeps_them, data::make(compression::compressors().names()),
                     name) {
  const auto found = laws_of_compressor(compression::compressors(), name);
  BOOST_TEST(found.none(), found.text());
}

BOOST_DATA_TEST_CASE(every_merge_rule_keeps_them, data::make(merging::merge_rules().names()),
                     name) {
  const auto found = laws_of_merge_rule(merging::merge_rules(), name);
  BOOST_TEST(found.none(), found.text());
}

BOOST_DATA_TEST_CASE(delays_that_need_no_file_keep_them,
                     data::make({"none", "shifted-exponential", "markov", "transient"}), name) {
  const auto found = laws_of_delays(transmission::delay_models(), name);
  BOOST_TEST(found.none(), found.text());
}

BOOST_AUTO_TEST_CASE(wrong_policies_break_the_laws_that_they_should) {
  auto delays = transmission::delay_models();
  delays.add(policy_entry<moody, transmission::delay_model, const transmission::delay_context&>());
  BOOST_TEST(laws_of_delays(delays, "moody").broke("answers depend on seed, node and round alone"));

  auto compressors = compression::compressors();
  compressors.add(policy_entry<forgetful, compression::compressor, const compression::packing&>());
  BOOST_TEST(laws_of_compressor(compressors, "forgetful")
                 .broke("what is decoded and what is left add up to the vector"));

  auto rules = merging::merge_rules();
  rules.add(policy_entry<hasty, merging::merge_rule>());
  const auto found = laws_of_merge_rule(rules, "hasty");
  BOOST_TEST(found.broke("the order in which models came changes nothing"));
  BOOST_TEST(found.broke("a model that is not finite is refused"));
  BOOST_TEST(found.broke("a model of another network is refused"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made_is_told) {
  BOOST_TEST(laws_of_code(coding::codes(), "nonesuch").broke("it can be made"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::testkit
