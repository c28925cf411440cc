#include "net/recording/socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace millwright::net {
namespace {

constexpr int look_milliseconds = 50;  // between two looks at whether to stop
constexpr std::string_view scheme = "tcp://";

Error trouble(const std::string& doing) {
  return fail(Code::offline, doing + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

Error stopped() {
  return fail(Code::offline, "the program is stopping");
}

// False: it is stopping.
bool wait(int socket, short what, const std::atomic<bool>& is_stopping) {
  while (!is_stopping) {
    pollfd one{socket, what, 0};
    if (::poll(&one, 1, look_milliseconds) > 0) return true;
  }
  return false;
}

struct HostAndPort {
  std::string host, port;
};

Result<HostAndPort> parts_of(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const bool is_right = address.starts_with(scheme) && colon > scheme.size() &&
                        colon != std::string::npos && colon + 1 < address.size();
  if (!is_right)
    return fail(Code::invalid,
                "'" + address + "' is no address of a recording: write tcp://127.0.0.1:48409");
  std::string host = address.substr(scheme.size(), colon - scheme.size());
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return HostAndPort{std::move(host), address.substr(colon + 1)};
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<RecordingSocket> RecordingSocket::connect(const std::string& address,
                                                 const std::atomic<bool>& is_stopping) {
  const HostAndPort parts = TRY(parts_of(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int looked = ::getaddrinfo(parts.host.c_str(), parts.port.c_str(), &hints, &found);
  if (looked != 0) return fail(Code::offline, address + " is not found: " + ::gai_strerror(looked));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> kept(found, ::freeaddrinfo);
  Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.number() < 0) return trouble("no socket for " + address);
  if (::connect(socket.number(), found->ai_addr, found->ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return trouble(address + " cannot be reached");
    if (!wait(socket.number(), POLLOUT, is_stopping)) return stopped();
    socklen_t size = sizeof errno;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &errno, &size);
    if (errno != 0) return trouble(address + " cannot be reached");
  }
  return RecordingSocket(std::move(socket));
}

Result<std::size_t> RecordingSocket::read(std::span<std::uint8_t> into,
                                          const std::atomic<bool>& is_stopping) {
  while (wait(socket_.number(), POLLIN, is_stopping)) {
    const ssize_t count = ::recv(socket_.number(), into.data(), into.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EAGAIN && errno != EINTR) return trouble("the connection broke");
  }
  return stopped();
}

Outcome RecordingSocket::read_all(std::span<std::uint8_t> into,
                                  const std::atomic<bool>& is_stopping) {
  while (!into.empty()) {
    const std::size_t count = TRY(read(into, is_stopping));
    if (count == 0) return fail(Code::offline, "the other side has closed the connection");
    into = into.subspan(count);
  }
  return Done{};
}

Outcome RecordingSocket::write(ByteView bytes, const std::atomic<bool>& is_stopping) {
  while (!bytes.empty()) {
    if (!wait(socket_.number(), POLLOUT, is_stopping)) return stopped();
    const ssize_t count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return trouble("the connection broke");
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return Done{};
}

Result<RecordingListener> RecordingListener::open(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  const bool is_open = ::bind(socket.number(), plain, size) == 0 &&
                       ::listen(socket.number(), 1) == 0 &&
                       ::getsockname(socket.number(), plain, &size) == 0;
  if (!is_open)
    return fail(Code::refused, "port " + std::to_string(port) +
                                   " of 127.0.0.1 cannot be opened for recordings: another "
                                   "program may use it, choose another port");
  return RecordingListener(std::move(socket), ntohs(address.sin_port));
}

Result<std::optional<RecordingSocket>> RecordingListener::accept(
    const std::atomic<bool>& is_stopping) {
  while (wait(socket_.number(), POLLIN, is_stopping)) {
    Descriptor accepted(
        ::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted.number() >= 0)
      return std::optional<RecordingSocket>(RecordingSocket(std::move(accepted)));
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
      return trouble("no connection is accepted");
  }
  return std::optional<RecordingSocket>();
}

}  // namespace millwright::net
