#include "experiments/run/record_claim.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <span>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "algorithms/learning/formats/atomic_file.hpp"
#include "experiments/run/record_folder.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "writer.";
constexpr std::string_view gone = ".gone";
constexpr const char* deed_name = "deed";

/// Later ones are greater.
struct rank_of_claim {
  std::uint64_t epoch = 0;
  std::uint64_t run = 0;
  auto operator<=>(const rank_of_claim&) const = default;
};

struct found_claim {
  rank_of_claim rank;
  fs::path desk;
};

fs::path desk_of(const fs::path& folder, rank_of_claim rank) {
  return folder / fmt::format("{}{}.{:016x}", prefix, rank.epoch, rank.run);
}

std::optional<rank_of_claim> rank_of(const fs::path& desk) {
  const std::string name = desk.filename().string();
  if (!name.starts_with(prefix))
    return std::nullopt;
  rank_of_claim rank;
  const char* const end = name.data() + name.size();
  const auto [point, bad_epoch] = std::from_chars(name.data() + prefix.size(), end, rank.epoch);
  if (bad_epoch != std::errc{} || point == end || *point != '.')
    return std::nullopt;
  const auto [last, bad_run] = std::from_chars(point + 1, end, rank.run, 16);
  if (bad_run != std::errc{} || last != end)
    return std::nullopt;
  return rank;
}

std::vector<found_claim> claims_in(const fs::path& folder) {
  std::vector<found_claim> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{folder, ignored})
    if (const auto rank = rank_of(entry.path()))
      found.push_back({*rank, entry.path()});
  std::ranges::sort(found, {}, &found_claim::rank);
  return found;
}

/// A file system without locks says that nobody lives; claims are as safe there, only less polite.
bool is_locked(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return locked;
}

std::unexpected<error> cannot(const fs::path& what, const std::error_code& why) {
  return fail(errc::cannot_write, "{}: cannot be written ({})", what.string(), why.message());
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
}

/// Takes their desks from writers that came before, under whatever they are just writing.
result<void> clear_before(const fs::path& folder, rank_of_claim ours) {
  for (const found_claim& earlier : claims_in(folder)) {
    if (!(earlier.rank < ours))
      continue;
    const fs::path away = earlier.desk.string() + std::string{gone};
    std::error_code failed;
    fs::rename(earlier.desk, away, failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
      return cannot(earlier.desk, failed);
  }
  sync_folder(folder);
  std::error_code ignored;  // what is left of them is in nobody's way
  for (const auto& entry : fs::directory_iterator{folder, ignored})
    if (is_claim(entry.path()) && entry.path().extension() == gone)
      fs::remove_all(entry.path(), ignored);
  return {};
}

std::string describe(const record_holder& holder) {
  return fmt::format("{} (epoch {})", holder.writer.name, holder.epoch);
}

}  // namespace

bool is_claim(const fs::path& entry) { return entry.filename().string().starts_with(prefix); }

std::optional<record_holder> record_claim::look(const fs::path& folder) {
  const std::vector<found_claim> found = claims_in(folder);
  if (found.empty())
    return std::nullopt;
  const found_claim& last = found.back();
  record_holder holder{last.rank.epoch, {"", last.rank.run}, is_locked(last.desk / deed_name)};
  std::istringstream deed{file_text(last.desk / deed_name).value_or("")};
  std::getline(deed, holder.writer.name);
  return holder;
}

result<record_claim> record_claim::take(const fs::path& folder, const record_writer& who) {
  const auto before = look(folder);
  if (before && before->lives)
    return fail(errc::unreachable,
                "{}: is being written by {}, which lives; echelon serve --standby-for takes over "
                "once it does not",
                folder.string(), describe(*before));
  return claim(folder, who, before);
}

result<record_claim> record_claim::take_over(const fs::path& folder, const record_writer& who,
                                             std::uint64_t from) {
  const auto before = look(folder);
  if (before && before->writer.run != from)
    return fail(errc::unreachable, "{}: has been taken over by {}", folder.string(),
                describe(*before));
  return claim(folder, who, before);
}

/// The desk appears under its name with all that belongs to it, and locked.
result<record_claim> record_claim::claim(const fs::path& folder, const record_writer& who,
                                         const std::optional<record_holder>& before) {
  const rank_of_claim ours{before ? before->epoch + 1 : 1, who.run};
  const fs::path desk = desk_of(folder, ours);
  const fs::path made = desk.string() + ".new";
  std::error_code failed;
  fs::create_directories(made, failed);
  if (failed)
    return cannot(made, failed);
  const std::string text = who.name + "\n";
  const std::span piece{text};
  const std::span<const std::byte> bytes = std::as_bytes(piece);
  ECHELON_CHECK(learning::write_atomically(made / deed_name, {&bytes, 1}));
  const int lock = ::open((made / deed_name).c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0)
    return cannot(made, {errno, std::generic_category()});
  ::flock(lock, LOCK_EX | LOCK_NB);
  record_claim claimed{folder, desk, ours.epoch, lock};
  fs::rename(made, desk, failed);
  if (failed)
    return cannot(desk, failed);
  if (const auto now = look(folder); !now || now->writer.run != who.run)
    return std::unexpected(error{errc::unreachable, claimed.why_lost().detail});
  ECHELON_CHECK(clear_before(folder, ours));
  return claimed;
}

record_claim::record_claim(record_claim&& other) noexcept
    : folder_(std::move(other.folder_)), desk_(std::move(other.desk_)), epoch_(other.epoch_),
      lock_(std::exchange(other.lock_, -1)) {}

record_claim& record_claim::operator=(record_claim&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(desk_, other.desk_);
  std::swap(epoch_, other.epoch_);
  std::swap(lock_, other.lock_);
  return *this;
}

record_claim::~record_claim() {
  if (lock_ < 0)
    return;
  std::error_code ignored;
  fs::remove_all(desk_, ignored);
  ::close(lock_);
}

result<void> record_claim::hand_in(const std::string& name) const {
  std::error_code failed;
  fs::rename(desk_ / name, folder_ / name, failed);
  if (failed && lost())
    return std::unexpected(why_lost());
  if (failed)
    return cannot(folder_ / name, failed);
  sync_folder(folder_);
  return {};
}

bool record_claim::lost() const {
  std::error_code ignored;
  return !fs::exists(desk_, ignored);
}

error record_claim::why_lost() const {
  const auto now = look(folder_);
  return {errc::interrupted,
          fmt::format("{}: {} has taken over; this process writes no more of it", folder_.string(),
                      now ? describe(*now) : "somebody who has ended since")};
}

}  // namespace echelon::experiments
