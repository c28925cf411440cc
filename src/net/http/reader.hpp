#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "net/http/server.hpp"

namespace millwright::net {

// Why a request is not served: the answer's status and what the client should do instead.
struct Refusal {
  int status = 400;
  std::string what;
};

// Reads one request from bytes as they come: pure, bounded by the limits, strict. Both
// Content-Length and Transfer-Encoding, bare line ends, folded lines, NUL and a repeated or missing
// Host are refused, because two programs that read such a request differently can be played off
// against each other (request smuggling).
class RequestReader {
 public:
  enum class Step { need_more, head, piece, end, refused };
  explicit RequestReader(const HttpLimits& limits);
  ~RequestReader();
  // The next thing in `input`, which is moved on past what was taken. At need_more, what is left of
  // `input` comes again with more bytes behind it; it stays below limits.header_bytes_max.
  Step step(ByteView& input);

  Request& request();                      // After `head`; the body is not in it.
  ByteView piece() const;                  // After `piece`: a part of the input of that call.
  const Refusal& refusal() const;          // After `refused`.
  void limit_body(std::size_t bytes_max);  // After `head`; may refuse at the next step.
  bool has_begun() const;                  // Has any byte of this request been seen?
  bool has_body() const;                   // After `head`: bytes will follow.
  bool keeps_alive() const;                // After `head`.
  bool awaits_continue() const;            // After `head`: the client waits for 100 Continue.
  bool is_http_1_0() const;

 private:
  class Inner;
  std::unique_ptr<Inner> inner_;
};

// The head of an answer. `length` < 0: chunked.
struct ResponseHead {
  int status = 200;
  const Headers& headers;
  std::int64_t length = 0;
  bool is_chunked = false;
  bool keeps_alive = true;
  bool is_http_1_0 = false;  // Staying open must then be said.
  std::string_view request_id = {};
  std::string_view date = {};
};
void append_head(const ResponseHead& head, std::string& out);
std::string_view reason_phrase(int status);
std::string chunk_head(std::size_t size);  // "1f4\r\n"
std::string http_date(Instant at);         // "Sun, 06 Nov 1994 08:49:37 GMT"
// A name or value that may stand in a header: no line ends, no NUL.
bool is_header_text(std::string_view text);

}  // namespace millwright::net
