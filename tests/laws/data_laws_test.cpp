#include "tests/support/sources.hpp"

#include <map>

#include <boost/test/data/test_case.hpp>
#include <sys/resource.h>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/safetensors.hpp"

namespace echelon {

using namespace tests;

namespace {

/// A small valid file of each format: where it lies in its folder, what it holds, and, for a format
/// of several files, those that lie beside it.
struct sample_file {
  std::string source;
  std::string name;
  std::string bytes;
  std::map<std::string, std::string> beside = {};
  bool path_is_folder = false;
};

std::ostream& operator<<(std::ostream& out, const sample_file& file) {
  return out << file.source << " " << file.name;
}

std::vector<sample_file> sample_files() {
  const std::string pixels(20 * 12, '\5');
  const std::string labels{"\0\1\2\3\4\0\1\2\3\4\0\1\2\3\4\0\1\2\3\4", 20};
  const std::string images = idx_images(20, 3, 4, pixels);
  const std::string label_file = idx_labels(20, labels);
  std::string table = "label,a,\"b\"\n";
  std::string rows;
  std::string records;
  for (int i = 0; i < 20; ++i) {
    table += fmt::format("{},{},\"{}\"\n", i % 3, i * 0.25, -i);
    rows += fmt::format("{} 1:{} 4:{} 9:1e-3 # {}\n", i % 2 == 0 ? "+1" : "-1", i, i * 0.5, i);
    records += static_cast<char>(i % 10) + std::string(3072, static_cast<char>(i));
  }
  const auto archive = [&](bool packed) {
    return zip_writer{}
        .add("x.npy", npy("|u1", "(20, 3, 4)", pixels), packed)
        .add("y.npy", npy("|u1", "(20,)", labels), packed)
        .bytes();
  };
  return {
      {"idx", "train-images-idx3-ubyte", images, {{"train-labels-idx1-ubyte", label_file}}, true},
      {"idx", "train-labels-idx1-ubyte", label_file, {{"train-images-idx3-ubyte", images}}, true},
      {"idx",
       "train-images-idx3-ubyte.gz",
       gzipped(images),
       {{"train-labels-idx1-ubyte", label_file}},
       true},
      {"csv", "table.csv", table},
      {"csv", "table.csv.gz", gzipped(table)},
      {"libsvm", "rows", rows},
      {"cifar10", "data_batch_1.bin", records, {}, true},
      {"npz", "stored.npz", archive(false)},
      {"npz", "packed.npz", archive(true)},
  };
}

/// A copy with some bytes changed, taken out, doubled or cut off.
std::string mutated(std::string bytes, random_stream& random) {
  const auto place = [&] { return static_cast<std::size_t>(random.below(std::ssize(bytes))); };
  constexpr char extremes[] = {'\0', '\1', '\x7f', '\x80', '\xff', '"', ',', ':', '\n', '9', '-'};
  for (index change = 0; change < 1 + random.below(3) && !bytes.empty(); ++change)
    switch (random.below(6)) {
      case 0: bytes[place()] = static_cast<char>(random.below(256)); break;
      case 1: bytes[place()] = extremes[random.below(std::ssize(extremes))]; break;
      // Headers are short beside the data; they get half of the blows.
      case 2:
        bytes[place() % std::min<std::size_t>(bytes.size(), 160)] = static_cast<char>(
            random.below(256));
        break;
      case 3:
        bytes[bytes.size() - 1 -
              place() % std::min<std::size_t>(bytes.size(),
                                              160)] = extremes[random.below(std::ssize(extremes))];
        break;
      case 4: bytes.erase(place(), 1 + place() % 8); break;
      default: bytes.resize(place()); break;
    }
  return bytes;
}

/// The most memory this process has had, in MiB.
long memory_peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// No hostile file of some KiB may make a reader take so much more; a sanitizer's own use is within
/// it.
constexpr long growth_max = 600;

}  // namespace

BOOST_AUTO_TEST_SUITE(data_laws)

BOOST_DATA_TEST_CASE(every_valid_sample_file_is_read, boost::unit_test::data::make(sample_files()),
                     file) {
  const temporary_folder folder{"laws"};
  write_file(folder.path() / file.name, file.bytes);
  for (const auto& [name, bytes] : file.beside)
    write_file(folder.path() / name, bytes);

  const auto loaded = load(
      file.source,
      {{"path", (file.path_is_folder ? folder.path() : folder.path() / file.name).string()}});

  BOOST_REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().detail));
  BOOST_TEST(loaded->samples.count == 20);
}

BOOST_DATA_TEST_CASE(a_damaged_file_is_read_or_refused_in_one_sentence_that_names_it,
                     boost::unit_test::data::make(sample_files()), file) {
  const temporary_folder folder{"laws"};
  for (const auto& [name, bytes] : file.beside)
    write_file(folder.path() / name, bytes);
  const std::filesystem::path path = folder.path() / file.name;
  const std::string setting = (file.path_is_folder ? folder.path() : path).string();
  random_stream random{1, file.name};
  const long before = memory_peak();
  int refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    write_file(path, mutated(file.bytes, random));

    const auto loaded = load(file.source, {{"path", setting}});

    if (loaded) {
      const learning::dataset& samples = loaded->samples;
      BOOST_REQUIRE(std::ssize(samples.features) == samples.count * samples.shape.size());
      BOOST_REQUIRE(std::ssize(samples.labels) == samples.count);
      for (const std::int32_t label : samples.labels)
        BOOST_REQUIRE((label >= 0 && label < samples.classes));
      continue;
    }
    ++refused;
    const std::string& said = loaded.error().detail;
    BOOST_REQUIRE_MESSAGE(said.starts_with(folder.path().string()), said);
    BOOST_REQUIRE_MESSAGE(said.find('\n') == std::string::npos && said.size() < 500, said);
  }
  BOOST_TEST(refused > 40);
  BOOST_TEST(memory_peak() - before < growth_max);
}

BOOST_AUTO_TEST_CASE(a_damaged_model_file_is_read_or_refused_in_one_sentence_that_names_it) {
  const temporary_folder folder{"laws"};
  const std::string path = (folder.path() / "model.safetensors").string();
  const std::vector<float> weights(60, 1.5F);
  const std::vector<double> moments(20, 2.5);
  const std::vector<learning::tensor_view> tensors{{"weight", {4, 15}, std::span{weights}},
                                                   {"moment", {20}, std::span{moments}}};
  BOOST_REQUIRE(learning::write_safetensors(path, tensors, {{"seed", "1"}}));
  const std::string bytes = read_file(path);
  random_stream random{1, "safetensors"};
  const long before = memory_peak();
  int refused = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    write_file(path, mutated(bytes, random));

    const auto stored = learning::read_safetensors(path);

    refused += stored ? 0 : 1;
    if (!stored)
      BOOST_REQUIRE_MESSAGE(stored.error().detail.starts_with(path), stored.error().detail);
  }
  BOOST_TEST(refused > 500);
  BOOST_TEST(memory_peak() - before < growth_max);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
