#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/stream/stream.hpp"
#include "net/url/url.hpp"

namespace millwright::net {

enum class Method : std::uint8_t { get, head, post, put, patch, remove, options };
std::string_view to_text(Method method);  // "GET"; remove is "DELETE"

// Header fields in their order; names are compared without regard to case.
class Headers {
 public:
  struct Field {
    std::string name, value;
  };
  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  // Replaces all of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // Is `token` one of the comma-separated words of that field (without regard to case)?
  bool has_token(std::string_view name, std::string_view token) const;
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// The rest of a request body, taken piece by piece. Thread: any, one call at a time.
class Upload {
 public:
  // The next piece; an empty one is the end. Errors: timed_out, full (over the limit), offline.
  using Piece = std::function<void(Result<std::string>)>;
  virtual ~Upload() = default;
  virtual void next(Piece take) = 0;
};

struct Request {
  Method method = Method::get;
  std::string target;  // As sent.
  std::string path;    // Decoded; `segments` is split before decoding, so that "%2F" stays inside.
  std::vector<std::string> segments;
  Pairs query;
  Headers headers;
  std::string body;  // Whole, gunzipped; empty when `upload` is set.
  std::shared_ptr<Upload>
      upload;      // Set when the gate asked for pieces. Owners: handler, connection.
  std::string id;  // Of this request, also in the answer as X-Request-Id.
  Endpoint remote;
  bool is_secure = false;
  bool is_upgrade = false;  // The client asks for another protocol: see Responder::upgrade.
};

// Answers one request for the next piece of a streaming body: exactly one call, from any thread.
// The last copy gone without a call breaks the connection off, so that a cut body is seen as such.
class PieceSink {
 public:
  virtual ~PieceSink() = default;
  virtual void more(std::string piece) = 0;  // Not empty.
  virtual void end() = 0;
};
// Called on the I/O thread whenever the connection has room for a piece; never twice at a time.
using Producer = std::function<void(std::shared_ptr<PieceSink>)>;

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Connection, Date and X-Request-Id are the server's own.
  std::string body;
  Producer producer;  // When set: the body comes in pieces (chunked), and `body` is empty.
  std::shared_ptr<const std::string> kept_body;  // Instead of body. Owners: whoever keeps it, we.
};

// `{"error": {"code", "what"}}` as docs/api.md says; the code word follows from the status.
Response error_response(int status, std::string_view what, std::string_view field = {});
Response error_response(const Error& error);  // The status follows from the code.
int status_of(Code code);
Response json_response(std::string body, int status = 200);

// A connection that has left HTTP: the stream, what was read beyond the request, and the request.
struct Upgraded {
  std::unique_ptr<Stream> stream;
  Bytes ahead;
  Request request;
};

// The way back to the client, from any thread, once. The last copy gone without an answer sends
// 500. Answering twice is a bug.
class Responder {
 public:
  class Inner;
  explicit Responder(std::shared_ptr<Inner> inner) : inner_(std::move(inner)) {}
  void send(Response response) const;
  // Hands the connection over instead of an answer; `take` runs on its I/O thread. The taker keeps
  // `Upgraded` alive and no longer counts as a running handler.
  void upgrade(Request request, std::function<void(Upgraded)> take) const;

 private:
  std::shared_ptr<Inner> inner_;  // Owners: every copy of the responder.
};

// On an I/O thread: must not block. A long answer is given later, through the responder.
using Handler = std::function<void(Request&&, Responder)>;

// What is decided from the head alone, before the body is taken.
struct Intake {
  enum class Body { whole, pieces };
  Body body = Body::whole;
  std::optional<std::size_t> body_bytes_max;  // Instead of that of the settings.
  std::optional<Response> refusal;            // Answered at once; the body is not taken.
};
using Gate = std::function<Intake(const Request& head)>;

}  // namespace millwright::net
