#include "watch/count/tally.hpp"

#include <algorithm>
#include <cmath>

#include "model/described_bytes.hpp"

namespace millwright::watch::count {

void Tally::set_plausible(const Plausible& plausible) {
  plausible_ = plausible;
  live_.set_plausible(plausible);
  if (past_) past_->set_plausible(plausible);
}

bool Tally::put(Instant at, double value, Instant learned, std::vector<Made>& made) {
  const bool is_live = !live_.is_heard() || at > live_.first() ||
                       (!live_.has_forgotten() && at >= live_.first() - joined_within);
  if (!is_live) return put_past(at, value, learned, made);
  const bool is_placed = live_.put(at, value, made);
  if (past_) join(joined_within, made);
  return is_placed;
}

bool Tally::put_past(Instant at, double value, Instant learned, std::vector<Made>& made) {
  if (past_ && past_->has_forgotten() && at <= past_->first()) {
    if (learned < past_heard_ + quiet_max) return false;
    past_.reset();  // It is sent once more, from its beginning.
  }
  if (!past_) {
    // Beside the live front there is no room for a past: what came before it is forgotten.
    if (at >= live_.first() - joined_within) return false;
    past_.emplace(plausible_);
  }
  past_heard_ = learned;
  const bool is_placed = past_->put(at, value, made);
  join(joined_within, made);
  return is_placed;
}

void Tally::settle(Instant now, std::vector<Made>& made) {
  if (!past_ || now < past_heard_ + given_up) return;
  if (past_->last() < live_.begin().at) join(Duration::max(), made);
  past_.reset();
}

// The step from the end of the past to the live front. While nothing of the live front is
// forgotten the two become one; later only the step is told.
void Tally::join(Duration within, std::vector<Made>& made) {
  const bool is_before_begin = past_->last() < live_.begin().at;
  const Instant at = is_before_begin ? live_.begin().at : live_.first();
  const double value = is_before_begin ? live_.begin().value : live_.first_value();
  if (past_->last() >= at || at - past_->last() > within) return;
  if (!live_.has_forgotten()) {
    live_.prepend(*past_, made);
    past_.reset();
    return;
  }
  const Counted step = count(past_->last_value(), value, at - past_->last(), plausible_);
  made.push_back({past_->last(), at, std::llround(step.parts)});
}

void Tally::save(Writer& out) const {
  live_.save(out);
  write_bytes(out, past_.has_value());
  if (past_) past_->save(out);
  write_bytes(out, past_heard_);
}

Outcome Tally::load(Reader& in) {
  TRY(live_.load(in));
  bool has_past = false;
  TRY(read_bytes(in, has_past));
  past_.reset();
  if (has_past) TRY(past_.emplace(plausible_).load(in));
  return read_bytes(in, past_heard_);
}

}  // namespace millwright::watch::count
