#include "algorithms/learning/formats/input_file.hpp"

#include <algorithm>
#include <array>

#include <zlib.h>

#include "algorithms/learning/formats/seekable_file.hpp"

namespace echelon::learning {
namespace {

constexpr std::uint64_t step_bytes = 1 << 20;
/// Deflate cannot shrink further than 1032 to 1: a promise beyond that is a lie.
constexpr std::uint64_t deflate_ratio_max = 1032;

}  // namespace

void input_file::closer::operator()(gzFile_s* file) const { gzclose_r(file); }

result<input_file> input_file::open(const std::filesystem::path& path) {
  ECHELON_TRY(const std::uint64_t bytes, regular_file_bytes(path));
  const std::string name = path.string();
  gzFile_s* file = gzopen(name.c_str(), "rb");
  if (file == nullptr)
    return fail(errc::bad_input, "{}: cannot be opened for reading", name);
  input_file opened{name, bytes, file};
  if (gzdirect(file) == 0)
    opened.unpacked_max_ = bytes * deflate_ratio_max;
  return opened;
}

result<std::size_t> input_file::read(std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const auto wanted = static_cast<unsigned>(
        std::min<std::uint64_t>(into.size() - filled, step_bytes));
    const int got = gzread(file_.get(), into.data() + filled, wanted);
    if (got > 0) {
      filled += static_cast<std::size_t>(got);
      offset_ += static_cast<std::uint64_t>(got);
    }
    if (got == static_cast<int>(wanted))
      continue;
    int code = Z_OK;
    const std::string_view message = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR)
      return fail(errc::bad_input,
                  "{}: the gzip stream is cut off; it ends after {} unpacked bytes", name_,
                  offset_);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
      return fail(errc::bad_input, "{}: cannot be read beyond byte {} ({})", name_, offset_,
                  message);
    break;
  }
  return filled;
}

result<std::vector<std::byte>> input_file::read_exactly(std::uint64_t count,
                                                        std::string_view what) {
  std::vector<std::byte> bytes;
  const std::uint64_t start = offset_;
  if (unpacked_max_ < start || count > unpacked_max_ - start)
    return fail(errc::bad_input,
                "{}: {} needs {} bytes from byte {}, but the file can hold at most {}", name_, what,
                count, start, unpacked_max_);
  while (bytes.size() < count) {
    const std::size_t filled = bytes.size();
    bytes.resize(std::min(count, std::max<std::uint64_t>(2 * filled, step_bytes)));
    ECHELON_TRY(const std::size_t got, read(std::span{bytes}.subspan(filled)));
    if (filled + got < bytes.size())
      return fail(errc::bad_input, "{}: ends at byte {}, but {} needs {} bytes from byte {}", name_,
                  offset_, what, count, start);
  }
  return bytes;
}

result<void> input_file::expect_end() {
  const std::uint64_t end = offset_;
  std::array<std::byte, 1> extra;
  ECHELON_TRY(const std::size_t got, read(extra));
  if (got != 0)
    return fail(errc::bad_input, "{}: goes on after byte {}, where its header says that it ends",
                name_, end);
  return {};
}

result<std::vector<std::byte>> read_whole(const std::filesystem::path& path,
                                          std::uint64_t bytes_max) {
  ECHELON_TRY(input_file file, input_file::open(path));
  std::vector<std::byte> bytes;
  for (;;) {
    const std::size_t filled = bytes.size();
    bytes.resize(std::max<std::uint64_t>(2 * filled, step_bytes));
    ECHELON_TRY(const std::size_t got, file.read(std::span{bytes}.subspan(filled)));
    if (file.offset() > bytes_max)
      return fail(errc::bad_input, "{}: holds more than {} bytes, the most that is read",
                  file.name(), bytes_max);
    if (filled + got < bytes.size()) {
      bytes.resize(filled + got);
      return bytes;
    }
  }
}

}  // namespace echelon::learning
