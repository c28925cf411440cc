#include <algorithm>

#include "base/log.hpp"
#include "net/http/connection.hpp"

namespace millwright::net {
namespace {

constexpr std::size_t write_slice_bytes = 256 * 1024;  // Each has the write time-out for itself.
constexpr std::size_t linger_bytes_max = 4 * 1024 * 1024;
constexpr Duration linger_time = 2s;

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool is_sendable(const Headers& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const Headers::Field& field) {
    return is_header_text(field.name) && is_header_text(field.value);
  });
}

// Now, to the second, written at most once a second and thread.
const std::string& date_now() {
  thread_local std::string text;
  thread_local std::chrono::sys_seconds written;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (text.empty() || now != written) {
    written = now;
    text = http_date(now);
  }
  return text;
}

class ConnectionSink final : public PieceSink {
 public:
  ConnectionSink(std::weak_ptr<Connection> connection, std::shared_ptr<Postbox> postbox,
                 std::uint64_t round)
      : connection_(std::move(connection)), postbox_(std::move(postbox)), round_(round) {}
  ~ConnectionSink() override {
    if (is_used_.exchange(true)) return;
    postbox_->post([connection = connection_, round = round_] {
      if (const auto alive = connection.lock()) alive->break_off(round);
    });
  }
  ConnectionSink(const ConnectionSink&) = delete;
  ConnectionSink& operator=(const ConnectionSink&) = delete;

  void more(std::string piece) override {
    CHECK(!piece.empty());
    take(std::move(piece), false);
  }
  void end() override { take({}, true); }

 private:
  void take(std::string piece, bool is_last) {
    CHECK(!is_used_.exchange(true));
    postbox_->dispatch(
        [connection = connection_, round = round_, piece = std::move(piece), is_last]() mutable {
          if (const auto alive = connection.lock())
            alive->take_piece(round, std::move(piece), is_last);
        });
  }

  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Postbox> postbox_;  // Owners: see Postbox.
  std::uint64_t round_;
  std::atomic<bool> is_used_{false};
};

}  // namespace

class Responder::Inner {
 public:
  Inner(const std::shared_ptr<Connection>& connection, std::shared_ptr<Postbox> postbox,
        std::uint64_t round)
      : connection_(connection), postbox_(std::move(postbox)), round_(round) {}
  ~Inner() {
    if (is_used_.exchange(true)) return;
    log::error("a request was dropped without an answer");
    deliver(error_response(500, "the request was dropped without an answer"));
  }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  void send(Response response) {
    CHECK(!is_used_.exchange(true));
    deliver(std::move(response));
  }
  void upgrade(Request request, std::function<void(Upgraded)> take) {
    CHECK(!is_used_.exchange(true));
    postbox_->dispatch([connection = connection_, round = round_, request = std::move(request),
                        take = std::move(take)]() mutable {
      if (const auto alive = connection.lock())
        alive->hand_over(round, std::move(request), std::move(take));
    });
  }

 private:
  void deliver(Response response) {
    postbox_->dispatch(
        [connection = connection_, round = round_, response = std::move(response)]() mutable {
          if (const auto alive = connection.lock()) alive->answer(round, std::move(response));
        });
  }

  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Postbox> postbox_;  // Owners: see Postbox.
  std::uint64_t round_;
  std::atomic<bool> is_used_{false};
};

void Responder::send(Response response) const {
  inner_->send(std::move(response));
}
void Responder::upgrade(Request request, std::function<void(Upgraded)> take) const {
  inner_->upgrade(std::move(request), std::move(take));
}

Responder make_responder(const std::shared_ptr<Connection>& connection,
                         std::shared_ptr<Postbox> postbox, std::uint64_t round);
Responder make_responder(const std::shared_ptr<Connection>& connection,
                         std::shared_ptr<Postbox> postbox, std::uint64_t round) {
  return Responder(std::make_shared<Responder::Inner>(connection, std::move(postbox), round));
}

void Connection::answer(std::uint64_t round, Response response) {
  if (round != round_ || (state_ != State::handling && state_ != State::pieces)) return;
  is_rest_unread_ = state_ == State::pieces && !has_upload_ended_;
  if (is_rest_unread_) keeps_alive_ = false;
  begin_answer(std::move(response));
}

void Connection::hand_over(std::uint64_t round, Request request,
                           std::function<void(Upgraded)> take) {
  if (round != round_ || state_ != State::handling) return;
  Upgraded upgraded{make_seated(std::move(stream_), hall_), {}, std::move(request)};
  const ByteView ahead = unread();
  upgraded.ahead.assign(ahead.begin(), ahead.end());
  hall_->hand_over();
  forget();
  take(std::move(upgraded));
}

void Connection::begin_answer(Response response) {
  if (!is_sendable(response.headers) || response.status < 200 || response.status > 599)
    response = error_response(500, "the answer held a header that cannot be sent");
  state_ = State::answering;
  const bool has_producer = response.producer && has_body(response.status);
  const bool is_http_1_0 = reader_ && reader_->is_http_1_0();
  is_chunked_ = has_producer && !is_http_1_0;
  if (has_peer_ended_ || is_retired_ || (has_producer && is_http_1_0)) keeps_alive_ = false;
  const std::size_t length = response.kept_body ? response.kept_body->size() : response.body.size();
  ResponseHead head{response.status, response.headers};
  head.length = has_producer ? -1 : static_cast<std::int64_t>(length);
  head.is_chunked = is_chunked_;
  head.keeps_alive = keeps_alive_;
  head.is_http_1_0 = is_http_1_0;
  head.request_id = id_;
  head.date = date_now();
  std::string bytes;
  bytes.reserve(256);
  append_head(head, bytes);
  const bool sends_body = has_body(response.status) && !is_head_method_;
  constexpr std::size_t joined_bytes_max = 4096;  // One small write is cheaper than two views.
  if (sends_body && !has_producer && length <= joined_bytes_max) {
    bytes += response.kept_body ? *response.kept_body : response.body;
    out_.add(std::move(bytes));
  } else {
    out_.add(std::move(bytes));
    if (sends_body && response.kept_body) out_.add(response.kept_body);
    if (sends_body && !has_producer && !response.kept_body) out_.add(std::move(response.body));
  }
  if (sends_body && has_producer) producer_ = std::move(response.producer);
  if (producer_) return feed();
  flush();
}

