#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/learning/safetensors.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon {

using namespace learning;
using namespace tests;

namespace {

struct one_file : temporary_folder {
  one_file() : temporary_folder("safetensors") {}
  std::string file() const { return (path() / "model.safetensors").string(); }
  result<stored_tensors> read(const std::string& header, const std::string& data) const {
    write_file(file(), little(header.size(), 8) + header + data);
    return read_safetensors(file());
  }
  std::string refusal(const std::string& header, const std::string& data) const {
    const auto stored = read(header, data);
    return stored ? "accepted" : stored.error().detail.substr(path().string().size() + 1);
  }
};

const std::vector<float> six{1, -2, 3.5F, 0, 1e-30F, std::numeric_limits<float>::max()};
const std::vector<double> two{0.1, -1e300};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(safetensors, one_file)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back_to_the_bit) {
  const std::vector<tensor_view> tensors{{"dense.weight", {2, 3}, std::span{six}},
                                         {"moment", {2}, std::span{two}},
                                         {"step", {}, std::span{six}.first(1)},
                                         {"none", {0, 4}, std::span<const float>{}}};

  const auto written = write_safetensors(file(), tensors, {{"seed", "7"}, {"quote", "\"\n\xff"}});
  const auto stored = read_safetensors(file());

  BOOST_REQUIRE(written);
  BOOST_REQUIRE_MESSAGE(stored, (stored ? "" : stored.error().detail));
  BOOST_TEST(stored->tensors.size() == 4U);
  BOOST_TEST(stored->metadata.at("seed") == "7");
  const stored_tensor* weight = stored->find("dense.weight");
  BOOST_REQUIRE(weight != nullptr);
  BOOST_TEST(weight->shape == (std::vector<index>{2, 3}), boost::test_tools::per_element());
  BOOST_TEST(weight->values.as<float>() == six, boost::test_tools::per_element());
  BOOST_TEST(stored->find("moment")->values.as<double>() == two, boost::test_tools::per_element());
  BOOST_TEST(stored->find("step")->shape.empty());
  BOOST_TEST(stored->find("none")->values.empty());
  BOOST_TEST(stored->find("nobody") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_the_format) {
  const std::vector<float> one{1};
  const std::vector<tensor_view> tensors{{"a", {1}, std::span{one}}, {"b", {2}, std::span{two}}};

  BOOST_REQUIRE(write_safetensors(file(), tensors, {{"k", "v"}}));

  const std::string header = "{\"__metadata__\":{\"k\":\"v\"},"
                             "\"b\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                             "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}} ";
  const std::string bytes = read_file(file());
  BOOST_TEST(header.size() % 8 == 0U);
  BOOST_TEST(bytes.substr(0, 8 + header.size()) == little(header.size(), 8) + header);
  BOOST_TEST(bytes.size() == 8 + header.size() + 20);
}

BOOST_AUTO_TEST_CASE(half_precision_is_widened_exactly) {
  const auto stored = read(
      "{\"h\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[0,12]},"
      "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[12,14]}}",
      // 1, -2, the smallest subnormal, the largest number, minus infinity, minus zero
      little(0x3c00, 2) + little(0xc000, 2) + little(1, 2) + little(0x7bff, 2) + little(0xfc00, 2) +
          little(0x8000, 2) + little(0x3f80, 2));

  BOOST_REQUIRE(stored);
  const auto half = stored->find("h")->values.as<float>();
  BOOST_TEST(half[0] == 1.0F);
  BOOST_TEST(half[1] == -2.0F);
  BOOST_TEST(half[2] == 0x1p-24F);
  BOOST_TEST(half[3] == 65504.0F);
  BOOST_TEST(half[4] == -std::numeric_limits<float>::infinity());
  BOOST_TEST(std::signbit(half[5]));
  BOOST_TEST(stored->find("b")->values.as<float>()[0] == 1.0F);
}

BOOST_AUTO_TEST_CASE(a_failed_write_leaves_what_was_there) {
  write_file(file(), "old");
  std::filesystem::create_directory(file() + ".partial");

  const auto written = write_safetensors(file(), {});
  const auto nowhere = write_safetensors(path() / "no" / "folder", {});

  BOOST_REQUIRE(!written);
  BOOST_TEST((written.error().code == errc::cannot_write));
  BOOST_TEST(read_file(file()) == "old");
  BOOST_REQUIRE(!nowhere);
  BOOST_TEST(nowhere.error().detail.find("no/folder: cannot be written (No such file") !=
                 std::string::npos,
             nowhere.error().detail);
}

