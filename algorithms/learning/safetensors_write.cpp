#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "algorithms/learning/formats/atomic_file.hpp"
#include "algorithms/learning/safetensors.hpp"

namespace echelon::learning {
namespace {

std::span<const std::byte> bytes_of(const tensor_view& tensor) {
  return std::visit([](auto values) { return std::as_bytes(values); }, tensor.values);
}

bool is_double(const tensor_view* tensor) {
  return std::holds_alternative<std::span<const double>>(tensor->values);
}

std::size_t value_count(const tensor_view& tensor) {
  return std::visit([](auto values) { return values.size(); }, tensor.values);
}

/// The file's order, after checking what the caller promised.
std::vector<const tensor_view*> file_order(std::span<const tensor_view> tensors) {
  std::vector<const tensor_view*> order;
  std::set<std::string_view> names;
  for (const tensor_view& tensor : tensors) {
    std::size_t count = 1;
    for (const index size : tensor.shape)
      count *= static_cast<std::size_t>(size);
    expects(count == value_count(tensor));
    expects(tensor.name != "__metadata__" && names.insert(tensor.name).second);
    order.push_back(&tensor);
  }
  std::ranges::stable_partition(order, is_double);
  return order;
}

}  // namespace

result<void> write_safetensors(const std::filesystem::path& path,
                               std::span<const tensor_view> tensors,
                               const tensor_metadata& metadata, disk& on) {
  // Keys in the order of the bytes: a reader that streams meets the tensors as they come.
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  const auto order = file_order(tensors);
  std::size_t end = 0;
  for (const tensor_view* tensor : order) {
    const std::size_t start = std::exchange(end, end + bytes_of(*tensor).size());
    header[tensor->name] = {{"dtype", is_double(tensor) ? "F64" : "F32"},
                            {"shape", tensor->shape},
                            {"data_offsets", {start, end}}};
  }
  // Foreign bytes in a name or a metadata text must not throw: they become U+FFFD.
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  if (text.size() > safetensors_header_bytes_max)
    return fail(errc::bad_input, "{}: a header of {} bytes is too long; the most is {}",
                path.string(), text.size(), safetensors_header_bytes_max);
  const std::uint64_t length = text.size();
  std::vector<std::span<const std::byte>> pieces{std::as_bytes(std::span{&length, 1}),
                                                 std::as_bytes(std::span{text})};
  std::ranges::transform(order, std::back_inserter(pieces),
                         [](const tensor_view* tensor) { return bytes_of(*tensor); });
  return write_atomically(path, pieces, on);
}

}  // namespace echelon::learning
