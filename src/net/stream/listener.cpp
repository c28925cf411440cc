#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "net/stream/parts.hpp"

namespace millwright::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
namespace {

constexpr Duration accept_rest = 100ms;  // When the process is out of descriptors.
constexpr int accepts_at_once_max = 64;

Endpoint to_endpoint(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return {text, ntohs(v6.sin6_port)};
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return {text, ntohs(v4.sin_port)};
}

// What is shared by the waiting operation and by handshakes under way on any of the loops.
class Acceptor final : public Closable, public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(Listener::Settings settings, std::span<Loop* const> loops, Listener::Accepted accepted)
      : Closable(*loops.front()),
        settings_(std::move(settings)),
        loops_(loops.begin(), loops.end()),
        accepted_(std::move(accepted)),
        context_(loops.front()->inner().context()),
        acceptor_(*context_),
        rest_(*loops.front()) {}

  Outcome listen() {
    error_code error;
    const auto address = asio::ip::make_address(settings_.at.address, error);
    if (error)
      return fail(Code::invalid, "'" + settings_.at.address +
                                     "' is no address to listen on: 127.0.0.1, 0.0.0.0, ::1 or an "
                                     "address of this machine is expected");
    const tcp::endpoint at(address, settings_.at.port);
    acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(listen_backlog, error);
    if (!error) acceptor_.non_blocking(true, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error)
      return fail(Code::refused, "cannot listen on " + to_text(settings_.at) + ": " +
                                     error.message() + "; choose another address or port");
    return Done{};
  }
  void wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](error_code error) {
      if (!error && self->acceptor_.is_open()) self->accept_some();
    });
  }
  void close() override {
    error_code ignored;
    acceptor_.close(ignored);  // NOLINT: closed either way.
    rest_.cancel();
  }
  std::uint16_t port() const { return port_; }

 private:
  void accept_some() {
    for (int i = 0; i < accepts_at_once_max; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      const int descriptor =
          ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor >= 0) {
        take({descriptor, address.ss_family == AF_INET6, to_endpoint(address)});
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        log::warning("port " + std::to_string(port_) +
                     ": no connection can be taken now: " + std::strerror(errno));
        rest_.start(accept_rest, [self = shared_from_this()] { self->wait(); });
        return;
      } else if (errno != EINTR && errno != ECONNABORTED) {
        break;
      }
    }
    wait();
  }
  void take(Socket socket) {
    Loop& loop = *loops_[next_++ % loops_.size()];
    if (&loop == loops_.front()) return begin(loop, std::move(socket));
    const int descriptor = socket.descriptor;
    const bool is_taken = loop.postbox()->post(
        [self = shared_from_this(), &loop, socket] { self->begin(loop, socket); });
    if (!is_taken) ::close(descriptor);
  }
  void begin(Loop& loop, Socket socket) {
    if (!settings_.tls) return accepted_(make_stream(loop, std::move(socket)));
    if (handshakes_->load() >= settings_.handshakes_max) {
      ::close(socket.descriptor);
      return;
    }
    ++*handshakes_;
    Handshake handshake;
    handshake.tls = settings_.tls;
    handshake.time = settings_.handshake_time;
    make_secure_stream(loop, std::move(socket), handshake,
                       [self = shared_from_this()](Result<std::unique_ptr<Stream>> stream) {
                         --*self->handshakes_;
                         if (stream) self->accepted_(std::move(stream).value());
                       });
  }

  Listener::Settings settings_;
  std::vector<Loop*> loops_;
  Listener::Accepted accepted_;
  std::shared_ptr<asio::io_context> context_;  // Owners: see Loop::Inner.
  tcp::acceptor acceptor_;
  Timer rest_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  std::unique_ptr<std::atomic<std::size_t>> handshakes_ =
      std::make_unique<std::atomic<std::size_t>>(0);
};

class AsioListener final : public Listener {
 public:
  explicit AsioListener(std::shared_ptr<Acceptor> acceptor) : acceptor_(std::move(acceptor)) {}
  ~AsioListener() override { acceptor_->close(); }
  std::uint16_t port() const override { return acceptor_->port(); }
  void close() override { acceptor_->close(); }

 private:
  std::shared_ptr<Acceptor> acceptor_;  // Owners: this and the operations under way.
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Settings settings, std::span<Loop* const> loops,
                                                 Accepted accepted) {
  CHECK(!loops.empty());
  auto acceptor = std::make_shared<Acceptor>(std::move(settings), loops, std::move(accepted));
  TRY(acceptor->listen());
  loops.front()->post([acceptor] { acceptor->wait(); });
  return std::unique_ptr<Listener>(std::make_unique<AsioListener>(acceptor));
}

std::string to_text(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.address.find(':') != std::string::npos;
  const std::string address = is_v6 ? "[" + endpoint.address + "]" : endpoint.address;
  return address + ":" + std::to_string(endpoint.port);
}

Result<Endpoint> to_endpoint(std::string_view text) {
  const auto wrong = [&] {
    return fail(Code::invalid, "'" + std::string(text) +
                                   "' is no address with a port: 127.0.0.1:8080 or [::1]:8080 is "
                                   "expected");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong();
  std::string_view address = text.substr(0, colon);
  const bool has_brackets = address.front() == '[' && address.back() == ']';
  if (has_brackets) address = address.substr(1, address.size() - 2);
  if (address.empty() || (!has_brackets && address.find(':') != std::string_view::npos))
    return wrong();
  std::uint32_t port = 0;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5) return wrong();
  for (const char c : digits) {
    if (c < '0' || c > '9') return wrong();
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port > 65535) return wrong();
  return Endpoint{std::string(address), static_cast<std::uint16_t>(port)};
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

}  // namespace millwright::net
