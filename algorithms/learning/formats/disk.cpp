#include "algorithms/learning/formats/disk.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace echelon::learning {
namespace {

namespace fs = std::filesystem;

std::unexpected<error> refused() {
  return fail(errc::cannot_write, "{}", std::generic_category().message(errno));
}

class system_file final : public written_file {
public:
  explicit system_file(int descriptor) : descriptor_(descriptor) {}
  system_file(const system_file&) = delete;
  system_file& operator=(const system_file&) = delete;
  ~system_file() override { ::close(descriptor_); }

  result<std::size_t> write_some(std::span<const std::byte> bytes) override {
    for (;;) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0)
        return static_cast<std::size_t>(written);
      if (errno != EINTR)
        return refused();
    }
  }
  result<void> sync() override { return ::fsync(descriptor_) == 0 ? result<void>{} : refused(); }

private:
  int descriptor_;
};

class machine final : public disk {
public:
  result<std::unique_ptr<written_file>> create(const fs::path& file) override {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
      return refused();
    return std::make_unique<system_file>(descriptor);
  }

  result<void> rename(const fs::path& from, const fs::path& to) override {
    return ::rename(from.c_str(), to.c_str()) == 0 ? result<void>{} : refused();
  }

  result<void> sync_folder(const fs::path& folder) override {
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(),
                                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
      return {};  // it may be written but not read
    const bool failed = ::fsync(descriptor) != 0 && errno != EINVAL;  // EINVAL: it cannot
    const result<void> synced = failed ? refused() : result<void>{};
    ::close(descriptor);
    return synced;
  }

  void remove(const fs::path& file) override { ::unlink(file.c_str()); }
};

}  // namespace

disk& system_disk() {
  static machine only;
  return only;
}

}  // namespace echelon::learning
