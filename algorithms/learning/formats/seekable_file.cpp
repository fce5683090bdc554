#include "algorithms/learning/formats/seekable_file.hpp"

#include <system_error>

namespace echelon::learning {

result<std::uint64_t> regular_file_bytes(const std::filesystem::path& path) {
  std::error_code code;
  const auto kind = std::filesystem::status(path, code).type();
  if (kind == std::filesystem::file_type::not_found)
    return fail(errc::not_found, "{}: there is no such file", path.string());
  if (kind != std::filesystem::file_type::regular)
    return fail(errc::bad_input, "{}: is not a regular file", path.string());
  const std::uint64_t bytes = std::filesystem::file_size(path, code);
  if (code)
    return fail(errc::bad_input, "{}: its size cannot be read ({})", path.string(), code.message());
  return bytes;
}

result<seekable_file> seekable_file::open(const std::filesystem::path& path) {
  ECHELON_TRY(const std::uint64_t bytes, regular_file_bytes(path));
  std::ifstream stream{path, std::ios::binary};
  if (!stream)
    return fail(errc::bad_input, "{}: cannot be opened for reading", path.string());
  return seekable_file{path.string(), bytes, std::move(stream)};
}

result<void> seekable_file::check_range(std::uint64_t offset, std::uint64_t count) const {
  if (offset > bytes_ || count > bytes_ - offset)
    return refuse("ends at byte {}, but {} bytes are needed from byte {}", bytes_, count, offset);
  return {};
}

result<void> seekable_file::read_at(std::uint64_t offset, std::span<std::byte> into) {
  ECHELON_CHECK(check_range(offset, into.size()));
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(offset));
  stream_.read(reinterpret_cast<char*>(into.data()), std::ssize(into));
  if (stream_.gcount() != std::ssize(into))
    return refuse("cannot be read at byte {}", offset);
  return {};
}

}  // namespace echelon::learning
