#include "net/http/reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace millwright::net {
namespace http = boost::beast::http;
namespace beast = boost::beast;
using boost::system::error_code;
namespace {

// The head must be read before anything in it can be trusted, so that these are looked for in the
// raw bytes: each hides a second reading of the same head.
class HeadScan {
 public:
  // What is wrong in the bytes up to the end of the head; null when nothing is.
  const char* scan(ByteView input) {
    for (; seen_ < input.size() && !is_over_; ++seen_) {
      const char* wrong = look(static_cast<char>(input[seen_]));
      if (wrong != nullptr) return wrong;
    }
    return nullptr;
  }
  void consumed(std::size_t count) { seen_ -= std::min(count, seen_); }

 private:
  const char* look(char c) {
    if (c == '\0') return "the head of the request holds a NUL byte";
    if (c == '\n' && before_ != '\r') return "a line of the head ends in LF without CR";
    if (before_ == '\r' && c != '\n') return "a line of the head holds CR without LF";
    if (before_ == '\n' && (c == ' ' || c == '\t')) return "a header is folded over two lines";
    if (c == '\n') {
      is_over_ = line_is_empty_ && has_line_;
      has_line_ = true;
      line_is_empty_ = true;
    } else if (c != '\r') {
      line_is_empty_ = false;
    }
    before_ = c;
    return nullptr;
  }

  std::size_t seen_ = 0;
  char before_ = 'x';
  bool line_is_empty_ = false;
  bool has_line_ = false;
  bool is_over_ = false;
};

std::optional<Method> to_method(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::patch:
      return Method::patch;
    case http::verb::delete_:
      return Method::remove;
    case http::verb::options:
      return Method::options;
    default:
      return std::nullopt;
  }
}

ByteView view(beast::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return beast::iequals(a, b);
}

}  // namespace

