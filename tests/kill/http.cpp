#include "http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace millwright::kill {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{256} << 20U;
constexpr timeval answer_wait{30, 0};

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

// The value of a header, its name in lower case; empty when absent.
std::string header(std::string head, std::string_view name) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + 4 + name.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

Result<Connection> Connection::open(unsigned short port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(socket >= 0);
  Connection connection(socket);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(Code::offline, "nobody listens on port " + std::to_string(port));
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &answer_wait, sizeof answer_wait);
  return connection;
}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

Outcome Connection::read_size(std::string& got, std::size_t size) {
  if (size > answer_bytes_max) return fail(Code::full, "the answer is too long");
  std::array<char, 65'536> buffer{};
  while (got.size() < size) {
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return fail(Code::offline, "the server went away");
    got.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return Done{};
}

// Takes up to and with `end` off what was got.
Result<std::string> Connection::read_until(std::string& got, std::string_view end) {
  std::size_t at = std::string::npos;
  while ((at = got.find(end)) == std::string::npos)
    TRY(read_size(got, got.size() + 1));
  std::string part = got.substr(0, at + end.size());
  got.erase(0, at + end.size());
  return part;
}

Result<std::string> Connection::read_chunked(std::string& got) {
  std::string body;
  while (true) {
    const std::size_t size = number(TRY(read_until(got, "\r\n")), 16);
    TRY(read_size(got, size + 2));
    body += got.substr(0, size);
    got.erase(0, size + 2);
    if (size == 0) return body;
  }
}

Result<Connection::Answer> Connection::ask(std::string_view method, std::string_view target,
                                           std::string_view body) {
  std::string request =
      std::string(method) + " " + std::string(target) +
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + std::string(body);
  while (!request.empty()) {
    const ssize_t count = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (count <= 0) return fail(Code::offline, "the server went away");
    request.erase(0, static_cast<std::size_t>(count));
  }
  std::string got;
  const std::string head = TRY(read_until(got, "\r\n\r\n"));
  if (head.size() < 12) return fail(Code::offline, "that was no HTTP");
  Answer answer{static_cast<int>(number(std::string_view(head).substr(9, 3), 10)), {}};
  if (answer.status == 204) return answer;
  if (header(head, "transfer-encoding") == "chunked") {
    answer.body = TRY(read_chunked(got));
    return answer;
  }
  const std::size_t size = number(header(head, "content-length"), 10);
  TRY(read_size(got, size));
  answer.body = got.substr(0, size);
  return answer;
}

}  // namespace millwright::kill
