#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/stream/parts.hpp"

namespace millwright::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
namespace {

using Connected = std::function<void(Result<std::unique_ptr<Stream>>)>;

// One attempt: look-up, connection, handshake, with one time-out over all of it.
class Attempt final : public Closable, public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Loop& loop, ConnectSettings settings, Connected done)
      : Closable(loop),
        loop_(loop),
        context_(loop.inner().context()),
        settings_(std::move(settings)),
        done_(std::move(done)),
        resolver_(*context_),
        socket_(*context_),
        timer_(loop) {}

  void start() {
    timer_.start(settings_.time, [self = shared_from_this()] {
      self->is_late_ = true;
      self->close();
    });
    resolver_.async_resolve(
        settings_.to.address, std::to_string(settings_.to.port),
        [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
          if (error || self->is_closed_) return self->give_up(error);
          self->connect(found);
        });
  }
  void close() override {
    is_closed_ = true;
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);  // NOLINT: closed either way.
  }

 private:
  void connect(const tcp::resolver::results_type& found) {
    asio::async_connect(socket_, found,
                        [self = shared_from_this()](error_code error, const tcp::endpoint& to) {
                          if (error || self->is_closed_) return self->give_up(error);
                          self->finish(to);
                        });
  }
  void finish(const tcp::endpoint& to) {
    timer_.cancel();
    error_code error;
    socket_.non_blocking(true, error);
    Socket socket;
    socket.is_v6 = to.address().is_v6();
    socket.remote = {to.address().to_string(), to.port()};
    if (!error) socket.descriptor = socket_.release(error);
    if (error) return give_up(error);
    if (!settings_.tls) return done_(make_stream(loop_, std::move(socket)));
    Handshake handshake;
    handshake.tls = settings_.tls;
    handshake.host = settings_.to.address;
    handshake.is_client = true;
    handshake.time = settings_.time;
    make_secure_stream(loop_, std::move(socket), handshake, done_);
  }
  void give_up(const error_code& error) {
    timer_.cancel();
    const std::string why =
        is_late_ ? "no answer in " + millwright::to_text(settings_.time) : error.message();
    done_(fail(is_late_ ? Code::timed_out : Code::offline,
               "cannot connect to " + to_text(settings_.to) + ": " + why));
  }

  Loop& loop_;
  std::shared_ptr<asio::io_context> context_;  // Owners: see Loop::Inner.
  ConnectSettings settings_;
  Connected done_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  Timer timer_;
  bool is_late_ = false;
  bool is_closed_ = false;
};

}  // namespace

void connect(Loop& loop, const ConnectSettings& settings,
             std::function<void(Result<std::unique_ptr<Stream>>)> done) {
  // Owners: the operations under way.
  auto attempt = std::make_shared<Attempt>(loop, settings, std::move(done));
  attempt->start();
}

}  // namespace millwright::net
