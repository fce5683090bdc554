#include "tests/support/sources.hpp"

namespace echelon {

using namespace tests;

namespace {

struct one_file : temporary_folder {
  one_file() : temporary_folder("libsvm") {}
  result<learning::loaded_data> read(std::string_view text, value_table settings = {}) const {
    const std::string file = (path() / "rows").string();
    write_file(file, text);
    settings.emplace("path", file);
    return load("libsvm", std::move(settings));
  }
  std::string refusal(std::string_view text, value_table settings = {}) const {
    const auto loaded = read(text, std::move(settings));
    return loaded ? "accepted" : loaded.error().detail.substr(path().string().size() + 1);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(libsvm, one_file)

BOOST_AUTO_TEST_CASE(stores_rows_with_their_zeros_and_numbers_the_labels) {
  const auto loaded = read("+1 1:0.5 3:2 # first\n-1\n\n1 qid:7 2:-1\n");

  BOOST_REQUIRE(loaded);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.shape.width == 3);
  BOOST_TEST(samples.labels == (std::vector<std::int32_t>{1, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(samples.features == (std::vector<float>{.5F, 0, 2, 0, 0, 0, 0, -1, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reads_targets_and_a_stated_width) {
  const auto loaded = read("1.5 1:1\n", {{"task", "regression"}, {"features", 4}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.shape.width == 4);
  BOOST_TEST(loaded->samples.targets[0] == 1.5F);
}

BOOST_AUTO_TEST_CASE(words_that_do_not_fit_are_named_with_their_line) {
  BOOST_TEST(refusal("1 1:1\n1 2\n") == "rows:2: \"2\" is not index:value");
  BOOST_TEST(refusal("1 1:x\n") == "rows:1: \"1:x\" is not index:value");
  BOOST_TEST(refusal("x 1:1\n") == "rows:1: the label \"x\" is not a finite number");
  BOOST_TEST(refusal("1 2:1 2:2\n") == "rows:1: index 2 follows index 2; indices must rise");
  BOOST_TEST(refusal("1 0:1\n") ==
             "rows:1: index 0 is out of range; it must be between 1 and 1048576");
  BOOST_TEST(refusal("1 5:1\n", {{"features", 4}}) ==
             "rows:1: index 5 is out of range; it must be between 1 and 4");
}

BOOST_AUTO_TEST_CASE(a_few_bytes_cannot_ask_for_gigabytes) {
  std::string text = "1 1048576:1\n";
  for (int row = 0; row < 500; ++row)
    text += "1\n";

  check_says(refusal(text), "501 rows of 1048576 features hold 1 numbers that are not 0");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
