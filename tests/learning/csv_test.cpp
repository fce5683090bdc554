#include "tests/support/sources.hpp"

namespace echelon {

using namespace tests;

namespace {

struct one_file : temporary_folder {
  one_file() : temporary_folder("csv") {}
  std::string file() const { return (path() / "table.csv").string(); }
  result<learning::loaded_data> read(std::string_view text, value_table settings = {}) const {
    write_file(file(), text);
    settings.emplace("path", file());
    return load("csv", std::move(settings));
  }
  /// The refusal without the name of the folder: "table.csv:3: ...".
  std::string refusal(std::string_view text, value_table settings = {}) const {
    const auto loaded = read(text, std::move(settings));
    return loaded ? "accepted" : loaded.error().detail.substr(path().string().size() + 1);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(csv, one_file)

BOOST_AUTO_TEST_CASE(numbers_the_sorted_distinct_labels_of_the_first_column) {
  const auto loaded = read("kind,a,b\nY,1,2.5\nX,-3e1,+4\r\nY, 5 ,6\n\n");

  BOOST_REQUIRE(loaded);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.count == 3);
  BOOST_TEST(samples.classes == 2);
  BOOST_TEST((samples.shape == learning::sample_shape{1, 1, 2}));
  BOOST_TEST(samples.labels == (std::vector<std::int32_t>{1, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(samples.features == (std::vector<float>{1, 2.5F, -30, 4, 5, 6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whole_numbers_as_labels_are_sorted_as_numbers) {
  const auto loaded = read("a,label\n1,10\n2,9\n3,-1\n", {{"label", "label"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.labels == (std::vector<std::int32_t>{2, 1, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quoted_fields_may_hold_separators_quotes_and_line_ends) {
  const auto loaded = read("\xef\xbb\xbf\"the, label\",\"a\"\n\"b\nc\",1\n\"d\"\"e\" ,\"2\"",
                           {{"label", "the, label"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.count == 2);
  BOOST_TEST(loaded->samples.classes == 2);
  BOOST_TEST(loaded->samples.features[1] == 2.0F);
}

BOOST_AUTO_TEST_CASE(regression_keeps_the_label_column_as_targets) {
  const auto loaded = read("price,a\n1.5,1\n-2,2\n", {{"task", "regression"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.classes == 0);
  BOOST_TEST(loaded->samples.labels.empty());
  BOOST_TEST(loaded->samples.targets == (std::vector<float>{1.5F, -2}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_group_column_names_the_owners_and_is_no_feature) {
  const auto loaded = read("y,user,a\n0,eve,1\n1,bob,2\n0,eve,3\n", {{"group", "user"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.shape.width == 1);
  BOOST_TEST(loaded->samples.groups == (std::vector<std::int32_t>{1, 0, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reads_gzip_and_other_separators) {
  const auto loaded = read(gzipped("y;a\n0;1\n1;2\n"), {{"separator", ";"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.count == 2);
}

BOOST_AUTO_TEST_CASE(lines_that_are_torn_or_ragged_are_named) {
  BOOST_TEST(refusal("y,a,b\n0,1,2\n1,3") == "table.csv:3: has 2 fields where the header has 3");
  BOOST_TEST(refusal("y,a,b\n0,1,2\n1,3,4,5\n") ==
             "table.csv:3: has 4 fields where the header has 3");
  BOOST_TEST(refusal("y,a,b\n0,1,\n") ==
             "table.csv:2: \"\" in column \"b\" is not a finite number");
}

BOOST_AUTO_TEST_CASE(fields_that_are_no_finite_numbers_are_named) {
  BOOST_TEST(refusal("y,a\n0,1\n0,x1\n") ==
             "table.csv:3: \"x1\" in column \"a\" is not a finite number");
  BOOST_TEST(refusal("y,a\n0,nan\n") ==
             "table.csv:2: \"nan\" in column \"a\" is not a finite number");
  BOOST_TEST(refusal("y,a\n0,1e39\n") ==
             "table.csv:2: \"1e39\" in column \"a\" is not a finite number");
  BOOST_TEST(refusal("y,a\nbig,1\n", {{"task", "regression"}}) ==
             "table.csv:2: the target \"big\" in column \"y\" is not a finite number");
  BOOST_TEST(refusal("y,a\n,1\n") == "table.csv:2: the label in column \"y\" is empty");
}

BOOST_AUTO_TEST_CASE(unknown_columns_and_hopeless_headers_are_named) {
  BOOST_TEST(refusal("y,a\n0,1\n", {{"label", "Y"}}) ==
             "table.csv:1: has no column \"Y\", which `label` names; did you mean \"y\"?");
  BOOST_TEST(refusal("y,a\n0,1\n", {{"group", "y"}}) ==
             "table.csv:1: column \"y\" cannot be both label and group");
  BOOST_TEST(refusal("y\n0\n") ==
             "table.csv:1: names 1 columns; it needs a label and at least one feature");
  BOOST_TEST(refusal("") == "table.csv:1: the file is empty; a header line is missing");
  BOOST_TEST(refusal("y,a\n") ==
             "table.csv: holds 0 samples of 1 features; it needs at least one of each");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_and_quotes_left_open_are_refused) {
  BOOST_TEST(refusal({"y,a\n0,\0\n", 8}) == "table.csv:2: holds a byte 0; this is not a text file");
  BOOST_TEST(refusal("y,a\n\"0,1\n1,2\n") == "table.csv:2: a quoted field is never closed");
  BOOST_TEST(refusal("y,a\n\"0\"x,1\n") ==
             "table.csv:2: \"x,1\" follows the closing quote of field 1");
  const std::string packed = gzipped("y,a\n0,1\n");
  check_says(refusal(packed.substr(0, packed.size() - 4)), "table.csv: the gzip stream is cut off");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_found) {
  const auto loaded = load("csv", {{"path", file()}});

  BOOST_REQUIRE(!loaded);
  BOOST_TEST((loaded.error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(reads_the_twenty_thousand_letters) {
  const auto folder = real_data("letters");
  if (!folder)
    return;

  const auto loaded = load("csv", {{"path", (*folder / "letter-recognition.data").string()}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.count == 20'000);
  BOOST_TEST(loaded->samples.shape.width == 16);
  BOOST_TEST(loaded->samples.classes == 26);
  BOOST_TEST(loaded->samples.labels[0] == 'T' - 'A');
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
