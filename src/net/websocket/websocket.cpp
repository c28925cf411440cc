#include "net/websocket/websocket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <mutex>

#include "net/stream/parts.hpp"

namespace millwright::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ws = beast::websocket;
using boost::system::error_code;
namespace {

// Our stream as Beast wants to see one. The handlers of Beast can only be moved, std::function only
// copied: so they travel in a shared_ptr (owners: the copies of one callback).
class Layer {
 public:
  using executor_type = asio::io_context::executor_type;
  Layer(std::unique_ptr<Stream> stream, Bytes ahead)
      : stream_(std::move(stream)),
        context_(stream_->loop().inner().context()),
        ahead_(std::move(ahead)) {}

  executor_type get_executor() { return context_->get_executor(); }
  Stream& stream() { return *stream_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto done, const Buffers& into) { read(first_of(into), std::move(done)); }, handler,
        buffers);
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto done, const Buffers& from) { write(from, std::move(done)); }, handler, buffers);
  }

 private:
  template <class Buffers>
  static asio::mutable_buffer first_of(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
         ++at) {
      const asio::mutable_buffer buffer(*at);
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }
  template <class Done>
  void read(asio::mutable_buffer into, Done done) {
    auto kept = std::make_shared<Done>(std::move(done));
    if (!ahead_.empty() || into.size() == 0) {
      const std::size_t count = asio::buffer_copy(into, asio::buffer(ahead_));
      ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(count));
      stream_->loop().post([kept, count] { std::move (*kept)(error_code(), count); });
      return;
    }
    stream_->read({static_cast<std::uint8_t*>(into.data()), into.size()},
                  [kept](const Result<std::size_t>& count) {
                    error_code error;
                    if (!count) error = asio::error::connection_reset;
                    if (count && *count == 0) error = asio::error::eof;
                    std::move (*kept)(error, count ? *count : 0);
                  });
  }
  template <class Buffers, class Done>
  void write(const Buffers& from, Done done) {
    std::vector<ByteView> parts;
    std::size_t size = 0;
    for (auto at = asio::buffer_sequence_begin(from); at != asio::buffer_sequence_end(from); ++at) {
      const asio::const_buffer buffer(*at);
      if (buffer.size() == 0) continue;
      if (parts.size() == gather_views_max) break;  // Beast writes the rest in its next call.
      parts.emplace_back(static_cast<const std::uint8_t*>(buffer.data()), buffer.size());
      size += buffer.size();
    }
    auto kept = std::make_shared<Done>(std::move(done));
    stream_->write(std::move(parts), [kept, size](const Outcome& written) {
      std::move (*kept)(written ? error_code() : asio::error::connection_reset, written ? size : 0);
    });
  }

  std::unique_ptr<Stream> stream_;
  std::shared_ptr<asio::io_context> context_;  // Owners: see Loop::Inner.
  Bytes ahead_;
};

// How Beast ends a connection of ours.
template <class Handler>
void async_teardown(beast::role_type /*role*/, Layer& layer, Handler&& handler) {
  using Kept = std::decay_t<Handler>;
  auto kept = std::make_shared<Kept>(std::forward<Handler>(handler));
  layer.stream().shut_down([kept](const Outcome&) { std::move (*kept)(error_code()); });
}
void beast_close_socket(Layer& layer) {
  layer.stream().close();
}

class Session final : public WebSocket, public std::enable_shared_from_this<Session> {
 public:
  Session(std::unique_ptr<Stream> stream, Bytes ahead, WebSocketSettings settings)
      : settings_(std::move(settings)),
        remote_(stream->remote()),
        postbox_(stream->loop().postbox()),
        timer_(stream->loop()),
        write_timer_(stream->loop()),
        socket_(std::move(stream), std::move(ahead)) {
    ws::stream_base::timeout times{};
    times.handshake_timeout = ws::stream_base::none();  // Timed here, by the loop's own timers.
    times.idle_timeout = ws::stream_base::none();
    socket_.set_option(times);
    socket_.read_message_max(settings_.message_bytes_max);
    ws::permessage_deflate deflate;
    deflate.server_enable = deflate.client_enable = settings_.deflate;
    socket_.set_option(deflate);
  }

