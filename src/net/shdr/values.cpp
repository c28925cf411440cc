// Times and data sets: the texts inside the fields of a line.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "net/shdr/shdr.hpp"

namespace millwright::net {
namespace {

std::optional<double> to_seconds(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr double longest = 1e9;
  if (error != std::errc{} || end != text.data() + text.size() || !(std::abs(number) < longest))
    return std::nullopt;
  return number;
}

// Two digits at a place; -1 when they are none.
int two(const char* at) {
  const int high = at[0] - '0', low = at[1] - '0';
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
}

// The nanoseconds of ".25"; further digits are cut. The size that was read, 0 for none.
std::size_t read_fraction(std::string_view text, std::int64_t& nanoseconds) {
  if (text.size() < 2 || text.front() != '.') return 0;
  std::int64_t unit = 100'000'000;
  std::size_t at = 1;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    nanoseconds += unit * (text[at] - '0');
    unit /= 10;
  }
  return at == 1 ? 0 : at;
}

// The one form that adapters send, read without a copy: it stands before every value.
std::optional<Instant> to_utc(std::string_view text) {
  constexpr std::size_t whole_seconds = 19;  // "2026-11-22T08:57:11"
  if (text.size() < whole_seconds) return std::nullopt;
  const char* at = text.data();
  if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' ||
      at[16] != ':')
    return std::nullopt;
  const int century = two(at), year = two(at + 2), month = two(at + 5), day = two(at + 8);
  const int hour = two(at + 11), minute = two(at + 14), second = two(at + 17);
  if (century < 0 || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0)
    return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(century * 100 + year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  constexpr int first_century = 17, last_century = 22;  // What 64 bits of nanoseconds hold.
  if (!date.ok() || hour > 23 || minute > 59 || second > 59 || century < first_century ||
      century >= last_century)
    return std::nullopt;
  std::int64_t nanoseconds = 0;
  text.remove_prefix(whole_seconds);
  text.remove_prefix(read_fraction(text, nanoseconds));
  if (!text.empty() && text != "Z" && text != "z") return std::nullopt;
  return Instant(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + Duration(nanoseconds);
}

// Reads "key=value" entries with values that may be quoted or in braces.
class EntryScanner {
 public:
  explicit EntryScanner(std::string_view text) : text_(text) {}

  Result<std::vector<ShdrEntry>> read() {
    std::vector<ShdrEntry> entries;
    while (true) {
      at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size());
      if (at_ == text_.size()) return entries;
      if (entries.size() == shdr_entries_max)
        return fail(Code::full, "more than " + std::to_string(shdr_entries_max) + " entries");
      const std::size_t end = std::min(text_.find_first_of("= \t", at_), text_.size());
      ShdrEntry entry{text_.substr(at_, end - at_), std::nullopt};
      at_ = end;
      if (entry.key.empty()) return fail(Code::invalid, "an entry without a key");
      if (at_ < text_.size() && text_[at_] == '=') {
        ++at_;
        const std::string_view value = TRY(read_value(entry.key));
        if (!value.empty() || was_quoted_) entry.value = value;
      }
      entries.push_back(entry);
    }
  }

 private:
  Result<std::string_view> read_value(std::string_view key) {
    const char open = at_ < text_.size() ? text_[at_] : ' ';
    was_quoted_ = open == '"' || open == '\'' || open == '{';
    if (!was_quoted_) {
      const std::size_t end = std::min(text_.find_first_of(" \t", at_), text_.size());
      const std::string_view value = text_.substr(at_, end - at_);
      at_ = end;
      return value;
    }
    const std::size_t begin = ++at_;
    std::size_t depth = 1;  // Rows of tables hold braces: counted, not called again.
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (open == '{' && text_[at_] == '{') {
        ++depth;
      } else if (text_[at_] == (open == '{' ? '}' : open) && --depth == 0) {
        return text_.substr(begin, at_++ - begin);
      }
    }
    return fail(Code::invalid, "the value of " + std::string(key) + " has no closing " +
                                   (open == '{' ? std::string("'}'") : std::string("quote")));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool was_quoted_ = false;
};

}  // namespace

Result<ShdrTime> to_shdr_time(std::string_view text) {
  ShdrTime time;
  const std::string_view whole = text;
  const auto wrong = [&] {
    return fail(Code::invalid, "'" + std::string(whole.substr(0, 100)) +
                                   "' is no time: 2026-11-22T08:57:11.25Z, milliseconds, or "
                                   "nothing is expected");
  };
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    const std::optional<double> lasted = to_seconds(trimmed(text.substr(at + 1)));
    if (!lasted || *lasted < 0) return wrong();
    time.lasted = Duration(std::llround(*lasted * 1e9));
    text = trimmed(text.substr(0, at));
  }
  if (text.empty()) return time;
  time.at = to_utc(text);
  if (time.at) return time;
  const std::optional<double> milliseconds = to_seconds(text);
  if (milliseconds) {
    time.offset = Duration(std::llround(*milliseconds * 1e6));
    return time;
  }
  const Result<Instant> with_offset = to_instant(text);
  if (!with_offset) return wrong();
  time.at = *with_offset;
  return time;
}

Result<std::vector<ShdrEntry>> to_shdr_entries(std::string_view text) {
  return EntryScanner(text).read();
}

}  // namespace millwright::net
