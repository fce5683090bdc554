#include "algorithms/learning/formats/atomic_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace echelon::learning {
namespace {

/// An open file that is closed and, unless kept, removed.
class partial_file {
public:
  explicit partial_file(std::string path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  }
  partial_file(const partial_file&) = delete;
  partial_file& operator=(const partial_file&) = delete;
  ~partial_file() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      ::unlink(path_.c_str());
    }
  }

  bool opened() const { return descriptor_ >= 0; }

  bool write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return false;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// On the disk before the name points at it: otherwise a power cut could leave an empty file
  /// there.
  bool keep_as(const std::string& path) {
    if (::fsync(descriptor_) != 0 || ::rename(path_.c_str(), path.c_str()) != 0)
      return false;
    ::close(std::exchange(descriptor_, -1));
    return true;
  }

private:
  std::string path_;
  int descriptor_;
};

/// Makes the rename itself last. A file system that cannot sync a folder has done what it can.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(),
                                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
}

}  // namespace

result<void> write_atomically(const std::filesystem::path& path,
                              std::span<const std::span<const std::byte>> pieces) {
  const auto refused = [&] {
    return fail(errc::cannot_write, "{}: cannot be written ({})", path.string(),
                std::generic_category().message(errno));
  };
  partial_file file{path.string() + ".partial"};
  if (!file.opened())
    return refused();
  for (const auto piece : pieces)
    if (!file.write(piece))
      return refused();
  if (!file.keep_as(path.string()))
    return refused();
  sync_folder(path.parent_path());
  return {};
}

}  // namespace echelon::learning
