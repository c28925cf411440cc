#include "net/http/connection.hpp"

#include <algorithm>

namespace millwright::net {
namespace {

constexpr std::size_t buffer_first_bytes = 4 * 1024;
constexpr std::size_t buffer_body_bytes = 64 * 1024;
constexpr std::size_t body_reserve_max = 8 * 1024 * 1024;

// The rest of a body for a handler that takes it in pieces.
class ConnectionUpload final : public Upload {
 public:
  ConnectionUpload(std::weak_ptr<Connection> connection, std::shared_ptr<Postbox> postbox,
                   std::uint64_t round)
      : connection_(std::move(connection)), postbox_(std::move(postbox)), round_(round) {}

  void next(Piece take) override {
    const bool is_posted = postbox_->dispatch([connection = connection_, round = round_, take] {
      const std::shared_ptr<Connection> alive = connection.lock();
      if (alive) return alive->next_upload(round, take);
      take(fail(Code::offline, "the client has gone"));
    });
    if (!is_posted) take(fail(Code::offline, "the server has stopped"));
  }

 private:
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Postbox> postbox_;  // Owners: see Postbox.
  std::uint64_t round_;
};

}  // namespace

Responder make_responder(const std::shared_ptr<Connection>& connection,
                         std::shared_ptr<Postbox> postbox, std::uint64_t round);

Connection::Connection(std::shared_ptr<Hall> hall, std::unique_ptr<Stream> stream, Gone gone)
    : hall_(std::move(hall)),
      stream_(std::move(stream)),
      gone_(std::move(gone)),
      remote_(stream_->remote()),
      timer_(stream_->loop()) {}

void Connection::start() {
  reader_.emplace(hall_->settings.limits);
  set_deadline(hall_->settings.times.header);
  read();
}

void Connection::start_refused(const Refusal& refusal) {
  keeps_alive_ = false;
  refuse(refusal);
}

void Connection::retire() {
  is_retired_ = true;
  const bool is_idle = state_ == State::head && (!reader_ || !reader_->has_begun());
  if (is_idle || state_ == State::lingering) close();
}

void Connection::make_room() {
  if (begin_ == end_) begin_ = end_ = 0;
  const bool is_body = state_ == State::body || state_ == State::pieces;
  const std::size_t wanted =
      is_body ? buffer_body_bytes
              : std::min(std::max(buffer_first_bytes, 2 * (end_ - begin_)),
                         hall_->settings.limits.header_bytes_max + buffer_first_bytes);
  if (begin_ > 0 && end_ == buffer_.size()) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < wanted) buffer_.resize(wanted);
}

void Connection::read() {
  if (is_reading_ || state_ == State::closed) return;
  if (has_peer_ended_) return close();
  make_room();
  is_reading_ = true;
  stream_->read({buffer_.data() + end_, buffer_.size() - end_},
                [self = shared_from_this()](Result<std::size_t> count) {
                  self->is_reading_ = false;
                  if (self->state_ != State::closed) self->on_read(std::move(count));
                });
}

void Connection::on_read(Result<std::size_t> count) {
  if (!count) return close();
  if (state_ == State::lingering) {
    lingered_ += *count;
    return *count == 0 ? close() : linger_on();
  }
  if (*count == 0) {
    has_peer_ended_ = true;
    if (upload_take_) give_upload(fail(Code::offline, "the client has gone"));
    return close();
  }
  hall_->bytes_in += *count;
  end_ += *count;
  if (state_ == State::head && !reader_->has_begun()) set_deadline(hall_->settings.times.header);
  advance();
}

// Takes what is in the buffer as far as the state lets it: while an answer is under way, or a
// handler does not ask for the next piece, the client waits.
void Connection::advance() {
  while (state_ == State::head || state_ == State::body ||
         (state_ == State::pieces && upload_take_ && upload_ready_.empty() && !has_upload_ended_)) {
    ByteView input = unread();
    const RequestReader::Step step = reader_->step(input);
    begin_ = end_ - input.size();
    switch (step) {
      case RequestReader::Step::need_more:
        return read();
      case RequestReader::Step::head:
        on_head();
        break;
      case RequestReader::Step::piece:
        on_piece();
        break;
      case RequestReader::Step::end:
        on_end();
        break;
      case RequestReader::Step::refused:
        return refuse(reader_->refusal());
    }
  }
}

void Connection::on_head() {
  Request& request = reader_->request();
  ++hall_->requests;
  ++served_;
  id_ = hall_->id_prefix + std::to_string(hall_->next_id++);
  request.id = id_;
  request.remote = remote_;
  request.is_secure = stream_->is_secure();
  is_head_method_ = request.method == Method::head;
  keeps_alive_ = reader_->keeps_alive() &&
                 served_ < hall_->settings.limits.requests_per_connection_max && !is_retired_;
  if (!pass_gate(request)) return;
  if (reader_->has_body()) return begin_body();
  has_upload_ended_ = state_ == State::pieces;
  if (has_upload_ended_) handle();  // Else the end comes as the next step.
}

