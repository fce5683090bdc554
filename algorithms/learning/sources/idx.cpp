#include "algorithms/learning/sources/idx.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "algorithms/learning/formats/input_file.hpp"
#include "algorithms/learning/formats/limits.hpp"

namespace echelon::learning {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view images_suffix = "-images-idx3-ubyte";
constexpr std::string_view labels_suffix = "-labels-idx1-ubyte";
constexpr std::uint32_t images_magic = 0x00000803;  // unsigned bytes, three dimensions
constexpr std::uint32_t labels_magic = 0x00000801;  // unsigned bytes, one dimension

/// Two files that belong together; `stem` is what their names share, "train" or
/// "emnist-letters-test".
struct file_pair {
  std::string stem;
  fs::path images;
  fs::path labels;
};

bool is_test(const file_pair& pair) {
  return pair.stem.ends_with("t10k") || pair.stem.ends_with("test");
}

/// The folder's files with that suffix, by stem; a plain file wins over its packed twin.
std::map<std::string, fs::path> files_with(const fs::path& folder, std::string_view suffix) {
  std::map<std::string, fs::path> found;
  std::error_code code;
  for (fs::directory_iterator entry{folder, code}, end; !code && entry != end;
       entry.increment(code)) {
    const bool packed = entry->path().extension() == ".gz";
    const std::string plain = (packed ? entry->path().stem() : entry->path().filename()).string();
    if (!plain.ends_with(suffix))
      continue;
    const std::string stem = plain.substr(0, plain.size() - suffix.size());
    if (!packed || !found.contains(stem))
      found[stem] = entry->path();
  }
  return found;
}

result<std::vector<file_pair>> pairs_in(const fs::path& folder, std::string_view prefix) {
  std::error_code code;
  if (!fs::is_directory(folder, code))
    return fail(errc::not_found, "{}: there is no such folder", folder.string());
  const auto labels = files_with(folder, labels_suffix);
  std::vector<file_pair> pairs;
  for (const auto& [stem, images] : files_with(folder, images_suffix)) {
    if (!stem.starts_with(prefix))
      continue;
    const auto found = labels.find(stem);
    if (found == labels.end())
      return fail(errc::not_found, "{}: there is no {}{}[.gz] beside it", images.string(), stem,
                  labels_suffix);
    pairs.push_back({stem, images, found->second});
  }
  if (pairs.empty())
    return fail(errc::not_found, "{}: holds no {}*{}[.gz]", folder.string(), prefix, images_suffix);
  return pairs;
}

/// Reads big-endian words of four bytes.
result<std::vector<std::uint32_t>> read_words(input_file& file, std::size_t count) {
  ECHELON_TRY(const auto bytes, file.read_exactly(4 * count, "its header"));
  std::vector<std::uint32_t> words(count);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    words[i / 4] = words[i / 4] << 8 | std::to_integer<std::uint32_t>(bytes[i]);
  return words;
}

/// Reads the magic number and the sizes.
result<std::vector<std::uint32_t>> read_header(input_file& file, std::uint32_t magic,
                                               std::size_t dimensions) {
  ECHELON_TRY(const auto found, read_words(file, 1));
  if (found.front() != magic)
    return fail(errc::bad_input,
                "{}: begins with {:#010x} at byte 0 where an IDX file of this name "
                "has {:#010x}",
                file.name(), found.front(), magic);
  return read_words(file, dimensions);
}

result<dataset> read_images(const fs::path& path) {
  ECHELON_TRY(input_file file, input_file::open(path));
  ECHELON_TRY(const auto sizes, read_header(file, images_magic, 3));
  dataset images{.name = path.string(),
                 .shape = {1, index{sizes[1]}, index{sizes[2]}},
                 .count = index{sizes[0]},
                 .images = true};
  // The sides apart first: their product may not fit an index otherwise.
  if (images.shape.height > features_max || images.shape.width > features_max)
    return fail(errc::bad_input,
                "{}: images of {} x {} at byte 8 are too large; the most is {} pixels", file.name(),
                images.shape.height, images.shape.width, features_max);
  ECHELON_CHECK(check_size(file.name(), images.count, images.shape.size()));
  const auto values = static_cast<std::uint64_t>(images.count * images.shape.size());
  ECHELON_TRY(const auto pixels, file.read_exactly(values, "its header"));
  ECHELON_CHECK(file.expect_end());
  images.features.resize(pixels.size());
  std::ranges::transform(pixels, images.features.begin(),
                         [](std::byte pixel) { return static_cast<float>(pixel); });
  return images;
}

result<std::vector<std::int32_t>> read_labels(const fs::path& path, const dataset& images,
                                              index classes) {
  ECHELON_TRY(input_file file, input_file::open(path));
  ECHELON_TRY(const auto sizes, read_header(file, labels_magic, 1));
  if (index{sizes[0]} != images.count)
    return fail(errc::bad_input, "{}: holds {} labels at byte 4 where {} holds {} images",
                file.name(), sizes[0], images.name, images.count);
  const std::uint64_t start = file.offset();
  ECHELON_TRY(const auto bytes, file.read_exactly(sizes[0], "its header"));
  ECHELON_CHECK(file.expect_end());
  std::vector<std::int32_t> labels;
  labels.reserve(bytes.size());
  for (const std::byte label : bytes) {
    labels.push_back(std::to_integer<std::int32_t>(label));
    if (classes > 0 && labels.back() >= classes)
      return fail(errc::bad_input,
                  "{}: label {} at byte {} is out of range; with {} classes they are "
                  "0 to {}",
                  file.name(), labels.back(), start + labels.size() - 1, classes, classes - 1);
  }
  return labels;
}

result<dataset> read_pair(const file_pair& pair, index classes) {
  ECHELON_TRY(dataset samples, read_images(pair.images));
  ECHELON_TRY(samples.labels, read_labels(pair.labels, samples, classes));
  samples.classes = classes > 0 ? classes : *std::ranges::max_element(samples.labels) + 1;
  return samples;
}

}  // namespace

std::vector<parameter> idx::declared() {
  return {
      {.name = "path",
       .kind = value_kind::text,
       .fallback = {},
       .summary = "the folder; with train-* and t10k-* (or *-test-*) the latter is the test set",
       .required = true},
      {.name = "prefix",
       .kind = value_kind::text,
       .fallback = value{""},
       .summary = "only files whose names begin so, such as \"emnist-letters\""},
      {.name = "classes",
       .kind = value_kind::integer,
       .fallback = value{0},
       .summary = "labels at or above it are refused; 0: as many as the largest label says",
       .least = 0,
       .most = 256}};
}

result<idx> idx::make(const parameters& given) {
  return idx{given.text("path"), given.text("prefix"), given.integer("classes")};
}

result<loaded_data> idx::load() const {
  ECHELON_TRY(auto pairs, pairs_in(folder_, prefix_));
  std::ranges::stable_partition(pairs, [](const file_pair& pair) { return !is_test(pair); });
  const auto tests = std::ranges::count_if(pairs, is_test);
  if (pairs.size() > 2 || (pairs.size() == 2 && tests != 1))
    return fail(errc::bad_input,
                "{}: holds {} pairs of images and labels; name one set by `prefix`, "
                "such as \"{}\"",
                folder_, pairs.size(), pairs.front().stem);
  ECHELON_TRY(dataset samples, read_pair(pairs.front(), classes_));
  if (pairs.size() == 1)
    return loaded_data{std::move(samples), std::nullopt};
  ECHELON_TRY(dataset test, read_pair(pairs.back(), classes_));
  return loaded_data{std::move(samples), std::move(test)};
}

}  // namespace echelon::learning
