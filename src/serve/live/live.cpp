#include "serve/live/live.hpp"

#include <condition_variable>
#include <list>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "serve/live/page.hpp"

namespace millwright::serve {

class Live::Inside : public std::enable_shared_from_this<Live::Inside> {
 public:
  Inside(const LiveSettings& settings, const flow::Views& views, const flow::Clock& clock)
      : settings_(settings), views_(views), clock_(clock) {}

  void accept(net::Request&& request, const net::Responder& responder);
  void loop();
  void stop();

 private:
  struct Open {
    std::shared_ptr<net::WebSocket> socket;  // owners: the connection and this list
    Page page;
    bool is_writing = false;
    std::chrono::steady_clock::time_point last;
  };
  using Place = std::list<Open>::iterator;

  net::WebSocketEars open(std::shared_ptr<net::WebSocket> socket);
  void hear(Place place, std::string_view message);
  void send_all();

  const LiveSettings settings_;
  const flow::Views& views_;
  const flow::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::list<Open> open_;
  bool is_stopping_ = false;
};

void Live::Inside::accept(net::Request&& request, const net::Responder& responder) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_ || open_.size() >= settings_.pages_max) {
      return responder.send(net::error_response(503, "too many pages are open at once: close one"));
    }
  }
  const auto self = shared_from_this();
  net::accept_websocket(
      std::move(request), responder, {},
      [self](std::shared_ptr<net::WebSocket> socket) { return self->open(std::move(socket)); });
}

net::WebSocketEars Live::Inside::open(std::shared_ptr<net::WebSocket> socket) {
  const std::scoped_lock lock(mutex_);
  open_.push_back({std::move(socket), {}, false, {}});
  const Place place = std::prev(open_.end());
  const auto self = shared_from_this();
  return {[self, place](std::string_view message, net::Frame) { self->hear(place, message); },
          [self, place] {
            const std::scoped_lock inner(self->mutex_);
            place->is_writing = false;
          },
          [self, place](int, std::string_view) {
            const std::scoped_lock inner(self->mutex_);
            self->open_.erase(place);
          }};
}

void Live::Inside::hear(Place place, std::string_view message) {
  std::shared_ptr<net::WebSocket> socket;
  std::string why;
  {
    const std::scoped_lock lock(mutex_);
    const Outcome watched = place->page.watch(message, settings_.keys_max);
    if (watched) return;
    socket = place->socket;
    why = watched.error().what;
  }
  socket->close(1008, why.substr(0, 120));  // a close frame carries at most 123 bytes
}

void Live::Inside::loop() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    stopped_.wait_for(lock, settings_.frame);
    if (!is_stopping_) send_all();
  }
}

// With the lock held. send() hands the message over and does not wait.
void Live::Inside::send_all() {
  const auto now = std::chrono::steady_clock::now();
  for (Open& page : open_) {
    if (page.is_writing) continue;
    std::string message =
        page.page.message(views_, clock_.now(), now - page.last >= settings_.heartbeat);
    if (message.empty()) continue;
    page.is_writing = page.socket->send(std::move(message));
    page.last = now;
  }
}

void Live::Inside::stop() {
  std::vector<std::shared_ptr<net::WebSocket>> sockets;
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    for (const Open& page : open_)
      sockets.push_back(page.socket);
  }
  stopped_.notify_all();
  for (const auto& socket : sockets)
    socket->close(1001, "millwright is stopping");
}

Live::Live(const LiveSettings& settings, const flow::Views& views, const flow::Clock& clock)
    : inside_(std::make_shared<Inside>(settings, views, clock)) {
  thread_ = std::thread([inside = inside_]() noexcept { inside->loop(); });
}

Live::~Live() {
  stop();
}

void Live::stop() {
  inside_->stop();
  if (thread_.joinable()) thread_.join();
}

void Live::accept(net::Request&& request, net::Responder responder) {
  inside_->accept(std::move(request), responder);
}

}  // namespace millwright::serve
