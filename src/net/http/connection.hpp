#pragma once

// One connection of the server. What server.cpp and the files of this folder share; for nobody
// else.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "net/gzip/gzip.hpp"
#include "net/http/outgoing.hpp"
#include "net/http/reader.hpp"
#include "net/http/server.hpp"

namespace millwright::net {

// What all connections of one server share. Owners: the server and each connection.
struct Hall {
  HttpSettings settings;
  Handler handler;
  Gate gate;
  std::string id_prefix;
  std::atomic<std::uint64_t> next_id{1};
  std::atomic<std::uint64_t> accepted{0}, requests{0}, refused{0}, timed_out{0}, bytes_in{0},
      bytes_out{0};
  std::atomic<bool> is_stopping{false};

  std::mutex mutex;
  std::condition_variable emptied;
  std::size_t open = 0;      // Speaking HTTP;
  std::size_t upgraded = 0;  // handed over, and still there.
  std::unordered_map<std::string, std::size_t> by_address;

  // Why another connection from there is not served; nothing when it is, and then it is counted.
  std::optional<Refusal> enter(const std::string& address);
  void leave(const std::string& address);
  void hand_over();  // Keeps its place, but is no longer waited for.
  void leave_upgraded(const std::string& address);
};

// The stream of a connection that is handed over: its place is free again when it is closed.
std::unique_ptr<Stream> make_seated(std::unique_ptr<Stream> stream, std::shared_ptr<Hall> hall);

// How a connection tells its loop's list that it has ended.
class Connection;
using Gone = std::function<void(Connection*)>;

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Hall> hall, std::unique_ptr<Stream> stream, Gone gone);
  void start();
  void start_refused(const Refusal& refusal);  // Says why and closes.
  void retire();                               // Closes, after the answer under way.

  // From responders, uploads and sinks, on the thread of the loop.
  void answer(std::uint64_t round, Response response);
  void hand_over(std::uint64_t round, Request request, std::function<void(Upgraded)> take);
  void take_piece(std::uint64_t round, std::string piece, bool is_last);
  void break_off(std::uint64_t round);
  void next_upload(std::uint64_t round, Upload::Piece take);

 private:
  enum class State { head, body, pieces, handling, answering, lingering, closed };
  using Clock = std::chrono::steady_clock;

  // connection.cpp: from bytes to a request.
  void read();
  void on_read(Result<std::size_t> count);
  void advance();
  void on_head();
  bool pass_gate(const Request& head);
  void begin_body();
  void on_piece();
  void on_end();
  void handle();
  void refuse(const Refusal& refusal);
  ByteView unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void make_room();

  // answer.cpp: from an answer to bytes.
  void begin_answer(Response response);
  void add_chunk(std::string piece);
  void feed();
  void flush();
  void on_written(std::size_t count, const Outcome& written);
  void finish_answer();
  void linger();
  void linger_on();
  void give_upload(Result<std::string> piece);
  void pump_upload();

  // Time-outs: one timer, moved forward only when it rings too early.
  void set_deadline(Duration after);
  void clear_deadline() { due_ = Clock::time_point::max(); }
  void arm();
  void on_deadline();
  void close();
  void forget();

  std::shared_ptr<Hall> hall_;  // Owners: see Hall.
  std::unique_ptr<Stream> stream_;
  Gone gone_;
  Endpoint remote_;
  State state_ = State::head;
  std::uint64_t round_ = 0;  // Counts requests; an answer to an earlier one is not taken.
  std::size_t served_ = 0;

  Bytes buffer_;
  std::size_t begin_ = 0, end_ = 0;
  bool is_reading_ = false, has_peer_ended_ = false;
  std::optional<RequestReader> reader_;
  std::string body_, id_;
  std::optional<Unzipper> unzipper_;
  std::size_t body_received_ = 0;
  Clock::time_point body_began_;

  Upload::Piece upload_take_;
  std::string upload_ready_;
  bool has_upload_ended_ = false, is_pumping_ = false;

  Outgoing out_;
  Producer producer_;
  bool is_writing_ = false, is_feeding_ = false, is_awaiting_piece_ = false;
  bool is_chunked_ = false, keeps_alive_ = true, is_head_method_ = false, is_retired_ = false;
  bool is_rest_unread_ = false;  // The client may still be sending what nobody will take.
  std::size_t lingered_ = 0;

  Timer timer_;
  Clock::time_point due_ = Clock::time_point::max(), armed_ = Clock::time_point::max();
};

}  // namespace millwright::net
