// GET /api/v1/store: how much is kept, and how long it goes on like this (docs/api.md).
#include <chrono>
#include <deque>
#include <fstream>
#include <mutex>

#include "keep/history/limits.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

constexpr double day_seconds = 86'400;

// What this process had written to disks, as the kernel counts it; nothing where it does not.
std::optional<std::uint64_t> host_bytes_written() {
  std::ifstream file("/proc/self/io");
  std::string name;
  std::uint64_t bytes = 0;
  while (file >> name >> bytes)
    if (name == "write_bytes:") return bytes;
  return std::nullopt;
}

// How fast something grows of late, by what was seen at each question: over ten minutes, so that a
// past that was filled in an hour ago is not counted.
class Recent {
 public:
  // A second; nothing before it was looked at for a minute.
  std::optional<double> rate(double value) {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (seen_.empty() || now - seen_.back().at >= every) seen_.push_back({now, value});
    while (seen_.size() > 1 && now - seen_.front().at > window && now - seen_[1].at >= least)
      seen_.pop_front();
    const Duration since = now - seen_.front().at;
    if (since < least) return std::nullopt;
    return (value - seen_.front().value) / std::chrono::duration<double>(since).count();
  }

 private:
  static constexpr Duration every = 20s, least = 60s, window = 10min;
  struct Seen {
    std::chrono::steady_clock::time_point at;
    double value;
  };
  std::mutex mutex_;
  std::deque<Seen> seen_;  // at most window / every, and one before
};

void fill_rates(StoreAnswer& answer, const HistorySection& section, std::uint64_t stored,
                Recent& written) {
  const auto bytes = static_cast<double>(answer.host_bytes_written);
  if (stored > 0) answer.written_per_stored = bytes / static_cast<double>(stored);
  const auto rate = written.rate(bytes);
  if (!rate || *rate <= 0) return;
  answer.host_bytes_per_day = *rate * day_seconds;
  answer.days_until_loss = static_cast<double>(answer.disk_free) / *answer.host_bytes_per_day;
  if (section.endurance)
    answer.years_of_wear =
        years_of_wear(*section.endurance * 1e12, *answer.host_bytes_per_day, 24h);
}

}  // namespace

flow::Route store_route(const History& history, const HistorySection& section,
                        const std::filesystem::path& folder) {
  flow::Route route;
  route.path = "/api/v1/store";
  route.help = "How much of the past is kept, and how long the disk holds out.";
  route.answer_schema = [](JsonWriter& out) { write_schema<StoreAnswer>(out, SchemaFor::api); };
  route.answer = [&history, section, folder, written = std::make_shared<Recent>()](
                     const flow::Question&) -> Result<flow::Answer> {
    const History::Figures figures = history.figures();
    std::error_code trouble;
    const auto space = std::filesystem::space(folder, trouble);
    StoreAnswer answer;
    answer.rows = figures.rows_stored;
    answer.segments = figures.segments;
    answer.bytes = figures.bytes;
    answer.rows_open = figures.rows_open + figures.rows_waiting;
    answer.disk_free = trouble ? 0 : space.available;
    answer.oldest_day = figures.oldest_day;
    answer.bytes_per_day = figures.bytes_per_day;
    answer.host_bytes_written = host_bytes_written().value_or(0);
    if (section.disk) answer.disk_max = *section.disk * 1e9;
    if (answer.rows > 0)
      answer.bytes_per_row = static_cast<double>(answer.bytes) / static_cast<double>(answer.rows);
    const auto limit =
        section.disk ? std::optional(static_cast<std::uint64_t>(*answer.disk_max)) : std::nullopt;
    answer.days_until_full = days_until_full(
        {answer.bytes, answer.bytes_per_day, answer.disk_free, limit, section.keep});
    fill_rates(answer, section, figures.bytes_written, *written);
    if (!figures.trouble.empty()) answer.trouble = figures.trouble;
    flow::Answer out;
    JsonWriter json(out.body);
    write_json(json, answer);
    return out;
  };
  return route;
}

}  // namespace millwright::keep
