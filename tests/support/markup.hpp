#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace echelon::tests {

/// What is wrong with the nesting of a page's tags, or nothing. Scripts and styles are skipped;
/// every element but the doctype must be closed, as ours are.
inline std::string markup_fault(std::string_view page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
    if (page.substr(at).starts_with("<!DOCTYPE"))
      continue;
    const bool closing = page.substr(at + 1).starts_with('/');
    const std::size_t begin = at + (closing ? 2 : 1);
    const std::size_t end = page.find_first_of(" />\n", begin);
    const std::string name{page.substr(begin, end - begin)};
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != name.npos)
      return fmt::format("at {}: \"{}\" is no tag", at, page.substr(at, 20));
    const std::size_t close = page.find('>', at);
    if (close == page.npos)
      return fmt::format("at {}: a tag without end", at);
    if (closing) {
      if (open.empty() || open.back() != name)
        return fmt::format("at {}: </{}> closes {}", at, name,
                           open.empty() ? "nothing" : open.back());
      open.pop_back();
    } else if (page[close - 1] != '/') {
      open.push_back(name);
      if (name == "script" || name == "style")
        at = page.find("</" + name, close) - 1;
    }
  }
  return open.empty() ? std::string{} : fmt::format("<{}> is never closed", open.back());
}

}  // namespace echelon::tests
