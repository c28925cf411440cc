#include "net/http/http.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/text.hpp"
#include "net/http/reader.hpp"

namespace millwright::net {
namespace {

// The word of docs/api.md for a status.
std::string_view error_word(int status) {
  switch (status) {
    case 401:
    case 403:
      return "refused";
    case 404:
      return "not_found";
    case 408:
      return "timed_out";
    case 413:
    case 414:
    case 429:
    case 431:
      return "full";
    case 503:
      return "offline";
    default:
      return status < 500 ? "invalid" : "failed";
  }
}

// The server says these itself; said twice, two programs could read an answer differently.
bool is_servers_own(std::string_view name) {
  return same_letters(name, "Content-Length") || same_letters(name, "Transfer-Encoding") ||
         same_letters(name, "Connection") || same_letters(name, "Date") ||
         same_letters(name, "X-Request-Id");
}

}  // namespace

std::string_view to_text(Method method) {
  constexpr std::array<std::string_view, 7> names{"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};
  return names[static_cast<std::size_t>(method)];
}

void Headers::add(std::string name, std::string value) {
  fields_.push_back({std::move(name), std::move(value)});
}
void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Field& field) { return same_letters(field.name, name); });
  add(std::string(name), std::move(value));
}
std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Field& field : fields_)
    if (same_letters(field.name, name)) return field.value;
  return std::nullopt;
}
std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const Field& field) { return same_letters(field.name, name); }));
}
bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const Field& field : fields_) {
    if (!same_letters(field.name, name)) continue;
    for (const std::string_view word : split(field.value, ','))
      if (same_letters(trimmed(word), token)) return true;
  }
  return false;
}

int status_of(Code code) {
  switch (code) {
    case Code::invalid:
      return 400;
    case Code::not_found:
      return 404;
    case Code::timed_out:
      return 408;
    case Code::refused:
      return 403;
    case Code::corrupt:
      return 500;
    case Code::full:
      return 429;
    case Code::offline:
      return 503;
  }
  return 500;
}

Response json_response(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

Response error_response(int status, std::string_view what, std::string_view field) {
  std::string body = R"({"error": {"code": ")" + std::string(error_word(status)) +
                     R"(", "what": ")" + json_escaped(what) + '"';
  if (!field.empty()) body += R"(, "field": ")" + json_escaped(field) + '"';
  Response response = json_response(body + "}}", status);
  response.headers.add("Cache-Control", "no-store");
  return response;
}
Response error_response(const Error& error) {
  return error_response(status_of(error.code), error.what);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

std::string chunk_head(std::size_t size) {
  std::array<char, 24> text{};
  const int length = std::snprintf(text.data(), text.size(), "%zx\r\n", size);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string http_date(Instant at) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
      months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

void append_head(const ResponseHead& head, std::string& out) {
  out += "HTTP/1.1 ";
  out += std::to_string(head.status);
  out += ' ';
  out += reason_phrase(head.status);
  const auto field = [&out](std::string_view name, std::string_view value) {
    out.append("\r\n").append(name).append(": ").append(value);
  };
  for (const auto& [name, value] : head.headers)
    if (!is_servers_own(name)) field(name, value);
  if (!head.date.empty()) field("Date", head.date);
  if (!head.request_id.empty()) field("X-Request-Id", head.request_id);
  if (head.is_chunked) {
    field("Transfer-Encoding", "chunked");
  } else if (head.length >= 0 && head.status != 204 && head.status != 304) {
    field("Content-Length", std::to_string(head.length));
  }
  if (!head.keeps_alive) field("Connection", "close");
  if (head.keeps_alive && head.is_http_1_0) field("Connection", "keep-alive");
  out += "\r\n\r\n";
}

}  // namespace millwright::net
