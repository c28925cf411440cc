#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace millwright::kill {

// A connection to an HTTP server on this machine, as small as it can be: nothing of millwright's
// own server stands in it.
class Connection {
 public:
  static Result<Connection> open(unsigned short port);
  Connection(Connection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  struct Answer {
    int status = 0;
    std::string body;
  };
  // Errors: offline, when the server is gone.
  Result<Answer> ask(std::string_view method, std::string_view target, std::string_view body);

 private:
  explicit Connection(int socket) : socket_(socket) {}
  Result<std::string> read_until(std::string& got, std::string_view end);
  Outcome read_size(std::string& got, std::size_t size);
  Result<std::string> read_chunked(std::string& got);

  int socket_;
};

}  // namespace millwright::kill
