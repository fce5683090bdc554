#include "tests/support/sources.hpp"

#include <algorithm>

namespace echelon {

using namespace tests;

namespace {

const std::string pixels{"\x00\x01\x02\x03\x04\x05\xfe\xff\x00\x00\x00\x07", 12};

/// Two images of 2 x 3 with the labels 1 and 0, under the stem "train".
struct folder_of_two : temporary_folder {
  folder_of_two() : temporary_folder("idx") {
    put("train-images-idx3-ubyte", idx_images(2, 2, 3, pixels));
    put("train-labels-idx1-ubyte", idx_labels(2, {"\1\0", 2}));
  }
  void put(const std::string& name, std::string_view bytes) { write_file(path() / name, bytes); }
  std::string refusal(value_table more = {}) const {
    more.emplace("path", path().string());
    return complaint("idx", std::move(more));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(idx, folder_of_two)

BOOST_AUTO_TEST_CASE(reads_a_lone_pair_as_samples_without_a_test_set) {
  const auto loaded = load("idx", {{"path", path().string()}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(!loaded->test);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.count == 2);
  BOOST_TEST(samples.classes == 2);
  BOOST_TEST(samples.images);
  BOOST_TEST((samples.shape == learning::sample_shape{1, 2, 3}));
  BOOST_TEST(samples.labels == (std::vector<std::int32_t>{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(samples.row(1)[0] == 254.0F);
  BOOST_TEST(samples.row(1)[5] == 7.0F);
}

BOOST_AUTO_TEST_CASE(takes_the_pair_named_t10k_as_the_test_set_packed_or_not) {
  put("t10k-images-idx3-ubyte.gz", gzipped(idx_images(1, 2, 3, pixels.substr(0, 6))));
  put("t10k-labels-idx1-ubyte", idx_labels(1, {"\0", 1}));

  const auto loaded = load("idx", {{"path", path().string()}});

  BOOST_REQUIRE(loaded);
  BOOST_REQUIRE(loaded->test);
  BOOST_TEST(loaded->samples.count == 2);
  BOOST_TEST(loaded->test->count == 1);
  BOOST_TEST(loaded->test->row(0)[5] == 5.0F);
}

BOOST_AUTO_TEST_CASE(a_prefix_chooses_one_of_several_sets) {
  put("emnist-letters-train-images-idx3-ubyte", idx_images(1, 2, 3, pixels.substr(0, 6)));
  put("emnist-letters-train-labels-idx1-ubyte", idx_labels(1, {"\0", 1}));

  check_says(refusal(), "holds 2 pairs of images and labels; name one set by `prefix`");
  const auto loaded = load("idx", {{"path", path().string()}, {"prefix", "emnist-letters"}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.count == 1);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_missing_or_incomplete_is_not_found) {
  const auto nowhere = load("idx", {{"path", (path() / "nowhere").string()}});
  std::filesystem::remove(path() / "train-labels-idx1-ubyte");
  const auto half = load("idx", {{"path", path().string()}});

  BOOST_REQUIRE(!nowhere);
  BOOST_TEST((nowhere.error().code == errc::not_found));
  BOOST_REQUIRE(!half);
  BOOST_TEST((half.error().code == errc::not_found));
  check_says(half.error().detail, "there is no train-labels-idx1-ubyte[.gz] beside it");
}

BOOST_AUTO_TEST_CASE(a_wrong_magic_number_is_named) {
  put("train-images-idx3-ubyte", idx_labels(2, "ab"));

  check_says(refusal(),
             "begins with 0x00000801 at byte 0 where an IDX file of this name has 0x00000803");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_shorter_or_longer_than_its_header_says_is_refused) {
  put("train-images-idx3-ubyte", idx_images(2, 2, 3, pixels.substr(0, 11)));
  check_says(refusal(), "its header needs 12 bytes from byte 16, but the file can hold at most 27");

  put("train-images-idx3-ubyte", idx_images(2, 2, 3, pixels + "x"));
  check_says(refusal(), "goes on after byte 28, where its header says that it ends");

  put("train-images-idx3-ubyte", "ab");
  check_says(refusal(), "its header needs 4 bytes from byte 0");
}

BOOST_AUTO_TEST_CASE(a_gzip_stream_that_is_cut_off_is_refused_with_the_offset) {
  const std::string packed = gzipped(idx_images(2, 2, 3, pixels));
  std::filesystem::remove(path() / "train-images-idx3-ubyte");

  put("train-images-idx3-ubyte.gz", packed.substr(0, packed.size() - 9));
  check_says(refusal(), "the gzip stream is cut off; it ends after ");

  put("train-images-idx3-ubyte.gz", gzipped(idx_images(2, 2, 3, pixels.substr(0, 8))));
  check_says(refusal(), "ends at byte 24, but its header needs 12 bytes from byte 16");
}

BOOST_AUTO_TEST_CASE(a_header_that_promises_the_moon_allocates_nothing) {
  put("train-images-idx3-ubyte", idx_images(0xffffffff, 0xffffffff, 0xffffffff, pixels));
  check_says(refusal(), "images of 4294967295 x 4294967295 at byte 8 are too large");

  put("train-images-idx3-ubyte", idx_images(0xffffffff, 28, 28, pixels));
  check_says(refusal(), "4294967295 samples of 784 features are too many");

  put("train-images-idx3-ubyte", idx_images(1'000'000, 28, 28, pixels));
  check_says(refusal(), "needs 784000000 bytes from byte 16, but the file can hold at most 28");

  put("train-images-idx3-ubyte", idx_images(0, 28, 28, ""));
  check_says(refusal(), "holds 0 samples");
}

BOOST_AUTO_TEST_CASE(labels_that_do_not_fit_the_images_or_the_classes_are_refused) {
  put("train-labels-idx1-ubyte", idx_labels(3, "\1\1\1"));
  check_says(refusal(), "holds 3 labels at byte 4 where ");

  put("train-labels-idx1-ubyte", idx_labels(2, "\1\x0b"));
  check_says(refusal({{"classes", 10}}),
             "label 11 at byte 9 is out of range; with 10 classes they are 0 to 9");
}

BOOST_AUTO_TEST_CASE(reads_the_ten_thousand_images_of_mnist) {
  const auto folder = real_data("mnist");
  if (!folder)
    return;

  const auto loaded = load("idx", {{"path", folder->string()}});

  BOOST_REQUIRE(loaded);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.count == 10'000);
  BOOST_TEST((samples.shape == learning::sample_shape{1, 28, 28}));
  BOOST_TEST(samples.classes == 10);
  BOOST_TEST(std::ranges::count(samples.labels, 7) == 1028);
  BOOST_TEST(samples.labels[0] == 7);
  BOOST_TEST(*std::ranges::max_element(samples.features) == 255.0F);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
