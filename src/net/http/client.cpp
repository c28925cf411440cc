#include "net/http/client.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace millwright::net {
namespace http = boost::beast::http;
namespace beast = boost::beast;
using boost::system::error_code;
namespace {

constexpr std::size_t read_bytes = std::size_t{64} * 1024;

// One answer, put together as its bytes come.
class AnswerParser final : public http::basic_parser<false> {
 public:
  AnswerParser(std::size_t bytes_max, bool is_head) : bytes_max_(bytes_max) {
    body_limit(boost::none);
    eager(true);
    skip(is_head);
  }
  // True when the answer is complete. Errors: corrupt, full.
  Result<bool> add(Bytes& input) {
    error_code error;
    const std::size_t count = put(boost::asio::const_buffer(input.data(), input.size()), error);
    input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(count));
    if (is_too_long_) return fail(Code::full, "the answer is longer than the limit");
    if (error && error != http::error::need_more)
      return fail(Code::corrupt, "the answer is not HTTP/1.1: " + error.message());
    return is_done();
  }
  // The other side has closed. True when that completes the answer.
  bool finish() {
    if (!got_some()) return false;
    error_code error;
    put_eof(error);
    return !error && is_done();
  }
  Response response;

 private:
  void add_body(beast::string_view body, error_code& error) {
    is_too_long_ = response.body.size() + body.size() > bytes_max_;
    if (is_too_long_) error = http::error::body_limit;
    if (!is_too_long_) response.body.append(body.data(), body.size());
  }
  void on_response_impl(int status, beast::string_view /*reason*/, int /*version*/,
                        error_code& /*error*/) override {
    response.status = status;
  }
  void on_field_impl(http::field /*field*/, beast::string_view name, beast::string_view value,
                     error_code& /*error*/) override {
    response.headers.add(std::string(name), std::string(value));
  }
  std::size_t on_body_impl(beast::string_view body, error_code& error) override {
    add_body(body, error);
    return body.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t /*left*/, beast::string_view body,
                                 error_code& error) override {
    add_body(body, error);
    return body.size();
  }
  void on_request_impl(http::verb /*verb*/, beast::string_view /*method*/,
                       beast::string_view /*target*/, int /*version*/,
                       error_code& /*error*/) override {}
  void on_header_impl(error_code& /*error*/) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         error_code& /*error*/) override {}
  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extension*/,
                            error_code& /*error*/) override {}
  void on_finish_impl(error_code& /*error*/) override {}

  std::size_t bytes_max_;
  bool is_too_long_ = false;
};

std::string to_bytes(const Ask& ask, const Url& url) {
  std::string out(to_text(ask.method));
  out += ' ' + ask.target + " HTTP/1.1\r\nHost: " + to_text(Endpoint{url.host, url.port});
  for (const auto& [name, value] : ask.headers)
    out += "\r\n" + name + ": " + value;
  const bool has_body =
      !ask.body.empty() || ask.method == Method::post || ask.method == Method::put;
  if (has_body) out += "\r\nContent-Length: " + std::to_string(ask.body.size());
  return out + "\r\n\r\n" + ask.body;
}

