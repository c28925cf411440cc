#include "net/http/server.hpp"

#include <algorithm>
#include <random>

#include "net/http/connection.hpp"

namespace millwright::net {
namespace {

constexpr std::size_t threads_max = 64;
constexpr std::size_t refusing_max = 64;  // Connections that are only told why they are refused.

std::string new_prefix() {
  std::random_device random;
  std::string prefix;
  for (int i = 0; i < 6; ++i)
    prefix += static_cast<char>('a' + random() % 26);
  return prefix + '-';
}

// The connections of one loop; used on its thread alone.
struct Floor {
  std::unique_ptr<Loop> loop;
  std::unordered_map<Connection*, std::shared_ptr<Connection>>
      connections;  // Owners: this, and
                    // operations under way.
};

}  // namespace

class HttpServer::Inner {
 public:
  explicit Inner(std::shared_ptr<Hall> hall) : hall_(std::move(hall)) {}
  ~Inner() { stop(); }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  Outcome open() {
    const HttpSettings& settings = hall_->settings;
    if (settings.threads == 0 || settings.threads > threads_max)
      return fail(Code::invalid, "1 to 64 network threads are expected");
    std::vector<Loop*> loops;
    for (std::size_t i = 0; i < settings.threads; ++i) {
      floors_.push_back(std::make_unique<Floor>());
      floors_.back()->loop = TRY(Loop::open());
      loops.push_back(floors_.back()->loop.get());
    }
    Listener::Settings listening;
    listening.at = settings.listen;
    listening.tls = settings.tls;
    listening.handshake_time = settings.times.header;
    listener_ =
        TRY(Listener::open(std::move(listening), loops,
                           [this](std::unique_ptr<Stream> stream) { accept(std::move(stream)); }));
    port_ = listener_->port();
    return Done{};
  }
  void stop() {
    if (hall_->is_stopping.exchange(true)) return;
    for (std::size_t i = 0; i < floors_.size(); ++i)
      floors_[i]->loop->post([this, i] { retire(i); });
    {
      std::unique_lock lock(hall_->mutex);
      hall_->emptied.wait_for(lock, hall_->settings.times.stop,
                              [this] { return hall_->open == 0; });
    }
    for (const std::unique_ptr<Floor>& floor : floors_)
      floor->loop->stop();
    for (const std::unique_ptr<Floor>& floor : floors_)
      floor->connections.clear();
  }
  std::uint16_t port() const { return port_; }
  const Hall& hall() const { return *hall_; }
  std::size_t open_connections() const {
    const std::lock_guard lock(hall_->mutex);
    return hall_->open + hall_->upgraded;
  }

 private:
  void retire(std::size_t index) {
    if (index == 0 && listener_) listener_->close();
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : floors_[index]->connections)
      all.push_back(connection);
    for (const std::shared_ptr<Connection>& connection : all)
      connection->retire();
  }
  Floor& floor_of(const Loop& loop) {
    for (const std::unique_ptr<Floor>& floor : floors_)
      if (floor->loop.get() == &loop) return *floor;
    bug("a connection", "on a loop that is not ours");
  }
  void accept(std::unique_ptr<Stream> stream) {
    if (hall_->is_stopping) return;
    Floor& floor = floor_of(stream->loop());
    const std::optional<Refusal> refusal = hall_->enter(stream->remote().address);
    auto connection = std::make_shared<Connection>(
        hall_, std::move(stream), [&floor](Connection* gone) { floor.connections.erase(gone); });
    floor.connections.emplace(connection.get(), connection);
    if (!refusal) return connection->start();
    if (floor.connections.size() > hall_->settings.limits.connections_max + refusing_max)
      return connection->retire();
    connection->start_refused(*refusal);
  }

  std::shared_ptr<Hall> hall_;  // Owners: see Hall.
  std::vector<std::unique_ptr<Floor>> floors_;
  std::unique_ptr<Listener> listener_;
  std::uint16_t port_ = 0;
};

Result<std::unique_ptr<HttpServer>> HttpServer::open(HttpSettings settings, Handler handler,
                                                     Gate gate) {
  auto hall = std::make_shared<Hall>();
  hall->settings = std::move(settings);
  hall->handler = std::move(handler);
  hall->gate = std::move(gate);
  hall->id_prefix = new_prefix();
  auto inner = std::make_unique<Inner>(std::move(hall));
  TRY(inner->open());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(inner)));
}
HttpServer::HttpServer(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const {
  return inner_->port();
}
void HttpServer::stop() {
  inner_->stop();
}
HttpCounts HttpServer::counts() const {
  const Hall& hall = inner_->hall();
  HttpCounts counts;
  counts.connections = inner_->open_connections();
  counts.accepted = hall.accepted;
  counts.requests = hall.requests;
  counts.refused = hall.refused;
  counts.timed_out = hall.timed_out;
  counts.bytes_in = hall.bytes_in;
  counts.bytes_out = hall.bytes_out;
  return counts;
}

}  // namespace millwright::net