class RequestReader::Inner final : public http::basic_parser<true> {
 public:
  explicit Inner(const HttpLimits& limits_now) : limits(limits_now) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(boost::none);  // Counted here, because it is known only after the head.
    body_bytes_max = limits.body_bytes_max;
  }

  Step step(ByteView& input) {
    if (refusal) return Step::refused;
    piece = {};
    while (true) {
      if (is_head_given && is_done()) return Step::end;
      if (input.empty()) return Step::need_more;
      if (!is_head_given) {
        has_begun = true;
        const char* wrong = scan.scan(input);
        if (wrong != nullptr) return refuse(400, wrong);
      }
      const bool needs_more = take(input);
      if (refusal) return Step::refused;
      if (!is_head_given && is_header_done()) return finish_head();
      if (!piece.empty()) return Step::piece;
      if (needs_more) return wait_for_more(input);
    }
  }
  Step refuse(int status, std::string what) {
    if (!refusal) refusal = Refusal{status, std::move(what)};
    return Step::refused;
  }
  bool has_length_or_chunks() { return chunked() || content_length().has_value(); }

  const HttpLimits limits;
  Request request;
  ByteView piece;
  std::optional<Refusal> refusal;
  std::size_t body_bytes_max = 0;
  bool has_begun = false;
  bool awaits_continue = false;
  int version = 11;

 private:
  // True when the parser waits for more bytes.
  bool take(ByteView& input) {
    error_code error;
    const std::size_t count = put(boost::asio::const_buffer(input.data(), input.size()), error);
    input = input.subspan(count);
    if (!is_head_given) {
      scan.consumed(count);
      head_bytes += count;
    }
    if (!error) return count == 0;
    if (error == http::error::need_more) return true;
    refuse_parse(error);
    return false;
  }
  Step wait_for_more(ByteView input) {
    if (head_bytes + (is_head_given ? 0 : input.size()) >= limits.header_bytes_max)
      return refuse_head();
    if (input.size() >= limits.header_bytes_max)
      return refuse(400, "a chunk of the body has a head that is too long");
    return Step::need_more;
  }
  void refuse_parse(const error_code& error) {
    if (error == http::error::header_limit) {
      refuse_head();
    } else if (error == http::error::bad_version) {
      refuse(505, "HTTP/1.1 is spoken here");
    } else {
      refuse(400, "the request is not HTTP/1.1: " + error.message());
    }
  }
  Step refuse_head() {
    if (!has_target)
      return refuse(414, "the request target has more than " +
                             std::to_string(limits.target_bytes_max) + " bytes");
    return refuse(431, "the head of the request has more than " +
                           std::to_string(limits.header_bytes_max) + " bytes");
  }
  Step finish_head() {
    is_head_given = true;
    if (version >= 11 && request.headers.count("Host") != 1)
      return refuse(400, "one Host header is needed");
    if (!check_expectation() || !check_length()) return Step::refused;
    Result<Target> target = to_target(request.target);
    if (!target) return refuse(400, target.error().what);
    request.path = std::move(target->path);
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
    request.is_upgrade = upgrade();
    return Step::head;
  }
  bool check_expectation() {
    const auto expectation = request.headers.find("Expect");
    if (!expectation || version < 11) return true;
    awaits_continue = equal_ignoring_case(*expectation, "100-continue");
    if (!awaits_continue) refuse(417, "of Expect only 100-continue is known");
    return awaits_continue;
  }
  bool check_length() {
    if (has_length_or_chunks() || !request.headers.find("Content-Type")) return true;
    if (request.method == Method::get || request.method == Method::head ||
        request.method == Method::options || request.method == Method::remove)
      return true;
    refuse(411, "a body is announced by Content-Type; send Content-Length or chunks with it");
    return false;
  }
  void count_body(beast::string_view part, error_code& error) {
    body_bytes += part.size();
    piece = view(part);
    if (body_bytes <= body_bytes_max) return;
    refuse(413, "the body has more than " + std::to_string(body_bytes_max) + " bytes");
    error = http::error::body_limit;
  }

  void on_request_impl(http::verb verb, beast::string_view method, beast::string_view target,
                       int version_sent, error_code& error) override {
    has_target = true;
    version = version_sent;
    const std::optional<Method> known = to_method(verb);
    if (!known) {
      refuse(501, "the method " + std::string(method) + " is not known here");
    } else if (target.size() > limits.target_bytes_max) {
      has_target = false;
      refuse_head();
    } else {
      request.method = *known;
      request.target = target;
      return;
    }
    error = http::error::bad_target;
  }
  void on_field_impl(http::field field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    if (is_head_given) return;  // A trailer says nothing that we need.
    if (request.headers.size() == limits.headers_max) {
      refuse(431, "there are more than " + std::to_string(limits.headers_max) + " headers");
    } else if (field == http::field::transfer_encoding &&
               (version < 11 || !equal_ignoring_case(value, "chunked"))) {
      refuse(version < 11 ? 400 : 501, "of Transfer-Encoding only chunked is known, in HTTP/1.1");
    } else if (!is_header_text(value)) {
      refuse(400, "the header " + std::string(name) + " holds a control character");
    } else {
      request.headers.add(std::string(name), std::string(value));
      return;
    }
    error = http::error::bad_field;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         error_code& /*error*/) override {}
  std::size_t on_body_impl(beast::string_view body, error_code& error) override {
    count_body(body, error);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view /*extension*/,
                            error_code& error) override {
    if (size <= body_bytes_max) return;
    refuse(413, "the body has more than " + std::to_string(body_bytes_max) + " bytes");
    error = http::error::body_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t /*left*/, beast::string_view body,
                                 error_code& error) override {
    count_body(body, error);
    return body.size();
  }
  void on_header_impl(error_code& /*error*/) override {}
  void on_finish_impl(error_code& /*error*/) override {}
  void on_response_impl(int /*status*/, beast::string_view /*reason*/, int /*version*/,
                        error_code& /*error*/) override {}

  HeadScan scan;
  std::size_t head_bytes = 0;
  std::size_t body_bytes = 0;
  bool is_head_given = false;
  bool has_target = false;
};

RequestReader::RequestReader(const HttpLimits& limits) : inner_(std::make_unique<Inner>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::Step RequestReader::step(ByteView& input) {
  return inner_->step(input);
}
Request& RequestReader::request() {
  return inner_->request;
}
ByteView RequestReader::piece() const {
  return inner_->piece;
}
const Refusal& RequestReader::refusal() const {
  CHECK(inner_->refusal.has_value());
  return *inner_->refusal;
}
void RequestReader::limit_body(std::size_t bytes_max) {
  inner_->body_bytes_max = bytes_max;
  const auto length = inner_->content_length();
  if (length && *length > bytes_max)
    inner_->refuse(413, "the body has more than " + std::to_string(bytes_max) + " bytes");
}
bool RequestReader::has_begun() const {
  return inner_->has_begun;
}
bool RequestReader::has_body() const {
  return !inner_->is_done();
}
bool RequestReader::keeps_alive() const {
  return inner_->keep_alive();
}
bool RequestReader::awaits_continue() const {
  return inner_->awaits_continue;
}
bool RequestReader::is_http_1_0() const {
  return inner_->version < 11;
}

}  // namespace millwright::net