// Asks for pieces while there is room. A producer that answers at once does not deepen the stack.
void Connection::feed() {
  if (is_feeding_) return;
  is_feeding_ = true;
  const auto self = shared_from_this();
  while (producer_ && !is_awaiting_piece_ &&
         out_.size() < hall_->settings.limits.write_buffer_bytes_max) {
    is_awaiting_piece_ = true;
    const Producer producer = producer_;
    producer(std::make_shared<ConnectionSink>(weak_from_this(), stream_->loop().postbox(), round_));
  }
  is_feeding_ = false;
  flush();
}

void Connection::take_piece(std::uint64_t round, std::string piece, bool is_last) {
  if (round != round_ || !producer_) return;
  is_awaiting_piece_ = false;
  if (is_last) {
    producer_ = {};
    if (is_chunked_) out_.add(std::string("0\r\n\r\n"));
  } else {
    add_chunk(std::move(piece));
  }
  feed();
}

void Connection::add_chunk(std::string piece) {
  if (!is_chunked_) return out_.add(std::move(piece));
  constexpr std::size_t joined_bytes_max = 4096;
  std::string head = chunk_head(piece.size());
  if (piece.size() <= joined_bytes_max) return out_.add(head + piece + "\r\n");
  out_.add(std::move(head));
  out_.add(std::move(piece));
  out_.add(std::string("\r\n"));
}

void Connection::break_off(std::uint64_t round) {
  if (round != round_ || !producer_) return;
  log::error("the body of an answer broke off in the middle");
  close();
}

void Connection::flush() {
  if (is_writing_ || state_ == State::closed) return;
  if (out_.empty()) {
    const bool is_done = state_ == State::answering && !producer_ && !is_feeding_;
    if (is_done) finish_answer();
    return;
  }
  is_writing_ = true;
  std::vector<ByteView> parts = out_.front(write_slice_bytes, gather_views_max);
  std::size_t count = 0;
  for (const ByteView part : parts)
    count += part.size();
  if (state_ == State::answering) set_deadline(hall_->settings.times.write);
  stream_->write(std::move(parts), [self = shared_from_this(), count](const Outcome& written) {
    self->on_written(count, written);
  });
}

void Connection::on_written(std::size_t count, const Outcome& written) {
  is_writing_ = false;
  if (state_ == State::closed) return;
  if (!written) return close();
  hall_->bytes_out += count;
  out_.drop(count);
  if (state_ == State::answering && producer_ && out_.empty()) clear_deadline();
  if (producer_) return feed();
  flush();
}

void Connection::finish_answer() {
  if (!keeps_alive_ || is_retired_) return linger();
  state_ = State::head;
  reader_.emplace(hall_->settings.limits);
  unzipper_.reset();
  id_.clear();
  is_head_method_ = false;
  body_.clear();
  body_received_ = 0;
  upload_ready_.clear();
  has_upload_ended_ = false;
  if (begin_ == end_ && buffer_.size() > hall_->settings.limits.header_bytes_max)
    Bytes().swap(buffer_);
  set_deadline(hall_->settings.times.idle);
  advance();
}

// Closing with bytes unread would reset the connection and could take the answer with it. So we say
// that no more comes, and take a little more of what the client is sending, if it is.
void Connection::linger() {
  state_ = State::lingering;
  set_deadline(std::min(linger_time, hall_->settings.times.write));
  stream_->shut_down([self = shared_from_this()](const Outcome& shut_down) {
    const bool is_all_read = !self->is_rest_unread_ && self->begin_ == self->end_;
    if (!shut_down || is_all_read) return self->close();
    self->linger_on();
  });
}

void Connection::linger_on() {
  begin_ = end_ = 0;
  if (lingered_ > linger_bytes_max) return close();
  read();
}

void Connection::next_upload(std::uint64_t round, Upload::Piece take) {
  if (round != round_ || state_ != State::pieces)
    return take(fail(Code::offline, "the request has been answered or the client has gone"));
  CHECK(!upload_take_);
  upload_take_ = std::move(take);
  set_deadline(hall_->settings.times.body);
  pump_upload();
}

void Connection::give_upload(Result<std::string> piece) {
  const Upload::Piece take = std::move(upload_take_);
  upload_take_ = {};
  take(std::move(piece));
}

// Gives what is there and reads on while the handler asks; it may ask from within.
void Connection::pump_upload() {
  if (is_pumping_) return;
  is_pumping_ = true;
  const auto self = shared_from_this();
  while (state_ == State::pieces && upload_take_) {
    if (!upload_ready_.empty()) {
      std::string piece;
      piece.swap(upload_ready_);
      clear_deadline();
      give_upload(std::move(piece));
    } else if (has_upload_ended_) {
      clear_deadline();
      give_upload(std::string());
    } else {
      if (is_reading_) break;
      advance();
      if (upload_ready_.empty() && !has_upload_ended_) break;
    }
  }
  is_pumping_ = false;
}

}  // namespace millwright::net
