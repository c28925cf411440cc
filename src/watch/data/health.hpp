#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/fact/source.hpp"

namespace millwright::watch::data {

enum class Status : std::uint8_t { connecting, connected, lost, refused, ended };
constexpr std::array<std::string_view, 5> status_words{"connecting", "connected", "lost", "refused",
                                                       "ended"};
constexpr std::span<const std::string_view> words_of(Status) {
  return status_words;
}

// A row of the view `sources`.
struct SourceRow {
  std::string kind, address;
  Status status = Status::connecting;
  std::optional<Instant> since;
  std::optional<double> rate, lag;
  std::uint64_t gaps = 0;
  Duration gap_time{};
  std::uint64_t refused = 0;
  std::optional<Instant> last;
  std::optional<std::string> trouble;
  std::optional<Instant> trouble_at;
  std::optional<std::string> next_step;
  std::uint64_t tags = 0;
  bool is_real = false;
  std::optional<double> progress;
  std::optional<std::string> progress_text;

  static constexpr auto describe() {
    using T = SourceRow;
    return record(
        "source_row", field("kind", &T::kind, "", "Protocol."),
        field("address", &T::address, "", "Where."),
        field("status", &T::status, "", "Whether it can be heard."),
        field("since", &T::since, "", "Since when; null before it is heard of."),
        field("rate", &T::rate, "1/s", "Readings a second over the last 10 s."),
        field("lag", &T::lag, "s", "Between happened and learned: median of the last batches."),
        field("gaps", &T::gaps, "", "Times it was lost in the last 24 h."),
        field("gap_time", &T::gap_time, "s", "How long it was lost in the last 24 h."),
        field("refused", &T::refused, "", "Readings that were dropped on the way in."),
        field("last", &T::last, "", "Event time of the newest reading that was not bad."),
        field("trouble", &T::trouble, "", "The last trouble, in words."),
        field("trouble_at", &T::trouble_at, "", "When it was."),
        field("next_step", &T::next_step, "", "What to do about it."),
        field("tags", &T::tags, "", "Tags asked for or heard."),
        field("is_real", &T::is_real, "", "False for a simulated source."),
        field("progress", &T::progress, "",
              "Of a source that fills in the past: how much of it is there, 0 to 1."),
        field("progress_text", &T::progress_text, "", "The same in words: day 12 of 30."));
  }
};

// What a source that fills in the past has done of it.
struct Past {
  Instant from, until, reached;
  bool has_ended = false;
};
double share_of(const Past& past);
std::string in_words(const Past& past);  // "day 12 of 30", "hour 3 of 8", "30 days, complete"

// How well one source is heard. Plain data of one owner; it knows the time only from what it is
// told. Pure.
class Health {
 public:
  static constexpr std::size_t rate_seconds = 10, lags_max = 64, gaps_max = 1000;
  static constexpr Duration gap_window = 24h;

  // A batch: how many rows, the lag of its newest one (absent: it is of the past, which has none),
  // and that row's time if it is not bad.
  void hear(std::uint64_t rows, std::optional<Duration> lag, std::optional<Instant> last,
            Instant now);
  void connect(std::string_view address, std::uint32_t tags, Instant at);
  void lose(const fact::SourceLost& lost, Instant at);
  void trouble(std::string_view what, std::string_view next_step, Instant at);
  void drop(std::uint64_t rows, std::string_view why, Instant at);
  void add_tag() { ++heard_tags_; }
  void take_tag() { --heard_tags_; }

  // Fills what it knows of the row.
  void fill(SourceRow& row, Instant now) const;

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  struct Second {  // rows learned in one second
    std::int64_t second = 0;
    std::uint64_t rows = 0;
  };
  struct Gap {
    Instant since;
    std::optional<Instant> until;
  };
  std::optional<double> rate(Instant now) const;
  std::optional<double> lag() const;

  Status status_ = Status::connecting;
  Instant since_{};
  std::string address_;
  std::array<Second, rate_seconds + 1> seconds_{};
  std::deque<Duration> lags_;
  std::deque<Gap> gaps_;
  std::optional<Instant> last_, first_heard_;
  std::uint64_t refused_ = 0, heard_tags_ = 0, asked_tags_ = 0;
  std::optional<Instant> trouble_at_;
  std::string trouble_, next_step_;
};

}  // namespace millwright::watch::data
