#pragma once

#include <atomic>
#include <cstdint>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace millwright::kill {

// What the writers say and hear, line by line, in a file of their own.
class WriterLog {
 public:
  explicit WriterLog(const std::string& path) : file_(path, std::ios::app) {}
  void say(const std::string& line) {
    const std::scoped_lock lock(mutex_);
    file_ << line << std::endl;
  }

 private:
  std::mutex mutex_;
  std::ofstream file_;
};

// One series of rows: row k has value k and happens k milliseconds after the start. Each row is
// sent once in its life.
struct Series {
  std::string name;
  std::uint64_t sent = 0;       // rows 0 … sent - 1 were sent
  std::vector<bool> is_kept{};  // by row: acknowledged
  // Where the writer says, for other threads, what follows the last row that was; may be null.
  std::atomic<std::uint64_t>* kept_up_to = nullptr;
  // The power is off: what is answered from now on nobody would have heard. May be null.
  const std::atomic<bool>* is_dark = nullptr;
};
constexpr Instant series_start = instant(1'700'000'000'000'000'000);
inline Instant time_of(std::uint64_t row) {
  return series_start + static_cast<std::int64_t>(row) * 1ms;
}

// Sends requests of a random number of rows until the server is gone. Counts acknowledged requests.
void write_until_gone(unsigned short port, std::uint64_t seed, Series& series, WriterLog& log,
                      std::atomic<std::uint64_t>& acknowledged);

}  // namespace millwright::kill
