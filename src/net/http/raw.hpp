#pragma once

// A raw client and a small server, for the tests of this folder.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/http/server.hpp"

namespace millwright::net {

inline constexpr int patience_seconds = 20;  // A bound for waiting, never a time to wait.

// A client that sends exactly what it is told, also what no client should.
class Raw {
 public:
  explicit Raw(const HttpServer& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{patience_seconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Raw() { ::close(socket_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void send(std::string_view bytes) {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void end() { ::shutdown(socket_, SHUT_WR); }
  // All that comes until the server closes; "…hung" at the end when it does not.
  std::string rest() {
    std::string all;
    char buffer[4096];
    while (true) {
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count == 0) return all;
      if (count < 0) return all + (errno == EAGAIN ? "…hung" : "…reset");
      all.append(buffer, static_cast<std::size_t>(count));
    }
  }
  // What comes up to and with `mark`.
  std::string until(std::string_view mark) {
    std::string all;
    char c = 0;
    while (all.find(mark) == std::string::npos && ::recv(socket_, &c, 1, 0) == 1)
      all += c;
    return all;
  }

 private:
  int socket_;
};

inline HttpSettings small() {
  HttpSettings settings;
  settings.listen = {"127.0.0.1", 0};
  return settings;
}

inline void say_ok(const Request& request, const Responder& responder) {
  Response response;
  response.body = request.path + " " + std::to_string(request.body.size());
  responder.send(std::move(response));
}

inline std::unique_ptr<HttpServer> serve(const HttpSettings& settings, Handler handler = say_ok,
                                         Gate gate = {}) {
  return HttpServer::open(settings, std::move(handler), std::move(gate)).value();
}

inline const std::string get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace millwright::net
