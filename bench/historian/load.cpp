// Sends a file of line protocol over HTTP, as fast as it is taken, and tells how fast that was.
//
//   load HOST PORT PATH FILE LINES_A_REQUEST CONNECTIONS [HEADER]
//
// Prints: requests, lines, seconds, requests/s, and the median, 99th percentile and greatest answer
// time in ms. Every answer must be 2xx.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Target {
  const char* host;
  std::uint16_t port;
  std::string head;  // up to the length
};

int connect_to(const Target& target) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  inet_pton(AF_INET, target.host, &address.sin_addr);
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return socket;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      std::perror("send");
      std::exit(1);
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Reads one answer with its body. The status.
int answer(int socket, std::string& buffer) {
  buffer.clear();
  char piece[4096];
  std::size_t head_end = std::string::npos;
  std::size_t wanted = 0;
  while (head_end == std::string::npos || buffer.size() < wanted) {
    const ssize_t got = recv(socket, piece, sizeof piece, 0);
    if (got <= 0) {
      std::fprintf(stderr, "the server closed the connection\n");
      std::exit(1);
    }
    buffer.append(piece, static_cast<std::size_t>(got));
    if (head_end != std::string::npos) continue;
    head_end = buffer.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    wanted = head_end + 4;
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      const std::size_t at = buffer.find(name);
      if (at < head_end)
        wanted += std::strtoul(buffer.c_str() + at + std::strlen(name), nullptr, 10);
    }
  }
  return std::atoi(buffer.c_str() + 9);
}

// The pieces of the text, of so many lines each.
std::vector<std::string_view> cut(std::string_view text, std::size_t lines) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines && end < text.size(); ++i) {
      const auto* found =
          static_cast<const char*>(std::memchr(text.data() + end, '\n', text.size() - end));
      end = found == nullptr ? text.size() : static_cast<std::size_t>(found - text.data()) + 1;
    }
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr, "use: load HOST PORT PATH FILE LINES_A_REQUEST CONNECTIONS [HEADER]\n");
    return 2;
  }
  std::ifstream in(argv[4], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Target target{argv[1], static_cast<std::uint16_t>(std::atoi(argv[2])), ""};
  target.head = std::string("POST ") + argv[3] + " HTTP/1.1\r\nHost: " + argv[1] + ":" + argv[2] +
                "\r\n" + (argc > 7 ? std::string(argv[7]) + "\r\n" : "") +
                "Content-Type: text/plain\r\nContent-Length: ";
  const auto pieces = cut(text, std::strtoul(argv[5], nullptr, 10));
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<double> all;
  const auto began = Clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[6]); ++i) {
    threads.emplace_back([&] {
      const int socket = connect_to(target);
      std::string buffer;
      std::vector<double> took;
      for (std::size_t at = next++; at < pieces.size(); at = next++) {
        const auto start = Clock::now();
        send_all(socket, target.head + std::to_string(pieces[at].size()) + "\r\n\r\n");
        send_all(socket, pieces[at]);
        const int status = answer(socket, buffer);
        if (status / 100 != 2) {
          std::fprintf(stderr, "status %d: %.300s\n", status, buffer.c_str());
          std::exit(1);
        }
        took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      }
      close(socket);
      const std::scoped_lock lock(mutex);
      all.insert(all.end(), took.begin(), took.end());
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::sort(all.begin(), all.end());
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::printf(
      "requests %zu lines %zu seconds %.3f requests_per_s %.0f median_ms %.2f p99_ms %.2f max_ms "
      "%.2f\n",
      all.size(), lines, seconds, static_cast<double>(all.size()) / seconds, all[all.size() / 2],
      all[all.size() * 99 / 100], all.back());
  return 0;
}
