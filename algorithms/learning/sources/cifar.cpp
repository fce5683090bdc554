#include "algorithms/learning/sources/cifar.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

#include "algorithms/learning/formats/input_file.hpp"
#include "algorithms/learning/formats/limits.hpp"

namespace echelon::learning {
namespace {

namespace fs = std::filesystem;

constexpr sample_shape image_shape{3, 32, 32};

/// One record: label bytes, of which one counts, then the image.
struct record_format {
  std::size_t label_bytes;
  std::size_t label_index;
  index classes;

  std::size_t bytes() const { return label_bytes + static_cast<std::size_t>(image_shape.size()); }
};

/// Appends a file's records to `into`, one by one: memory grows with what was read.
result<void> append_records(const fs::path& path, const record_format& format, dataset& into) {
  ECHELON_TRY(input_file file, input_file::open(path));
  std::vector<std::byte> record(format.bytes());
  for (;;) {
    const std::uint64_t start = file.offset();
    ECHELON_TRY(const std::size_t got, file.read(record));
    if (got == 0)
      break;
    if (got < record.size())
      return fail(errc::bad_input, "{}: the record at byte {} has {} bytes; it needs {}",
                  file.name(), start, got, record.size());
    const auto label = std::to_integer<std::int32_t>(record[format.label_index]);
    if (label >= format.classes)
      return fail(errc::bad_input,
                  "{}: label {} at byte {} is out of range; with {} classes they are 0 "
                  "to {}",
                  file.name(), label, start + format.label_index, format.classes,
                  format.classes - 1);
    ECHELON_CHECK(check_size(file.name(), ++into.count, image_shape.size()));
    into.labels.push_back(label);
    for (const std::byte pixel : std::span{record}.subspan(format.label_bytes))
      into.features.push_back(static_cast<float>(pixel));
  }
  return {};
}

result<dataset> read_files(const std::string& name, std::span<const fs::path> paths,
                           const record_format& format) {
  dataset samples{.name = name, .shape = image_shape, .classes = format.classes, .images = true};
  for (const fs::path& path : paths)
    ECHELON_CHECK(append_records(path, format, samples));
  if (samples.count == 0)
    return fail(errc::bad_input, "{}: holds no record", name);
  return samples;
}

result<loaded_data> read_folder(const fs::path& folder, std::span<const fs::path> training,
                                const fs::path& test, const record_format& format) {
  ECHELON_TRY(dataset samples, read_files(folder.string(), training, format));
  std::error_code code;
  if (!fs::exists(test, code))
    return loaded_data{std::move(samples), std::nullopt};
  ECHELON_TRY(dataset tested, read_files(test.string(), std::span{&test, 1}, format));
  return loaded_data{std::move(samples), std::move(tested)};
}

parameter path_parameter(std::string summary) {
  return {.name = "path",
          .kind = value_kind::text,
          .fallback = {},
          .summary = std::move(summary),
          .required = true};
}

}  // namespace

std::vector<parameter> cifar10::declared() {
  return {
      path_parameter("the folder of data_batch_1.bin to data_batch_5.bin; test_batch.bin is the "
                     "test set")};
}

result<cifar10> cifar10::make(const parameters& given) { return cifar10{given.text("path")}; }

result<loaded_data> cifar10::load() const {
  const fs::path folder{folder_};
  std::vector<fs::path> batches;
  for (int number = 1; number <= 5; ++number) {
    const fs::path batch = folder / fmt::format("data_batch_{}.bin", number);
    std::error_code code;
    if (fs::exists(batch, code))
      batches.push_back(batch);
  }
  if (batches.empty())
    return fail(errc::not_found, "{}: holds no data_batch_1.bin (CIFAR-10's binary version)",
                folder_);
  return read_folder(folder, batches, folder / "test_batch.bin", {1, 0, 10});
}

std::vector<parameter> cifar100::declared() {
  return {path_parameter("the folder of train.bin; test.bin is the test set"),
          {.name = "labels",
           .kind = value_kind::text,
           .fallback = value{"fine"},
           .summary = "100 fine classes or 20 coarse ones",
           .choices = {"fine", "coarse"}}};
}

result<cifar100> cifar100::make(const parameters& given) {
  return cifar100{given.text("path"), given.text("labels") == "coarse"};
}

result<loaded_data> cifar100::load() const {
  const fs::path folder{folder_};
  const fs::path training = folder / "train.bin";
  const record_format format = coarse_ ? record_format{2, 0, 20} : record_format{2, 1, 100};
  return read_folder(folder, std::span{&training, 1}, folder / "test.bin", format);
}

}  // namespace echelon::learning
