#include "tests/support/sources.hpp"

namespace echelon {

using namespace tests;

namespace {

std::string record(std::string labels, char pixel) { return labels + std::string(3072, pixel); }

struct folder : temporary_folder {
  folder() : temporary_folder("cifar") {}
  void put(const std::string& name, std::string_view bytes) { write_file(path() / name, bytes); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cifar, folder)

BOOST_AUTO_TEST_CASE(cifar10_reads_its_batches_in_order_and_the_test_batch) {
  put("data_batch_2.bin", record("\x09", 2));
  put("data_batch_1.bin", record("\x03", 1) + record("\x04", '\xff'));
  put("test_batch.bin", record("\x01", 7));

  const auto loaded = load("cifar10", {{"path", path().string()}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->samples.labels == (std::vector<std::int32_t>{3, 4, 9}),
             boost::test_tools::per_element());
  BOOST_TEST((loaded->samples.shape == learning::sample_shape{3, 32, 32}));
  BOOST_TEST(loaded->samples.row(1)[3071] == 255.0F);
  BOOST_REQUIRE(loaded->test);
  BOOST_TEST(loaded->test->row(0)[0] == 7.0F);
  BOOST_TEST(loaded->test->classes == 10);
}

BOOST_AUTO_TEST_CASE(cifar100_reads_fine_or_coarse_labels) {
  put("train.bin", record("\x13\x63", 1));

  const auto fine = load("cifar100", {{"path", path().string()}});
  const auto coarse = load("cifar100", {{"path", path().string()}, {"labels", "coarse"}});

  BOOST_REQUIRE(fine && coarse);
  BOOST_TEST(fine->samples.labels[0] == 99);
  BOOST_TEST(coarse->samples.labels[0] == 19);
  BOOST_TEST(coarse->samples.classes == 20);
  BOOST_TEST(!fine->test);
}

BOOST_AUTO_TEST_CASE(broken_records_are_named_with_their_offset) {
  put("data_batch_1.bin", record("\x03", 1) + "\x04tail");
  check_says(complaint("cifar10", {{"path", path().string()}}),
             "data_batch_1.bin: the record at byte 3073 has 5 bytes; it needs 3073");

  put("data_batch_1.bin", record("\x03", 1) + record("\x0a", 1));
  check_says(complaint("cifar10", {{"path", path().string()}}),
             "label 10 at byte 3073 is out of range; with 10 classes they are 0 to 9");

  put("data_batch_1.bin", "");
  check_says(complaint("cifar10", {{"path", path().string()}}), "holds no record");
}

BOOST_AUTO_TEST_CASE(an_empty_folder_is_not_found) {
  for (const char* source : {"cifar10", "cifar100"}) {
    const auto loaded = load(source, {{"path", path().string()}});

    BOOST_REQUIRE(!loaded);
    BOOST_TEST((loaded.error().code == errc::not_found));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
