#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::net {

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int number() const { return number_; }

 private:
  int number_;
};

// The two ends over which a recording travels, for threads of their own that may wait: every wait
// ends when `is_stopping` becomes true, with `offline`.
class RecordingSocket {
 public:
  explicit RecordingSocket(Descriptor socket) : socket_(std::move(socket)) {}
  // Errors: invalid (not of the form tcp://HOST:PORT), offline.
  static Result<RecordingSocket> connect(const std::string& address,
                                         const std::atomic<bool>& is_stopping);
  // At least one byte; 0: the other side has closed.
  Result<std::size_t> read(std::span<std::uint8_t> into, const std::atomic<bool>& is_stopping);
  Outcome read_all(std::span<std::uint8_t> into, const std::atomic<bool>& is_stopping);
  Outcome write(ByteView bytes, const std::atomic<bool>& is_stopping);

 private:
  Descriptor socket_;
};

class RecordingListener {
 public:
  // On 127.0.0.1; port 0: chosen by the system. Errors: refused.
  static Result<RecordingListener> open(std::uint16_t port);
  std::uint16_t port() const { return port_; }
  // Nothing when it is stopping.
  Result<std::optional<RecordingSocket>> accept(const std::atomic<bool>& is_stopping);

 private:
  RecordingListener(Descriptor socket, std::uint16_t port)
      : socket_(std::move(socket)), port_(port) {}
  Descriptor socket_;
  std::uint16_t port_;
};

}  // namespace millwright::net
