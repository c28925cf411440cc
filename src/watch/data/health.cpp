#include "watch/data/health.hpp"

#include <algorithm>
#include <vector>

#include "model/described_bytes.hpp"

namespace millwright::watch::data {
namespace {

std::int64_t second_of(Instant at) {
  return nanoseconds(at) / 1'000'000'000;
}

}  // namespace

double share_of(const Past& past) {
  if (past.has_ended || past.until <= past.from) return 1;
  return std::clamp(seconds(past.reached - past.from) / seconds(past.until - past.from), 0.0, 1.0);
}

std::string in_words(const Past& past) {
  const Duration whole = past.until - past.from;
  Duration unit = 24h;
  std::string word = "day";
  if (whole < 48h) {
    unit = 1h;
    word = "hour";
  }
  if (whole < 2h) {
    unit = 1min;
    word = "minute";
  }
  const std::int64_t units = std::max<std::int64_t>(1, (whole + unit - Duration(1)) / unit);
  if (past.has_ended)
    return std::to_string(units) + " " + word + (units == 1 ? "" : "s") + ", complete";
  const std::int64_t at = std::clamp<std::int64_t>((past.reached - past.from) / unit + 1, 1, units);
  return word + " " + std::to_string(at) + " of " + std::to_string(units);
}

void Health::hear(std::uint64_t rows, std::optional<Duration> lag, std::optional<Instant> last,
                  Instant now) {
  if (status_ == Status::connecting) {  // A source that connects without a word, as a writer does.
    status_ = Status::connected;
    since_ = now;
  }
  if (!first_heard_) first_heard_ = now;
  const std::int64_t second = second_of(now);
  Second& slot = seconds_[static_cast<std::size_t>(second) % seconds_.size()];
  if (slot.second != second) slot = {second, 0};
  slot.rows += rows;
  if (lag) lags_.push_back(*lag);
  if (lags_.size() > lags_max) lags_.pop_front();
  if (last) last_ = std::max(last_.value_or(*last), *last);
}

void Health::connect(std::string_view address, std::uint32_t tags, Instant at) {
  status_ = Status::connected;
  since_ = at;
  address_ = address;
  asked_tags_ = tags;
  if (!gaps_.empty() && !gaps_.back().until) gaps_.back().until = std::max(at, gaps_.back().since);
}

void Health::lose(const fact::SourceLost& lost, Instant at) {
  if (status_ == Status::connecting || status_ == Status::connected) {
    since_ = lost.since;
    if (status_ == Status::connected) gaps_.push_back({lost.since, std::nullopt});
    if (gaps_.size() > gaps_max) gaps_.pop_front();
  }
  status_ = lost.is_refused ? Status::refused : Status::lost;
  trouble(lost.why, lost.next_step, at);
}

void Health::trouble(std::string_view what, std::string_view next_step, Instant at) {
  trouble_ = what;
  next_step_ = next_step;
  trouble_at_ = at;
}

void Health::drop(std::uint64_t rows, std::string_view why, Instant at) {
  refused_ += rows;
  trouble(std::to_string(rows) + " readings dropped: " + std::string(why), "", at);
}

void Health::fill(SourceRow& row, Instant now) const {
  if (!address_.empty()) row.address = address_;
  row.status = status_;
  row.since = status_ == Status::connecting ? std::nullopt : std::optional(since_);
  row.rate = rate(now);
  row.lag = lag();
  row.gaps = 0;
  row.gap_time = {};
  const Instant from = now - gap_window;
  for (const Gap& gap : gaps_) {
    const Instant until = gap.until.value_or(std::max(now, gap.since));
    if (until < from) continue;
    ++row.gaps;
    row.gap_time += until - std::max(from, gap.since);
  }
  row.refused = refused_;
  row.last = last_;
  row.tags = std::max(asked_tags_, heard_tags_);
  if (!trouble_at_) return;
  row.trouble = trouble_;
  row.trouble_at = trouble_at_;
  row.next_step = next_step_.empty() ? std::nullopt : std::optional(next_step_);
}

// Over the whole seconds before this one.
std::optional<double> Health::rate(Instant now) const {
  if (!first_heard_) return std::nullopt;
  const std::int64_t end = second_of(now);
  const std::int64_t heard_for = end - second_of(*first_heard_);
  const auto span = std::min<std::int64_t>(rate_seconds, heard_for);
  if (span < 1) return std::nullopt;
  std::uint64_t rows = 0;
  for (const Second& slot : seconds_)
    if (slot.second >= end - span && slot.second < end) rows += slot.rows;
  return static_cast<double>(rows) / static_cast<double>(span);
}

std::optional<double> Health::lag() const {
  if (lags_.empty()) return std::nullopt;
  std::vector<Duration> sorted(lags_.begin(), lags_.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return seconds(*middle);
}

void Health::save(Writer& out) const {
  write_bytes(out, status_);
  write_bytes(out, since_);
  out.text(address_);
  for (const Second& slot : seconds_) {
    out.fixed(slot.second);
    out.fixed(slot.rows);
  }
  out.variable(lags_.size());
  for (const Duration lag : lags_)
    write_bytes(out, lag);
  out.variable(gaps_.size());
  for (const Gap& gap : gaps_) {
    write_bytes(out, gap.since);
    write_bytes(out, gap.until);
  }
  write_bytes(out, last_);
  write_bytes(out, first_heard_);
  write_bytes(out, refused_);
  write_bytes(out, heard_tags_);
  write_bytes(out, asked_tags_);
  write_bytes(out, trouble_at_);
  out.text(trouble_);
  out.text(next_step_);
}

Outcome Health::load(Reader& in) {
  TRY(read_bytes(in, status_));
  TRY(read_bytes(in, since_));
  address_ = TRY(in.text());
  for (Second& slot : seconds_) {
    slot.second = TRY(in.fixed<std::int64_t>());
    slot.rows = TRY(in.fixed<std::uint64_t>());
  }
  const std::uint64_t lags = TRY(in.variable());
  if (lags > lags_max) return fail(Code::corrupt, "the stored health of a source is too long");
  lags_.resize(lags);
  for (Duration& lag : lags_)
    TRY(read_bytes(in, lag));
  const std::uint64_t gaps = TRY(in.variable());
  if (gaps > gaps_max) return fail(Code::corrupt, "the stored health of a source is too long");
  gaps_.resize(gaps);
  for (Gap& gap : gaps_) {
    TRY(read_bytes(in, gap.since));
    TRY(read_bytes(in, gap.until));
  }
  TRY(read_bytes(in, last_));
  TRY(read_bytes(in, first_heard_));
  TRY(read_bytes(in, refused_));
  TRY(read_bytes(in, heard_tags_));
  TRY(read_bytes(in, asked_tags_));
  TRY(read_bytes(in, trouble_at_));
  trouble_ = TRY(in.text());
  next_step_ = TRY(in.text());
  return Done{};
}

}  // namespace millwright::watch::data
