#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/http/http.hpp"

namespace millwright::net {

// One file of the pages, as it lies in the program. Variants may be empty.
struct File {
  std::string_view path;  // "/index.html", "/assets/app-4f2a.js"
  std::string_view content_type;
  std::string_view bytes, brotli, gzip;
  std::string_view etag;  // Without quotes; of the plain bytes.
};

struct FileSettings {
  std::string index = "/index.html";  // Answers "/" and what `is_page` says.
  // Paths below it carry a hash of their content in their name: kept for a year by browsers.
  std::string hashed_prefix = "/assets/";
  // Is this path a page of the web app, shown by the index? Unset: every path without a dot in its
  // last segment.
  std::function<bool(std::string_view path)> is_page;
  bool is_behind_tls = false;  // Then Strict-Transport-Security is sent.
};

// Serves the files of a table that outlives it. Thread: any; pure.
class Files {
 public:
  Files(std::span<const File> files, FileSettings settings);
  // 200, 304, 404 or 405; HEAD is left to the server.
  Response answer(const Request& request) const;
  bool has(std::string_view path) const;

 private:
  struct Kept {
    const File* file;
    // Owners: this table and each answer under way. Null when there is no such variant.
    std::shared_ptr<const std::string> plain, brotli, gzip;
  };
  const Kept* find(std::string_view path) const;
  Response serve(const Request& request, const Kept& kept) const;

  FileSettings settings_;
  std::unordered_map<std::string_view, Kept> by_path_;
};

// What every page is sent with: content security policy, nosniff, no referrer, no frames.
void add_security_headers(Headers& headers, bool is_behind_tls);

// How much a client wants a coding, from 0 (not) to 1, by its Accept-Encoding (RFC 9110, 12.5.3).
double coding_weight(std::string_view accept_encoding, std::string_view coding);

// Does If-None-Match name this tag (weak comparison; `*` names every)?
bool names_etag(std::string_view if_none_match, std::string_view etag);

// By the ending of the name: "text/html; charset=utf-8"; else "application/octet-stream".
std::string_view content_type_of(std::string_view path);

}  // namespace millwright::net
