#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "algorithms/base/result.hpp"

namespace echelon::experiments {

/// Who writes a record, or wants to.
struct record_writer {
  std::string name;       ///< for people: where it listens
  std::uint64_t run = 0;  ///< another one for each start of a process
};

/// Who wrote a record last, and whether it may still do so.
struct record_holder {
  std::uint64_t epoch = 0;
  record_writer writer;
  bool lives = false;  ///< it has the file open, as far as this machine can tell
};

/// The right to write a record, which one process has at a time. It is a folder in the record's,
/// `writer.EPOCH.RUN`, whose highest epoch counts (of two equal ones, the higher run). Files of the
/// record are written in there and then renamed to where they belong. Who claims a record renames
/// the folders of lesser epochs away before it reads anything: whatever an earlier writer handed in
/// before that is there to be read, and whatever it tries later, be it woken in the middle of
/// writing, finds its own folder gone. No clock, lock or message is trusted for this, only that all
/// see renames in one order. That the writer lives is learned from a lock on a file in its folder,
/// and keeps people from starting two by accident.
class record_claim {
public:
  /// The highest claim; nothing where nobody has one.
  static std::optional<record_holder> look(const std::filesystem::path& folder);
  /// Claims a record that nobody writes. Errors: unreachable: its writer lives; cannot_write.
  static result<record_claim> take(const std::filesystem::path& folder, const record_writer& who);
  /// Claims the record whatever its writer `from` does; that one has then lost it.
  /// Errors: unreachable: somebody else has claimed it; cannot_write.
  static result<record_claim> take_over(const std::filesystem::path& folder,
                                        const record_writer& who, std::uint64_t from);

  record_claim(record_claim&& other) noexcept;
  record_claim& operator=(record_claim&& other) noexcept;
  /// Gives it back.
  ~record_claim();

  std::uint64_t epoch() const { return epoch_; }
  /// Where files are written before they are handed in.
  const std::filesystem::path& desk() const { return desk_; }
  /// Moves a finished file of the desk to its place in the record, whole and to stay.
  /// Errors: interrupted: the record belongs to somebody else now, and is unchanged; cannot_write.
  result<void> hand_in(const std::string& name) const;
  /// Whether somebody else has claimed the record meanwhile.
  bool lost() const;
  /// As an error: who has it now.
  error why_lost() const;

private:
  record_claim(std::filesystem::path folder, std::filesystem::path desk, std::uint64_t epoch,
               int lock)
      : folder_(std::move(folder)), desk_(std::move(desk)), epoch_(epoch), lock_(lock) {}

  static result<record_claim> claim(const std::filesystem::path& folder, const record_writer& who,
                                    const std::optional<record_holder>& before);

  std::filesystem::path folder_;
  std::filesystem::path desk_;
  std::uint64_t epoch_ = 0;
  int lock_ = -1;  ///< of an open, locked file; -1: moved from
};

/// Whether an entry of a record's folder belongs to claims.
bool is_claim(const std::filesystem::path& entry);

}  // namespace echelon::experiments