BOOST_AUTO_TEST_CASE(a_header_that_is_cut_off_or_no_json_is_refused_with_the_offset) {
  const auto missing = read_safetensors(file());
  write_file(file(), "abc");
  const auto tiny = read_safetensors(file());
  write_file(file(), little(1ULL << 63, 8) + "{}");
  const auto huge = read_safetensors(file());

  BOOST_TEST((missing.error().code == errc::not_found));
  BOOST_TEST(tiny.error().detail ==
             file() + ": has 3 bytes; a safetensors file begins with a length of 8");
  BOOST_TEST(huge.error().detail ==
             file() +
                 ": the length at byte 0 promises a header of "
                 "9223372036854775808 bytes; the file has 2 behind it, and the most is 4194304");
  BOOST_TEST(refusal("{\"a\":x}", "") == "model.safetensors: the header is not JSON at byte 14");
  BOOST_TEST(refusal("[1]", "") == "model.safetensors: the header at byte 8 is not a JSON object");
  BOOST_TEST(refusal("{\"a\":1e999}", "") ==
             "model.safetensors: the header at byte 8 holds a number that is too large");
  BOOST_TEST(refusal(std::string(3'000'000, '['), "")
                 .starts_with("model.safetensors: the header is not JSON at byte "));
}

BOOST_AUTO_TEST_CASE(tensors_that_do_not_fit_the_data_are_named) {
  const auto entry = [](const std::string& name, const std::string& shape,
                        const std::string& offsets, const std::string& type = "F32") {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
  };
  const std::string four(4, 'x');
  const std::string eight(8, 'x');

  BOOST_TEST(
      refusal("{" + entry("a", "[1]", "[0,4]") + "," + entry("a", "[1]", "[4,8]") + "}", eight) ==
      "model.safetensors: names tensor \"a\" twice in its header at byte 8");
  BOOST_TEST(refusal("{" + entry("a", "[1]", "[0,8]") + "}", four) ==
             "model.safetensors: tensor \"a\" lies at bytes 0 to 8 of 4 bytes of data");
  BOOST_TEST(refusal("{" + entry("a", "[2]", "[0,4]") + "}", four) ==
             "model.safetensors: tensor \"a\" has 4 bytes, which its shape and dtype do not take");
  BOOST_TEST(refusal("{" + entry("a", "[65536,65536,65536,65536]", "[0,4]") + "}", four) ==
             "model.safetensors: tensor \"a\" has 4 bytes, which its shape and dtype do not take");
  BOOST_TEST(
      refusal("{" + entry("a", "[1]", "[4,8]") + "}", eight) ==
      "model.safetensors: tensor \"a\" begins at byte 4 of the data, not at 0, where the one "
      "before it ends");
  BOOST_TEST(
      refusal("{" + entry("a", "[1]", "[0,4]") + "," + entry("b", "[1]", "[0,4]") + "}", four) ==
      "model.safetensors: tensor \"b\" begins at byte 0 of the data, not at 4, where the one "
      "before it ends");
  BOOST_TEST(refusal("{" + entry("a", "[1]", "[0,4]") + "}", eight) ==
             "model.safetensors: has 8 bytes of data where its tensors take 4");
  BOOST_TEST(
      refusal("{" + entry("a", "[1]", "[0,8]", "I64") + "}", eight) ==
      "model.safetensors: tensor \"a\" has dtype \"\"I64\"\"; read are F16, BF16, F32 and F64");
  BOOST_TEST(refusal("{" + entry("a", "[-1]", "[0,4]") + "}", four) ==
             "model.safetensors: tensor \"a\" has no shape of at most 16 sizes, or no data_offsets "
             "of two");
  BOOST_TEST(refusal("{\"a\":7}", "") ==
             "model.safetensors: tensor \"a\" has dtype \"null\"; read are F16, BF16, F32 and F64");
  BOOST_TEST(refusal("{\"__metadata__\":{\"k\":1}}", "") ==
             "model.safetensors: __metadata__ \"k\" in the header is not a text");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
