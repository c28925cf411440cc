// Asks the same question over one kept connection again and again, and tells how long answers took.
//
//   ask HOST PORT TARGET TIMES [HEADER]
//
// Prints: the median, 10th and 90th percentile and least answer time in ms, from the first byte of
// the question sent to the last byte of the answer read, and the bytes of a body. Every answer must
// be 200. A {N} in the target is the number of the question, from 0: "from={N}" asks another time.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

int connect_to(const char* host, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host, &address.sin_addr);
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    stop("there is no server");
  return socket;
}

class Answers {
 public:
  explicit Answers(int socket) : socket_(socket), buffer_(1 << 20) {}

  // The size of the body.
  std::size_t read() {
    begin_ = end_ = 0;
    std::size_t head = 0;
    while (true) {
      const std::string_view all(buffer_.data(), end_);
      head = all.find("\r\n\r\n");
      if (head != std::string_view::npos) break;
      fill();
    }
    const std::string_view text(buffer_.data(), head + 2);
    if (text.substr(9, 3) != "200") {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(end_), buffer_.data());
      std::exit(1);
    }
    begin_ = head + 4;
    if (text.find("Transfer-Encoding: chunked") != std::string_view::npos) return chunks();
    const std::size_t at = text.find("Content-Length: ");
    const std::size_t size = std::strtoul(text.data() + at + 16, nullptr, 10);
    skip(size);
    return size;
  }

 private:
  void fill() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == buffer_.size()) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    const ssize_t got = recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got <= 0) stop("the server closed the connection");
    end_ += static_cast<std::size_t>(got);
  }
  void skip(std::size_t bytes) {
    while (bytes > 0) {
      if (begin_ == end_) fill();
      const std::size_t some = std::min(bytes, end_ - begin_);
      begin_ += some;
      bytes -= some;
    }
  }
  std::size_t chunks() {
    for (std::size_t all = 0;;) {
      std::size_t line = 0;
      while (true) {
        const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
        line = rest.find("\r\n");
        if (line != std::string_view::npos) break;
        fill();
      }
      const std::size_t size = std::strtoul(buffer_.data() + begin_, nullptr, 16);
      begin_ += line + 2;
      skip(size + 2);
      if (size == 0) return all;
      all += size;
    }
  }

  int socket_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "use: ask HOST PORT TARGET TIMES [HEADER]\n");
    return 2;
  }
  const int socket = connect_to(argv[1], std::atoi(argv[2]));
  Answers answers(socket);
  std::vector<double> took;
  std::size_t bytes = 0;
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    std::string target = argv[3];
    if (const std::size_t at = target.find("{N}"); at != std::string::npos)
      target.replace(at, 3, std::to_string(i));
    const std::string question = "GET " + target + " HTTP/1.1\r\nHost: " + argv[1] + ":" + argv[2] +
                                 (argc > 5 ? std::string("\r\n") + argv[5] : "") + "\r\n\r\n";
    const auto began = Clock::now();
    if (send(socket, question.data(), question.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(question.size()))
      stop("the question could not be sent");
    bytes = answers.read();
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }
  close(socket);
  std::sort(took.begin(), took.end());
  std::printf("median_ms %.3f p10_ms %.3f p90_ms %.3f least_ms %.3f bytes %zu\n",
              took[took.size() / 2], took[took.size() / 10], took[took.size() * 9 / 10], took[0],
              bytes);
  return 0;
}