  bool send(std::string message, Frame frame) override {
    {
      const std::lock_guard lock(mutex_);
      if (is_over_ || waiting_ >= settings_.frames_waiting_max) return false;
      ++waiting_;
    }
    return postbox_->dispatch(
        [self = shared_from_this(), message = std::move(message), frame]() mutable {
          self->outgoing_.push_back({std::move(message), frame});
          self->write();
        });
  }
  void close(int code, std::string_view reason) override {
    constexpr std::size_t reason_bytes_max = 123;  // RFC 6455, 5.5.1.
    postbox_->dispatch([self = shared_from_this(), code,
                        reason = std::string(reason.substr(0, reason_bytes_max))] {
      self->say_goodbye(code, reason);
    });
  }
  Endpoint remote() const override { return remote_; }

  void accept(const Request& request, WebSocketOpened opened) {
    http::request<http::empty_body> head(http::verb::get, request.target, 11);
    for (const auto& [name, value] : request.headers)
      head.insert(name, value);
    start_timer();
    auto kept = std::make_shared<http::request<http::empty_body>>(std::move(head));
    socket_.async_accept(
        *kept, [self = shared_from_this(), kept, opened = std::move(opened)](error_code error) {
          if (error) return self->end(1006, error.message());
          self->open(opened);
        });
  }
  void connect(const Url& url, const Headers& headers, WebSocketOpened opened,
               std::function<void(const Error&)> refused) {
    socket_.set_option(ws::stream_base::decorator([headers](ws::request_type& head) {
      for (const auto& [name, value] : headers)
        head.set(name, value);
    }));
    start_timer();
    const std::string host = to_text(Endpoint{url.host, url.port});
    auto answer = std::make_shared<ws::response_type>();
    socket_.async_handshake(
        *answer, host, url.target,
        [self = shared_from_this(), answer, opened = std::move(opened),
         refused = std::move(refused)](error_code error) {
          if (!error) return self->open(opened);
          self->end(1006, error.message());
          refused(fail(Code::refused, "the server did not open a WebSocket (status " +
                                          std::to_string(answer->result_int()) +
                                          "): " + error.message()));
        });
  }

 private:
  struct Waiting {
    std::string message;
    Frame frame;
  };

  void open(const WebSocketOpened& opened) {
    socket_.control_callback([this](ws::frame_type, beast::string_view) { was_heard_ = true; });
    ears_ = opened(shared_from_this());
    read();
  }
  void read() {
    socket_.async_read(incoming_, [self = shared_from_this()](error_code error, std::size_t) {
      self->on_read(error);
    });
  }
  void on_read(const error_code& error) {
    if (error) return end(close_code(error), error.message());
    was_heard_ = true;
    const auto bytes = incoming_.cdata();
    const std::string_view message(static_cast<const char*>(bytes.data()), bytes.size());
    if (ears_.message) ears_.message(message, socket_.got_text() ? Frame::text : Frame::binary);
    incoming_.consume(incoming_.size());
    if (!is_over_) read();
  }
  int close_code(const error_code& error) const {
    if (error == ws::error::closed) return static_cast<int>(socket_.reason().code);
    if (error == ws::error::message_too_big) return 1009;
    if (error == ws::error::bad_frame_payload) return 1007;
    return error.category() == make_error_code(ws::error::closed).category() ? 1002 : 1006;
  }
  void write() {
    if (is_writing_ || outgoing_.empty() || is_over_) return;
    is_writing_ = true;
    socket_.text(outgoing_.front().frame == Frame::text);
    write_timer_.start(settings_.write, [self = shared_from_this()] {
      self->end(1006, "the other side takes no more");
    });
    socket_.async_write(
        asio::buffer(outgoing_.front().message),
        [self = shared_from_this()](error_code error, std::size_t) { self->on_written(error); });
  }
  void on_written(const error_code& error) {
    is_writing_ = false;
    write_timer_.cancel();
    outgoing_.pop_front();
    {
      const std::lock_guard lock(mutex_);
      --waiting_;
    }
    if (error || is_over_) return end(1006, error.message());
    if (!outgoing_.empty()) return write();
    if (ears_.written) ears_.written();
  }
  void say_goodbye(int code, const std::string& reason) {
    if (is_over_ || is_closing_) return;
    is_closing_ = true;
    ws::close_reason why(static_cast<std::uint16_t>(code));
    why.reason = reason;
    socket_.async_close(why, [self = shared_from_this(), code, reason](error_code error) {
      self->end(error ? 1006 : code, error ? error.message() : reason);
    });
  }
  void end(int code, std::string_view why) {
    {
      const std::lock_guard lock(mutex_);
      if (is_over_) return;
      is_over_ = true;
    }
    timer_.cancel();
    write_timer_.cancel();
    const WebSocketEars ears = std::move(ears_);
    ears_ = {};
    socket_.next_layer().stream().close();
    if (ears.closed) ears.closed(code, why);
  }
  // Rings once per `ping`: counts the rounds in which nothing was heard.
  void start_timer() {
    timer_.start(settings_.ping, [self = shared_from_this()] { self->on_timer(); });
  }
  void on_timer() {
    silent_ = was_heard_ ? Duration(0) : silent_ + settings_.ping;
    was_heard_ = false;
    if (silent_ >= settings_.silence) return end(1006, "nothing was heard of the other side");
    const bool can_ping = socket_.is_open() && !is_pinging_ && !is_closing_;
    if (can_ping && silent_ > Duration(0)) {
      is_pinging_ = true;
      socket_.async_ping({},
                         [self = shared_from_this()](error_code) { self->is_pinging_ = false; });
    }
    start_timer();
  }

