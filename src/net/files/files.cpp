#include "net/files/files.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"

namespace millwright::net {
namespace {

constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'";
constexpr std::string_view kept_for_a_year = "public, max-age=31536000, immutable";

std::shared_ptr<const std::string> kept(std::string_view bytes) {
  return bytes.empty() ? nullptr : std::make_shared<const std::string>(bytes);
}

// The q of "gzip;q=0.5"; 1 when none is given, 0 when it is not a number.
double weight_of(std::string_view parameters) {
  for (const std::string_view parameter : split(parameters, ';')) {
    const std::string_view text = trimmed(parameter);
    if (!text.starts_with("q=") && !text.starts_with("Q=")) continue;
    double weight = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), weight);
    return error == std::errc{} && end == text.data() + text.size() ? weight : 0;
  }
  return 1;
}

bool is_page_by_default(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') == std::string_view::npos;
}

}  // namespace

Files::Files(std::span<const File> files, FileSettings settings) : settings_(std::move(settings)) {
  if (!settings_.is_page) settings_.is_page = is_page_by_default;
  for (const File& file : files) {
    Kept entry{&file, std::make_shared<const std::string>(file.bytes), kept(file.brotli),
               kept(file.gzip)};
    by_path_.emplace(file.path, std::move(entry));
  }
}

const Files::Kept* Files::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

bool Files::has(std::string_view path) const {
  return find(path) != nullptr;
}

Response Files::answer(const Request& request) const {
  if (request.method != Method::get && request.method != Method::head) {
    Response response = error_response(405, "files are read with GET or HEAD");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  const Kept* found = find(request.path == "/" ? settings_.index : request.path);
  if (found == nullptr && settings_.is_page(request.path)) found = find(settings_.index);
  if (found != nullptr) return serve(request, *found);
  Response response = error_response(404, "there is no page " + request.path);
  add_security_headers(response.headers, settings_.is_behind_tls);
  return response;
}

Response Files::serve(const Request& request, const Kept& kept) const {
  const File& file = *kept.file;
  Response response;
  const bool is_hashed = file.path.starts_with(settings_.hashed_prefix);
  response.headers.add("Cache-Control", std::string(is_hashed ? kept_for_a_year : "no-cache"));
  response.headers.add("Vary", "Accept-Encoding");
  add_security_headers(response.headers, settings_.is_behind_tls);

  const std::string_view accepted = request.headers.find("Accept-Encoding").value_or("");
  const double brotli = kept.brotli ? coding_weight(accepted, "br") : 0;
  const double gzip = kept.gzip ? coding_weight(accepted, "gzip") : 0;
  std::string_view coding;
  response.kept_body = kept.plain;
  if (brotli > 0 && brotli >= gzip) {
    coding = "br";
    response.kept_body = kept.brotli;
  } else if (gzip > 0) {
    coding = "gzip";
    response.kept_body = kept.gzip;
  }
  // Each variant is other bytes, so that a strong tag must differ (RFC 9110, 8.8.3.3).
  std::string etag(file.etag);
  if (!coding.empty()) etag.append("-").append(coding);
  response.headers.add("ETag", '"' + etag + '"');
  if (names_etag(request.headers.find("If-None-Match").value_or(""), etag)) {
    response.status = 304;
    response.kept_body = nullptr;
    return response;
  }
  response.headers.add("Content-Type", std::string(file.content_type));
  if (!coding.empty()) response.headers.add("Content-Encoding", std::string(coding));
  return response;
}

void add_security_headers(Headers& headers, bool is_behind_tls) {
  headers.set("Content-Security-Policy", std::string(content_security_policy));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("X-Frame-Options", "DENY");  // For browsers that do not know frame-ancestors.
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  if (is_behind_tls) headers.set("Strict-Transport-Security", "max-age=31536000");
}

double coding_weight(std::string_view accept_encoding, std::string_view coding) {
  double others = 0;  // That of "*".
  for (const std::string_view item : split(accept_encoding, ',')) {
    const std::size_t semicolon = item.find(';');
    const std::string_view name = trimmed(item.substr(0, semicolon));
    const std::string_view parameters =
        semicolon == std::string_view::npos ? std::string_view() : item.substr(semicolon + 1);
    if (name == coding) return weight_of(parameters);
    if (name == "*") others = weight_of(parameters);
  }
  return others;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  for (const std::string_view item : split(if_none_match, ',')) {
    std::string_view tag = trimmed(item);
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() == etag.size() + 2 && tag.front() == '"' && tag.back() == '"' &&
        tag.substr(1, etag.size()) == etag)
      return true;
  }
  return false;
}

std::string_view content_type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> types{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".xml", "application/xml"},
  }};
  for (const auto& [ending, type] : types)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

}  // namespace millwright::net
