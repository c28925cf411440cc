#include "net/url/url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.hpp"

namespace millwright::net {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// The path and query of an absolute-form target: "http://host/path?x" is "/path?x".
std::string_view without_authority(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme > 5) return text;
  const std::size_t path = text.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : text.substr(path);
}

Outcome add_segments(std::string_view path, Target& target) {
  std::string_view rest = path.substr(1);
  while (true) {
    if (target.segments.size() == path_segments_max)
      return fail(Code::invalid, "the path has more than 64 segments");
    const std::size_t slash = rest.find('/');
    target.segments.push_back(TRY(percent_decoded(rest.substr(0, slash))));
    const std::string_view segment = target.segments.back();
    if (segment == "." || segment == "..")
      return fail(Code::invalid, "the path has a segment of dots alone, which is not served");
    if (slash == std::string_view::npos) return Done{};
    rest.remove_prefix(slash + 1);
  }
}

bool is_ip_literal(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Result<std::uint16_t> to_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return fail(Code::invalid, "'" + std::string(text) + "' is no port: 1 to 65535 is expected");
  return port;
}

}  // namespace

void Pairs::add(std::string name, std::string value) {
  pairs_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> Pairs::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_)
    if (key == name) return value;
  return std::nullopt;
}

std::string_view Pairs::value_or(std::string_view name, std::string_view other) const {
  return find(name).value_or(other);
}

std::vector<std::string_view> Pairs::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_)
    if (key == name) values.push_back(value);
  return values;
}

Result<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::is_space) {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return fail(Code::invalid, "'%' is not followed by two hexadecimal digits");
    if (high == 0 && low == 0) return fail(Code::invalid, "%00 is not allowed");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

Result<Target> to_target(std::string_view text) {
  Target target;
  if (text == "*") {
    target.path = "*";
    return target;
  }
  text = without_authority(text.substr(0, text.find('#')));
  const std::size_t question = text.find('?');
  std::string_view path = text.substr(0, question);
  if (path.empty() && question == 0) path = "/";
  if (path.empty() || path.front() != '/')
    return fail(Code::invalid, "the request target does not begin with '/'");
  target.path = TRY(percent_decoded(path));
  TRY(add_segments(path, target));
  if (question != std::string_view::npos) target.query = TRY(to_pairs(text.substr(question + 1)));
  return target;
}

Result<Pairs> to_pairs(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    if (pairs.size() == query_pairs_max)
      return fail(Code::invalid, "there are more than 256 parameters");
    const std::size_t equal = pair.find('=');
    const std::string_view value =
        equal == std::string_view::npos ? std::string_view() : pair.substr(equal + 1);
    pairs.add(TRY(percent_decoded(pair.substr(0, equal), Plus::is_space)),
              TRY(percent_decoded(value, Plus::is_space)));
  }
  return pairs;
}

Pairs to_cookies(std::string_view text) {
  Pairs cookies;
  while (!text.empty() && cookies.size() < cookies_max) {
    const std::size_t end = text.find(';');
    const std::string_view cookie = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::size_t equal = cookie.find('=');
    if (equal == std::string_view::npos || equal == 0) continue;
    std::string_view value = trimmed(cookie.substr(equal + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    cookies.add(std::string(trimmed(cookie.substr(0, equal))), std::string(value));
  }
  return cookies;
}

Result<Url> to_url(std::string_view text) {
  Url url;
  const std::size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end);
  url.is_secure = scheme == "https" || scheme == "wss";
  if (scheme_end == std::string_view::npos ||
      (!url.is_secure && scheme != "http" && scheme != "ws"))
    return fail(Code::invalid, "'" + std::string(text) +
                                   "' is no address: http://, https://, ws:// or wss:// with a "
                                   "host is expected");
  std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t path = rest.find_first_of("/?#");
  const std::string_view authority = rest.substr(0, path);
  url.target = path == std::string_view::npos ? "/" : std::string(rest.substr(path));
  if (url.target.front() != '/') url.target.insert(0, "/");
  url.target.resize(std::min(url.target.size(), url.target.find('#')));
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = host_name(authority);
  if (url.host.empty())
    return fail(Code::invalid, "'" + std::string(text) +
                                   "' names no host: http://host:port/ is "
                                   "expected");
  url.port = url.is_secure ? 443 : 80;
  if (colon != std::string_view::npos) url.port = TRY(to_port(authority.substr(colon + 1)));
  return url;
}

std::string host_name(std::string_view host_header) {
  std::string_view host = host_header;
  if (!host.empty() && host.front() == '[') {
    const std::size_t end = host.find(']');
    host = end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  if (host.find_first_of("@/\\ ") != std::string_view::npos) return {};
  std::string name(host);
  name = lower(name);
  return name;
}

bool is_known_host(std::string_view host_header, const std::vector<std::string>& names) {
  const std::string host = host_name(host_header);
  if (host == "localhost" || is_ip_literal(host)) return true;
  return std::find(names.begin(), names.end(), host) != names.end();
}

}  // namespace millwright::net
