#include "net/authority/key_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <system_error>

namespace echelon::net {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t pem_bytes_max = 64 * 1024;
constexpr std::uintmax_t list_bytes_max = nodes_max * (node_name_bytes_max + 1);
/// Clocks of different machines differ.
constexpr std::chrono::hours backdated{1};

fs::path authority_certificate(const fs::path& folder) { return folder / "ca.crt"; }
fs::path authority_key(const fs::path& folder) { return folder / "ca.key"; }
fs::path list_file(const fs::path& folder) { return folder / "nodes.txt"; }
fs::path certificate_file(const fs::path& folder, std::string_view name) {
  return folder / fmt::format("{}.crt", name);
}
fs::path key_file(const fs::path& folder, std::string_view name) {
  return folder / fmt::format("{}.key", name);
}

std::string system_reason() { return std::generic_category().message(errno); }

result<std::string> read(const fs::path& file, std::uintmax_t bytes_max = pem_bytes_max) {
  std::error_code failed;
  if (!fs::exists(file, failed))
    return fail(errc::not_found,
                "{}: there is no such file; echelon certs {} --nodes NAME,... makes keys",
                file.string(), file.parent_path().string());
  const std::uintmax_t bytes = fs::file_size(file, failed);
  if (failed || bytes > bytes_max)
    return fail(errc::bad_input, "{}: {}", file.string(),
                failed ? failed.message() : fmt::format("longer than {} bytes", bytes_max));
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad())
    return fail(errc::bad_input, "{}: cannot be read: {}", file.string(), system_reason());
  return text;
}

/// As a whole or not at all, and never readable by more than `allowed` at any moment.
result<void> write_new(const fs::path& file, std::string_view text, fs::perms allowed) {
  const fs::path draft = file.string() + ".new";
  std::error_code failed;
  fs::remove(draft, failed);
  std::ofstream out{draft, std::ios::binary};
  fs::permissions(draft, allowed, failed);
  out << text << std::flush;
  if (!out.good() || failed)
    return fail(errc::cannot_write, "{}: cannot be written: {}", file.string(), system_reason());
  fs::rename(draft, file, failed);
  if (failed)
    return fail(errc::cannot_write, "{}: cannot be written: {}", file.string(), failed.message());
  return {};
}

constexpr fs::perms owner_alone = fs::perms::owner_read | fs::perms::owner_write;
constexpr fs::perms everybody_reads = owner_alone | fs::perms::group_read | fs::perms::others_read;

/// The certificate last: what has a certificate has a key.
result<void> write_pair(const fs::path& certificate, const fs::path& key, const key_pair& pair) {
  ECHELON_CHECK(write_new(key, pair.key, owner_alone));
  return write_new(certificate, pair.certificate, everybody_reads);
}

result<key_pair> ready_authority(const fs::path& folder, validity valid) {
  if (!fs::exists(authority_certificate(folder))) {
    const key_pair made = make_authority("Echelon private authority", valid);
    ECHELON_CHECK(write_pair(authority_certificate(folder), authority_key(folder), made));
    return made;
  }
  if (!fs::exists(authority_key(folder)))
    return fail(errc::not_found,
                "{}: without the authority's key nothing can be signed; bring it back, or make a "
                "new authority in an empty folder",
                authority_key(folder).string());
  ECHELON_TRY(std::string certificate, read(authority_certificate(folder)));
  ECHELON_TRY(std::string key, read(authority_key(folder)));
  return key_pair{std::move(certificate), std::move(key)};
}

result<void> check_new(const fs::path& folder, const std::vector<std::string>& names,
                       const std::vector<std::string>& listed) {
  std::set<std::string> taken{listed.begin(), listed.end()};
  for (const std::string& name : names) {
    ECHELON_CHECK(check_node_name(name));
    if (name == "ca")
      return fail(errc::bad_input, "\"ca\" is the authority's own name; choose another one");
    if (!taken.insert(name).second || fs::exists(certificate_file(folder, name)))
      return fail(errc::bad_input,
                  "{}: {} has a key pair already; remove its files and its line of nodes.txt first",
                  folder.string(), name);
  }
  if (taken.size() > nodes_max)
    return fail(errc::bad_input, "{}: at most {} nodes", folder.string(), nodes_max);
  return {};
}

result<void> check_secret(const fs::path& key) {
  std::error_code failed;
  const fs::perms allowed = fs::status(key, failed).permissions();
  if (!failed && (allowed & (fs::perms::others_read | fs::perms::others_write)) != fs::perms::none)
    return fail(errc::bad_input, "{}: everybody on this machine may read this key; chmod 600 {}",
                key.string(), key.string());
  return {};
}

}  // namespace

result<void> add_nodes(const fs::path& folder, const std::vector<std::string>& names,
                       std::chrono::sys_seconds now, const key_lifetimes& lifetimes) {
  std::vector<std::string> listed;
  std::string list;  // as it is, comments included
  if (fs::exists(list_file(folder))) {
    ECHELON_TRY(listed, listed_nodes(folder));
    ECHELON_TRY(list, read(list_file(folder), list_bytes_max));
    if (!list.ends_with('\n'))
      list += '\n';
  }
  ECHELON_CHECK(check_new(folder, names, listed));
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    return fail(errc::cannot_write, "{}: {}", folder.string(), failed.message());
  const auto from = now - backdated;
  ECHELON_TRY(const key_pair authority, ready_authority(folder, {from, now + lifetimes.authority}));
  for (const std::string& name : names) {
    ECHELON_TRY(const key_pair pair, issue(authority, name, {from, now + lifetimes.node}));
    ECHELON_CHECK(write_pair(certificate_file(folder, name), key_file(folder, name), pair));
    list += name + '\n';
  }
  return write_new(list_file(folder), list, everybody_reads);
}

result<std::vector<std::string>> listed_nodes(const fs::path& folder) {
  ECHELON_TRY(const std::string text, read(list_file(folder), list_bytes_max));
  std::vector<std::string> names;
  std::istringstream lines{text};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty())
      continue;
    if (auto name = check_node_name(line); !name)
      return fail(errc::bad_input, "{}:{}: {}", list_file(folder).string(), number,
                  name.error().detail);
    names.push_back(std::move(line));
  }
  return names;
}

result<tls_identity> load_identity(const fs::path& folder, const std::string& name,
                                   std::chrono::sys_seconds now) {
  ECHELON_CHECK(check_node_name(name));
  tls_identity identity;
  identity.name = name;
  ECHELON_TRY(identity.authority, read(authority_certificate(folder)));
  ECHELON_TRY(identity.own.certificate, read(certificate_file(folder, name)));
  ECHELON_TRY(identity.own.key, read(key_file(folder, name)));
  ECHELON_CHECK(check_secret(key_file(folder, name)));
  ECHELON_TRY(identity.nodes, listed_nodes(folder));
  if (auto good = check_identity(identity, now); !good)
    return fail(errc::bad_input, "{}: {}", folder.string(), good.error().detail);
  return identity;
}

}  // namespace echelon::net
