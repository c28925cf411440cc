#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.hpp"

namespace millwright::kill {

// A `millwright serve` of ours. Killed when it goes out of scope.
class ServerProcess {
 public:
  // Returns when it has said its address. Errors: offline, when it ended before.
  static Result<ServerProcess> start(const std::string& program, const std::string& plant,
                                     const std::string& folder);
  ServerProcess(ServerProcess&& other) noexcept
      : id_(std::exchange(other.id_, -1)),
        words_(std::exchange(other.words_, -1)),
        port_(other.port_) {}
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();

  unsigned short port() const { return port_; }
  void signal(int number) const;
  // Waits for its end. False: it did not end by itself with 0.
  bool wait();

 private:
  ServerProcess(pid_t id, int words) : id_(id), words_(words) {}

  pid_t id_;
  int words_;  // its standard output
  unsigned short port_ = 0;
};

}  // namespace millwright::kill
