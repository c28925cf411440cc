#include "flow/inbox.hpp"

#include <algorithm>
#include <utility>

namespace millwright::flow {
namespace {

// What an input counts against the bound.
std::size_t rows_of(const Input& input) {
  const auto* readings = std::get_if<Readings>(&input.what);
  return readings == nullptr ? 1 : std::max<std::size_t>(1, readings->rows());
}

}  // namespace

void Inbox::push(Input&& input, std::size_t rows) {
  rows_ += rows;
  ++offered_;
  if (input.hurry == Hurry::now) ++in_a_hurry_;
  waiting_.push_back(std::move(input));
}

Offer Inbox::offer(Input&& input) {
  const std::size_t rows = rows_of(input);
  {
    const std::scoped_lock lock(mutex_);
    if (is_closed_) return Offer::closed;
    // One input larger than the bound is let in when nothing waits: it can never fit otherwise.
    if (rows_ > 0 && rows_ + rows > rows_max_) return Offer::full;
    push(std::move(input), rows);
  }
  has_input_.notify_one();
  return Offer::accepted;
}

Offer Inbox::offer(Readings&& readings, Acknowledge acknowledge) {
  return offer(Input{std::move(readings), {}, {}, std::move(acknowledge)});
}

Offer Inbox::offer_waiting(Input&& input, Duration wait) {
  const std::size_t rows = rows_of(input);
  {
    std::unique_lock lock(mutex_);
    const auto has_room = [&] { return is_closed_ || rows_ == 0 || rows_ + rows <= rows_max_; };
    if (!has_room_.wait_for(lock, wait, has_room)) return Offer::full;
    if (is_closed_) return Offer::closed;
    push(std::move(input), rows);
  }
  has_input_.notify_one();
  return Offer::accepted;
}

Offer Inbox::offer_background(Input&& input, Duration wait) {
  const std::size_t rows = rows_of(input);
  {
    std::unique_lock lock(mutex_);
    const auto has_room = [&] {
      return is_closed_ || background_.empty() || background_rows_ + rows <= background_rows_max;
    };
    if (!has_background_room_.wait_for(lock, wait, has_room)) return Offer::full;
    if (is_closed_) return Offer::closed;
    background_rows_ += rows;
    background_.push_back(std::move(input));
  }
  has_input_.notify_one();
  return Offer::accepted;
}

void Inbox::take_background(std::vector<Input>& out) {
  for (std::size_t taken = 0; !background_.empty() && taken < background_take_rows; ++offered_) {
    const std::size_t rows = rows_of(background_.front());
    taken += rows;
    background_rows_ -= rows;
    out.push_back(std::move(background_.front()));
    background_.pop_front();
  }
}

bool Inbox::say(What what, Instant happened, FactId cause) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_closed_) return false;
    push({std::move(what), happened, cause, {}}, 0);
  }
  has_input_.notify_one();
  return true;
}

void Inbox::take(std::vector<Input>& out, Duration wait, Background background) {
  out.clear();
  std::unique_lock lock(mutex_);
  const bool takes_background = background == Background::is_taken;
  has_input_.wait_for(lock, wait, [&] {
    return !waiting_.empty() || (takes_background && !background_.empty()) || is_nudged_ ||
           is_closed_;
  });
  // A due timer (a nudge) is in a hurry too.
  if (!waiting_.empty() && in_a_hurry_ == 0 && group_wait_ > Duration{}) {
    has_input_.wait_for(lock, group_wait_, [&] {
      return in_a_hurry_ > 0 || rows_ >= rows_max_ / 2 || is_nudged_ || is_closed_;
    });
  }
  is_nudged_ = false;
  std::swap(out, waiting_);
  rows_ = in_a_hurry_ = 0;
  if (takes_background && !is_closed_) take_background(out);
  lock.unlock();
  has_room_.notify_all();
  has_background_room_.notify_all();
}

void Inbox::nudge() {
  {
    const std::scoped_lock lock(mutex_);
    is_nudged_ = true;
  }
  has_input_.notify_one();
}

void Inbox::wait_nudge(Duration wait) {
  std::unique_lock lock(mutex_);
  has_input_.wait_for(lock, wait, [&] { return is_nudged_ || is_closed_; });
  is_nudged_ = false;
}

void Inbox::close() {
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
  }
  has_input_.notify_all();
  has_room_.notify_all();
  has_background_room_.notify_all();
}

std::size_t Inbox::rows_waiting() const {
  const std::scoped_lock lock(mutex_);
  return rows_;
}

std::uint64_t Inbox::offered() const {
  const std::scoped_lock lock(mutex_);
  return offered_;
}

bool Inbox::is_finished() const {
  const std::scoped_lock lock(mutex_);
  return is_closed_ && waiting_.empty();
}

}  // namespace millwright::flow
