#pragma once

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/learning/formats/disk.hpp"

namespace echelon::tests {

/// A folder as a power cut may leave it: the bytes under each name.
using folder_left = std::map<std::string, std::vector<std::byte>>;

/// A disk in memory that keeps apart what programs see and what outlasts a power cut. Calls are
/// counted from 0; a write takes at most `grain` bytes, so that a cut can come anywhere in a file.
class model_disk final : public learning::disk {
public:
  static constexpr std::size_t forever = SIZE_MAX;

  explicit model_disk(std::size_t grain) : grain_(grain) {}

  /// There since long ago.
  void keep(const std::string& name, std::vector<std::byte> bytes) {
    seen_[name] = lasting_[name] = std::make_shared<node>(node{bytes, bytes});
  }
  /// That call and so many behind it are refused, as by a full disk.
  void refuse(std::size_t call, std::size_t count) {
    refused_from_ = call;
    refused_until_ = count == forever ? forever : call + count;
  }
  /// Nothing happens from that call on.
  void cut_before(std::size_t call) { cut_ = call; }
  std::size_t calls() const { return calls_; }
  bool holds(const std::string& name) const { return seen_.contains(name); }

  /// Every folder that may be there after a cut now. Renames that were not synced have happened or
  /// not; of bytes that were not synced nothing, half, all, or only their number has come.
  std::vector<folder_left> survivors() const {
    std::vector<folder_left> all;
    for (const auto* folder : {&lasting_, &seen_})
      for (const auto& survive : {&nothing, &half, &zeros, &everything}) {
        folder_left left;
        for (const auto& [name, what] : *folder)
          left[name] = survive(*what);
        all.push_back(std::move(left));
      }
    return all;
  }

  result<std::unique_ptr<learning::written_file>>
  create(const std::filesystem::path& file) override {
    ECHELON_CHECK(call());
    auto made = std::make_shared<node>();
    seen_[file.filename()] = made;
    return std::make_unique<open_file>(*this, std::move(made));
  }
  result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    ECHELON_CHECK(call());
    seen_[to.filename()] = seen_.at(from.filename());
    seen_.erase(from.filename());
    return {};
  }
  result<void> sync_folder(const std::filesystem::path&) override {
    ECHELON_CHECK(call());
    lasting_ = seen_;
    return {};
  }
  void remove(const std::filesystem::path& file) override {
    if (call())
      seen_.erase(file.filename());
  }

private:
  struct node {
    std::vector<std::byte> written;
    std::vector<std::byte> synced;
  };
  using names = std::map<std::string, std::shared_ptr<node>>;

  class open_file final : public learning::written_file {
  public:
    open_file(model_disk& on, std::shared_ptr<node> what) : on_(on), what_(std::move(what)) {}
    result<std::size_t> write_some(std::span<const std::byte> bytes) override {
      ECHELON_CHECK(on_.call());
      const auto taken = bytes.first(std::min(bytes.size(), on_.grain_));
      what_->written.insert(what_->written.end(), taken.begin(), taken.end());
      return taken.size();
    }
    result<void> sync() override {
      ECHELON_CHECK(on_.call());
      what_->synced = what_->written;
      return {};
    }

  private:
    model_disk& on_;
    std::shared_ptr<node> what_;
  };

  static std::vector<std::byte> nothing(const node& of) { return of.synced; }
  static std::vector<std::byte> everything(const node& of) { return of.written; }
  static std::vector<std::byte> half(const node& of) {
    auto bytes = of.written;
    bytes.resize((of.synced.size() + of.written.size()) / 2);
    return bytes;
  }
  static std::vector<std::byte> zeros(const node& of) {
    auto bytes = of.synced;
    bytes.resize(of.written.size());
    return bytes;
  }

  result<void> call() {
    const std::size_t now = calls_++;
    if (now >= cut_)
      return fail(errc::cannot_write, "the power is off");
    if (now >= refused_from_ && now < refused_until_)
      return fail(errc::cannot_write, "No space left on device");
    return {};
  }

  std::size_t grain_;
  std::size_t calls_ = 0;
  std::size_t cut_ = forever;
  std::size_t refused_from_ = forever, refused_until_ = forever;
  names seen_, lasting_;
};

}  // namespace echelon::tests
