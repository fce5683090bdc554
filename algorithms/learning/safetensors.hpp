#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/learning/formats/disk.hpp"

namespace echelon::learning {

/// Texts that travel with the tensors, such as the seed and the version.
using tensor_metadata = std::map<std::string, std::string>;

/// A tensor to be written; the values stay where they are.
struct tensor_view {
  std::string name;
  std::vector<index> shape;  ///< empty: one number
  std::variant<std::span<const float>, std::span<const double>> values;
};

/// A tensor that was read. F16 and BF16 are widened to float.
struct stored_tensor {
  std::string name;
  std::vector<index> shape;
  block values;
};

struct stored_tensors {
  std::vector<stored_tensor> tensors;  ///< in the order of their bytes
  tensor_metadata metadata;

  /// nullptr when there is none.
  const stored_tensor* find(std::string_view name) const;
};

/// The largest header that is written or read.
inline constexpr std::size_t safetensors_header_bytes_max = std::size_t{1} << 22;

/// Writes a model or a checkpoint, all of it or nothing (see write_atomically). Doubles come before
/// floats, so that every tensor is aligned to its element. Names differ and are not "__metadata__";
/// values fill the shapes. Errors: cannot_write; bad_input when the header would be too long.
/// Source: the safetensors format, version 0.3; opens in the usual Python libraries.
result<void> write_safetensors(const std::filesystem::path& path,
                               std::span<const tensor_view> tensors,
                               const tensor_metadata& metadata = {}, disk& on = system_disk());

/// Reads what anybody wrote. Nothing is allocated that the file's size does not cover.
/// Errors: not_found; bad_input with the file, and the tensor or the offset: a header that is cut
/// off, too long, no JSON or of another form, a name twice, another type than F16, BF16, F32, F64,
/// data that overlap, leave a hole or do not fit the shape.
result<stored_tensors> read_safetensors(const std::filesystem::path& path);

}  // namespace echelon::learning