  const WebSocketSettings settings_;
  const Endpoint remote_;
  std::shared_ptr<Postbox> postbox_;  // Owners: see Postbox.
  std::mutex mutex_;                  // For is_over_ and waiting_, which send() reads.
  bool is_over_ = false;
  std::size_t waiting_ = 0;

  WebSocketEars ears_;
  Timer timer_, write_timer_;
  beast::flat_buffer incoming_;
  std::deque<Waiting> outgoing_;
  bool is_writing_ = false, is_closing_ = false, is_pinging_ = false, was_heard_ = true;
  Duration silent_{0};
  ws::stream<Layer> socket_;
};

bool is_same_origin(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == host;
}

}  // namespace

void accept_websocket(Request request, const Responder& responder, WebSocketSettings settings,
                      WebSocketOpened opened) {
  if (!request.is_upgrade || !request.headers.has_token("Upgrade", "websocket")) {
    Response response = error_response(426, "this address speaks WebSocket");
    response.headers.add("Upgrade", "websocket");
    return responder.send(std::move(response));
  }
  if (request.method != Method::get || request.headers.find("Sec-WebSocket-Version") != "13" ||
      request.headers.count("Sec-WebSocket-Key") != 1)
    return responder.send(error_response(400, "the WebSocket request is not of RFC 6455"));
  const auto origin = request.headers.find("Origin");
  const std::string_view host = request.headers.find("Host").value_or("");
  const auto is_allowed = settings.is_origin_allowed ? settings.is_origin_allowed : is_same_origin;
  if (origin && !is_allowed(*origin, host))
    return responder.send(error_response(
        403, "pages of " + std::string(*origin) + " may not connect to this server"));
  responder.upgrade(std::move(request), [settings = std::move(settings),
                                         opened = std::move(opened)](Upgraded upgraded) {
    // Owners: the operations under way and whoever sends.
    auto session =
        std::make_shared<Session>(std::move(upgraded.stream), std::move(upgraded.ahead), settings);
    session->accept(upgraded.request, opened);
  });
}

void connect_websocket(Loop& loop, const WebSocketAsk& ask, const WebSocketSettings& settings,
                       WebSocketOpened opened, std::function<void(const Error&)> refused) {
  Result<Url> url = to_url(ask.url);
  if (!url) return loop.post([refused, error = url.error()] { refused(error); });
  ConnectSettings to{{url->host, url->port}, url->is_secure ? ask.tls : nullptr};
  to.time = ask.time;
  loop.post([&loop, to, url = *url, headers = ask.headers, settings, opened, refused] {
    connect(loop, to, [=](Result<std::unique_ptr<Stream>> stream) {
      if (!stream) return refused(stream.error());
      auto session = std::make_shared<Session>(std::move(stream).value(), Bytes(), settings);
      session->connect(url, headers, opened, refused);
    });
  });
}

}  // namespace millwright::net
