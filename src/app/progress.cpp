#include "app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace millwright::app {
namespace {

constexpr std::size_t bar_cells = 30;
constexpr Duration every = 100ms;

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), is_shown_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (has_line_) std::fprintf(stderr, "\r%*s\r", 100, "");
}

void Progress::say(std::uint64_t done, std::uint64_t all) {
  const Monotonic now(std::chrono::steady_clock::now().time_since_epoch());
  if (!is_shown_ || all == 0 || now - last_ < every) return;
  last_ = now;
  has_line_ = true;
  const double share = static_cast<double>(std::min(done, all)) / static_cast<double>(all);
  std::string bar(static_cast<std::size_t>(share * bar_cells), '#');
  bar.resize(bar_cells, ' ');
  std::fprintf(stderr, "\r%-24s [%s] %3.0f %%  %s of %s   ", what_.c_str(), bar.c_str(),
               share * 100, bytes_text(done).c_str(), bytes_text(all).c_str());
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
  auto number = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; number >= 999.5 && unit + 1 < units.size(); ++unit)
    number /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 || number >= 99.5 ? "%.0f %s" : "%.1f %s",
                number, units[unit]);
  return text.data();
}

}  // namespace millwright::app
