#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace millwright::net {

inline constexpr std::size_t query_pairs_max = 256;
inline constexpr std::size_t cookies_max = 64;
inline constexpr std::size_t path_segments_max = 64;

// Name and value pairs in the order in which they were sent; a name may come more than once.
class Pairs {
 public:
  void add(std::string name, std::string value);
  // The first value of that name. The view lives as long as the pairs are unchanged.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view value_or(std::string_view name, std::string_view other) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool empty() const { return pairs_.empty(); }
  std::size_t size() const { return pairs_.size(); }
  auto begin() const { return pairs_.begin(); }
  auto end() const { return pairs_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// The request target of HTTP in its parts, percent-decoded.
struct Target {
  std::string path;                   // Decoded whole: "%2F" has become "/".
  std::vector<std::string> segments;  // Split at "/" first, then decoded: "%2F" stays in one.
  Pairs query;
};

// "%41" is "A"; `plus_is_space` for queries and forms.
// Errors: invalid for a cut or wrong escape, and for an escaped NUL.
enum class Plus { is_plus, is_space };
Result<std::string> percent_decoded(std::string_view text, Plus plus = Plus::is_plus);

// What must not stand plain in one path segment or query value, escaped.
std::string percent_encoded(std::string_view text);

// Reads "/path?query" (also the absolute form "http://host/path" and "*"); the fragment is dropped.
// Errors: invalid: no leading "/", wrong escapes, "." or ".." segments, more parts than the limits.
Result<Target> to_target(std::string_view text);

// Reads "a=1&b=2", in a query or in an application/x-www-form-urlencoded body.
// Errors: invalid for wrong escapes or more than query_pairs_max pairs.
Result<Pairs> to_pairs(std::string_view text);

// Reads a Cookie header: "a=1; b=2". What is not of that form is left out (RFC 6265, 5.4).
Pairs to_cookies(std::string_view text);

// A base address: "https://host:8443/path".
struct Url {
  bool is_secure = false;  // https, wss
  std::string host;        // Without the brackets of IPv6.
  std::uint16_t port = 0;  // That of the scheme when none is given.
  std::string target;      // At least "/".
};
// Errors: invalid, with what is expected. Schemes: http, https, ws, wss.
Result<Url> to_url(std::string_view text);

// The Host header without its port; brackets of IPv6 are taken off. Lower case. Empty when it is
// not of that form.
std::string host_name(std::string_view host_header);

// Against DNS rebinding: a literal IP address, "localhost", or one of `names` (lower case).
bool is_known_host(std::string_view host_header, const std::vector<std::string>& names);

}  // namespace millwright::net