// One exchange under way, on the thread of the loop; the caller waits at `done_`.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::string bytes, std::size_t bytes_max, bool is_head)
      : bytes_(std::move(bytes)),
        parser_(std::in_place, bytes_max, is_head),
        bytes_max_(bytes_max),
        is_head_(is_head),
        buffer_(read_bytes) {}

  void start(Stream& stream) {
    stream_ = &stream;
    stream.write({as_bytes(bytes_)}, [self = shared_from_this()](const Outcome& written) {
      // A server may answer before it has taken all, and close: what it said is read.
      self->has_write_failed_ = !written;
    });
    read();
  }
  void finish(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    if (is_done_) return;
    is_done_ = true;
    error_ = std::move(error);
    done_.notify_all();
  }
  // Errors: timed_out; what went wrong.
  Result<Response> wait(Duration time) {
    std::unique_lock lock(mutex_);
    if (!done_.wait_for(lock, time, [this] { return is_done_; }))
      return fail(Code::timed_out, "no answer in " + millwright::to_text(time));
    if (error_) return *error_;
    return std::move(parser_->response);
  }
  bool keeps_alive() const { return is_reusable_; }

 private:
  void read() {
    stream_->read(
        {buffer_.data(), buffer_.size()},
        [self = shared_from_this()](const Result<std::size_t>& count) { self->on_read(count); });
  }
  void on_read(const Result<std::size_t>& count) {
    if (!count || *count == 0) {
      if (count && parser_->finish()) return finish(std::nullopt);
      return finish(count ? fail(Code::offline, "the server closed without an answer")
                          : count.error());
    }
    input_.insert(input_.end(), buffer_.begin(),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(*count));
    while (true) {
      const Result<bool> is_complete = parser_->add(input_);
      if (!is_complete) return finish(is_complete.error());
      if (!*is_complete) return read();
      if (parser_->response.status >= 200 || parser_->response.status == 101) break;
      parser_.emplace(bytes_max_, is_head_);  // 100 Continue: the answer itself follows.
      if (input_.empty()) return read();
    }
    is_reusable_ = parser_->keep_alive() && !has_write_failed_ && input_.empty();
    finish(std::nullopt);
  }

  std::string bytes_;
  std::optional<AnswerParser> parser_;
  std::size_t bytes_max_;
  bool is_head_;
  Bytes buffer_, input_;
  Stream* stream_ = nullptr;
  bool has_write_failed_ = false, is_reusable_ = false;
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::optional<Error> error_;
};

}  // namespace

class HttpClient::Inner {
 public:
  Inner(ClientSettings settings, Url url, std::unique_ptr<Loop> loop)
      : settings_(std::move(settings)), url_(std::move(url)), loop_(std::move(loop)) {}
  ~Inner() {
    loop_->post([this] { stream_.reset(); });
    loop_->stop();
  }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  Result<Response> exchange(const Ask& ask) {
    // Owners: the caller, and the operations under way.
    auto exchange = std::make_shared<Exchange>(to_bytes(ask, url_), settings_.body_bytes_max,
                                               ask.method == Method::head);
    loop_->post([this, exchange] { begin(exchange); });
    Result<Response> response = exchange->wait(settings_.time);
    if (!response || !exchange->keeps_alive()) loop_->post([this] { stream_.reset(); });
    return response;
  }

 private:
  void begin(const std::shared_ptr<Exchange>& exchange) {
    if (stream_) return exchange->start(*stream_);
    ConnectSettings to{{url_.host, url_.port}, url_.is_secure ? settings_.tls : nullptr};
    to.time = settings_.time;
    connect(*loop_, to, [this, exchange](Result<std::unique_ptr<Stream>> stream) {
      if (!stream) return exchange->finish(stream.error());
      stream_ = std::move(stream).value();
      exchange->start(*stream_);
    });
  }

  ClientSettings settings_;
  Url url_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Loop> loop_;
};

Result<std::unique_ptr<HttpClient>> HttpClient::open(ClientSettings settings) {
  Url url = TRY(to_url(settings.url));
  if (url.is_secure && !settings.tls)
    return fail(Code::invalid, settings.url + " needs a TLS context");
  std::unique_ptr<Loop> loop = TRY(Loop::open());
  return std::unique_ptr<HttpClient>(new HttpClient(
      std::make_unique<Inner>(std::move(settings), std::move(url), std::move(loop))));
}
HttpClient::HttpClient(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
HttpClient::~HttpClient() = default;
Result<Response> HttpClient::exchange(const Ask& ask) {
  return inner_->exchange(ask);
}
Result<Response> HttpClient::get(std::string target) {
  Ask ask;
  ask.target = std::move(target);
  return inner_->exchange(ask);
}
Result<Response> HttpClient::post(std::string target, std::string body, std::string content_type) {
  Ask ask;
  ask.method = Method::post;
  ask.target = std::move(target);
  ask.headers.add("Content-Type", std::move(content_type));
  ask.body = std::move(body);
  return inner_->exchange(ask);
}

}  // namespace millwright::net
