#include "algorithms/learning/formats/atomic_file.hpp"

namespace echelon::learning {
namespace {

namespace fs = std::filesystem;

result<void> write_all(written_file& to, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    ECHELON_TRY(const std::size_t written, to.write_some(bytes));
    bytes = bytes.subspan(written);
  }
  return {};
}

/// On the disk before the name points at it: otherwise a power cut could leave an empty file there.
result<void> write_and_sync(const fs::path& file,
                            std::span<const std::span<const std::byte>> pieces, disk& on) {
  ECHELON_TRY(const auto made, on.create(file));
  for (const auto piece : pieces)
    ECHELON_CHECK(write_all(*made, piece));
  return made->sync();
}

}  // namespace

result<void> write_atomically(const fs::path& path,
                              std::span<const std::span<const std::byte>> pieces, disk& on) {
  const fs::path partial = path.string() + ".partial";
  result<void> written = write_and_sync(partial, pieces, on);
  if (written)
    written = on.rename(partial, path);
  if (!written)
    on.remove(partial);
  else
    written = on.sync_folder(path.parent_path());
  if (!written)
    return fail(errc::cannot_write, "{}: cannot be written ({})", path.string(),
                written.error().detail);
  return {};
}

}  // namespace echelon::learning
