#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace millwright::app {

// A bar on standard error for long work, when that is a terminal; else nothing. One thread.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void say(std::uint64_t done, std::uint64_t all);

 private:
  std::string what_;
  bool is_shown_;
  bool has_line_ = false;
  Monotonic last_{};
};

// "1.4 GB", "312 kB".
std::string bytes_text(std::uint64_t bytes);

}  // namespace millwright::app