bool Connection::pass_gate(const Request& head) {
  const HttpSettings& settings = hall_->settings;
  const auto host = head.headers.find("Host");  // Absent in HTTP/1.0, which no browser speaks.
  if (host && !settings.any_host && !is_known_host(*host, settings.host_names)) {
    refuse({403, "the name '" + std::string(host->substr(0, 100)) +
                     "' is not one of this server; call it by its address or add the name to its "
                     "settings"});
    return false;
  }
  Intake intake;
  if (hall_->gate) intake = hall_->gate(head);
  if (intake.refusal) {
    ++hall_->refused;
    is_rest_unread_ = reader_->has_body();
    if (is_rest_unread_) keeps_alive_ = false;
    begin_answer(std::move(*intake.refusal));
    return false;
  }
  reader_->limit_body(intake.body_bytes_max.value_or(settings.limits.body_bytes_max));
  if (intake.body == Intake::Body::pieces) state_ = State::pieces;
  return true;
}

void Connection::begin_body() {
  const Request& request = reader_->request();
  const HttpSettings& settings = hall_->settings;
  const std::string_view coding = request.headers.find("Content-Encoding").value_or("identity");
  if (coding == "gzip" || coding == "x-gzip" || coding == "deflate") {
    unzipper_.emplace(settings.limits.unzipped_bytes_max);
  } else if (coding != "identity") {
    return refuse({415, "of Content-Encoding gzip and deflate are known"});
  }
  ByteView nothing;
  if (reader_->step(nothing) == RequestReader::Step::refused)
    return refuse(reader_->refusal());  // Too long, before any of it was sent.
  if (reader_->awaits_continue() && unread().empty())
    out_.add(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
  body_began_ = Clock::now();
  set_deadline(settings.times.body);
  if (state_ == State::pieces) return handle();
  state_ = State::body;
  flush();
}

void Connection::on_piece() {
  const HttpTimes& times = hall_->settings.times;
  const ByteView piece = reader_->piece();
  body_received_ += piece.size();
  std::string& into = state_ == State::pieces ? upload_ready_ : body_;
  if (unzipper_) {
    const Outcome added = unzipper_->add(piece, into);
    if (!added) return refuse({added.error().code == Code::full ? 413 : 400, added.error().what});
  } else {
    into.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
  set_deadline(times.body);
  if (state_ == State::pieces) return pump_upload();
  const auto drip = std::chrono::seconds(
      body_received_ / std::max<std::size_t>(1, hall_->settings.limits.body_bytes_per_second_min));
  due_ =
      std::min(due_, body_began_ + std::chrono::duration_cast<Clock::duration>(times.body) + drip);
}

void Connection::on_end() {
  if (unzipper_) {
    const Outcome finished = unzipper_->finish();
    if (!finished) return refuse({400, finished.error().what});
  }
  if (state_ != State::pieces) return handle();
  has_upload_ended_ = true;
  pump_upload();
}

void Connection::handle() {
  const std::shared_ptr<Postbox> postbox = stream_->loop().postbox();
  Request request = std::move(reader_->request());
  ++round_;
  if (state_ == State::pieces) {
    request.upload = std::make_shared<ConnectionUpload>(weak_from_this(), postbox, round_);
  } else {
    state_ = State::handling;
    request.body = std::move(body_);
    body_.clear();
  }
  clear_deadline();
  flush();
  hall_->handler(std::move(request), make_responder(shared_from_this(), postbox, round_));
}

void Connection::refuse(const Refusal& refusal) {
  ++hall_->refused;
  keeps_alive_ = false;
  is_rest_unread_ = true;
  Response response = error_response(refusal.status, refusal.what);
  if (refusal.status == 503 || refusal.status == 429) response.headers.add("Retry-After", "1");
  if (upload_take_) {
    const Code code = refusal.status == 413   ? Code::full
                      : refusal.status == 408 ? Code::timed_out
                                              : Code::invalid;
    ++round_;  // The handler's own answer comes too late.
    begin_answer(std::move(response));
    return give_upload(fail(code, refusal.what));
  }
  begin_answer(std::move(response));
}

void Connection::set_deadline(Duration after) {
  due_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(after);
  if (due_ < armed_) arm();
}

void Connection::arm() {
  armed_ = due_;
  timer_.start(due_ - Clock::now(), [self = shared_from_this()] {
    self->armed_ = Clock::time_point::max();
    self->on_deadline();
  });
}

void Connection::on_deadline() {
  if (state_ == State::closed || due_ == Clock::time_point::max()) return;
  if (Clock::now() < due_) return arm();
  ++hall_->timed_out;
  if (state_ == State::head && reader_->has_begun())
    return refuse({408, "the head of the request did not come in time"});
  if (state_ == State::body || (state_ == State::pieces && upload_take_))
    return refuse({408, "the body of the request did not come in time"});
  close();
}

void Connection::close() {
  if (state_ == State::closed) return;
  stream_->close();
  hall_->leave(remote_.address);
  forget();
}

// Whoever waits for us hears that we are gone; the last call, after which nothing of us is used.
void Connection::forget() {
  state_ = State::closed;
  const std::shared_ptr<Connection> self = shared_from_this();
  timer_.cancel();
  producer_ = {};
  if (upload_take_) give_upload(fail(Code::offline, "the connection has ended"));
  gone_(this);
}

}  // namespace millwright::net
