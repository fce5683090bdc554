#include "tests/support/sources.hpp"

#include <bit>

namespace echelon {

using namespace tests;

namespace {

std::string floats(std::initializer_list<float> numbers) {
  std::string bytes;
  for (const float number : numbers)
    bytes += little(std::bit_cast<std::uint32_t>(number), 4);
  return bytes;
}

std::string words(std::initializer_list<std::int64_t> numbers) {
  std::string bytes;
  for (const std::int64_t number : numbers)
    bytes += little(static_cast<std::uint64_t>(number), 8);
  return bytes;
}

const std::string two_by_three = npy("<f4", "(2, 3)", floats({1, 2, 3, 4, 5, 6.5F}));
const std::string two_labels = npy("<i8", "(2,)", words({1, 0}));

struct one_archive : temporary_folder {
  one_archive() : temporary_folder("npz") {}
  result<learning::loaded_data> read(const std::string& bytes, value_table settings = {}) const {
    const std::string file = (path() / "a.npz").string();
    write_file(file, bytes);
    settings.emplace("path", file);
    return load("npz", std::move(settings));
  }
  std::string refusal(const std::string& bytes, value_table settings = {}) const {
    const auto loaded = read(bytes, std::move(settings));
    return loaded ? "accepted" : loaded.error().detail.substr(path().string().size() + 1);
  }
  std::string refusal_of_x(const std::string& x) const {
    return refusal(zip_writer{}.add("x.npy", x, false).add("y.npy", two_labels, false).bytes());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(npz, one_archive)

BOOST_AUTO_TEST_CASE(reads_stored_and_compressed_arrays) {
  for (const bool packed : {false, true}) {
    const auto loaded = read(
        zip_writer{}.add("y.npy", two_labels, packed).add("X.npy", two_by_three, packed).bytes());

    BOOST_REQUIRE(loaded);
    BOOST_TEST((loaded->samples.shape == learning::sample_shape{1, 1, 3}));
    BOOST_TEST(!loaded->samples.images);
    BOOST_TEST(loaded->samples.row(1)[2] == 6.5F);
    BOOST_TEST(loaded->samples.labels[0] == 1);
    BOOST_TEST(loaded->samples.classes == 2);
  }
}

BOOST_AUTO_TEST_CASE(four_dimensions_are_images_in_either_layout) {
  const std::string pixels = npy("|u1", "(1, 1, 2, 3)", "abcdef");
  const auto bytes = zip_writer{}
                         .add("x.npy", pixels, true)
                         .add("y.npy", npy("|u1", "(1,)", {"\0", 1}), true)
                         .bytes();

  const auto first = read(bytes);
  const auto last = read(bytes, {{"layout", "channels-last"}});

  BOOST_REQUIRE(first && last);
  BOOST_TEST(first->samples.images);
  BOOST_TEST((first->samples.shape == learning::sample_shape{1, 2, 3}));
  BOOST_TEST((last->samples.shape == learning::sample_shape{3, 1, 2}));
  // Channel 0 of pixel 1, which numpy wrote as its fourth number.
  BOOST_TEST(last->samples.row(0)[1] == static_cast<float>('d'));
}

BOOST_AUTO_TEST_CASE(train_and_test_arrays_are_told_apart_and_targets_kept) {
  const auto target = npy("<f8", "(2,)",
                          little(std::bit_cast<std::uint64_t>(0.25), 8) + words({0}));
  const auto loaded = read(zip_writer{}
                               .add("x_train.npy", two_by_three, true)
                               .add("y_train.npy", target, true)
                               .add("x_test.npy", two_by_three, true)
                               .add("y_test.npy", target, true)
                               .bytes(),
                           {{"task", "regression"}});

  BOOST_REQUIRE(loaded);
  BOOST_REQUIRE(loaded->test);
  BOOST_TEST(loaded->test->targets[0] == 0.25F);
  BOOST_TEST(loaded->samples.classes == 0);
}

BOOST_AUTO_TEST_CASE(arrays_of_another_form_are_refused) {
  check_says(refusal_of_x("nonsense"), "a.npz: x.npy: has no npy header at byte 0");
  check_says(refusal_of_x(npy(">f4", "(2, 3)", floats({1, 2, 3, 4, 5, 6}))), "says type \"'>f4'\"");
  check_says(refusal_of_x(npy("<f4", "(2, 4)", floats({1, 2, 3, 4, 5, 6}))),
             "holds 24 bytes from byte 128 where its shape (2, 4) of '<f4' promises others");
  check_says(refusal_of_x(npy("<f4", "(1073741824, 1073741824, 1073741824)", "")),
             "promises others");
  check_says(refusal_of_x(npy("<f4", "(0, 1073741824, 1073741824, 1073741824)", "")), "is empty");
  check_says(refusal_of_x(npy("<f4", "(-2, 3)", "")), "has the shape \"(-2, 3)\"");
  check_says(refusal_of_x(npy("<f4", "(6,)", floats({1, 2, 3, 4, 5, 6}))),
             "has 1 dimensions; features have 2, 3 or 4");
  check_says(
      refusal_of_x(npy("<f4", "(2, 1)", floats({1, std::numeric_limits<float>::infinity()}))),
      "x.npy: the number at byte 132 (sample 1) is not finite");
}

BOOST_AUTO_TEST_CASE(labels_out_of_range_and_missing_arrays_are_refused) {
  const auto with_labels = [&](const std::string& y) {
    return refusal(zip_writer{}.add("x.npy", two_by_three, true).add("y.npy", y, true).bytes());
  };

  check_says(with_labels(npy("<i8", "(2,)", words({0, -1}))),
             "y.npy: the label -1 at byte 136 is out of "
             "range; labels are whole numbers from 0 to 65535");
  check_says(with_labels(npy("<f4", "(2,)", floats({0, 0.5F}))), "the label 0.5 at byte 132");
  check_says(with_labels(npy("<i8", "(1,)", words({0}))),
             "holds 1 numbers where the features have 2 samples");
  check_says(refusal(zip_writer{}.add("y.npy", two_labels, true).bytes()),
             "a.npz: has no array x.npy or X.npy or x_train.npy or X_train.npy");
}

BOOST_AUTO_TEST_CASE(an_archive_that_is_cut_off_or_damaged_is_refused) {
  const std::string
      whole = zip_writer{}.add("x.npy", two_by_three, true).add("y.npy", two_labels, true).bytes();
  check_says(refusal(whole.substr(0, whole.size() - 30)), "has no end record in its last ");

  std::string flipped = zip_writer{}
                            .add("x.npy", two_by_three, false)
                            .add("y.npy", two_labels, false)
                            .bytes();
  flipped[40 + 64] ^= 1;
  check_says(refusal(flipped), "x.npy at byte 35 has the checksum ");

  std::string promising = whole;
  // The size of member 1 in the table of contents: a gigabyte from a hundred bytes.
  promising.replace(promising.find("PK\1\2") + 24, 4, little(1 << 30, 4));
  check_says(refusal(promising), "does not unpack to 1073741824 bytes; it stops after 0");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
