#include "connect/opcua/feed.hpp"

#include <algorithm>

namespace millwright::connect::opcua {
namespace {

constexpr Duration dropped_told_every = 1s;
// Kinds of trouble beyond the findings of judge().
constexpr std::uint32_t refused_code = 100, warning_code = 101;
constexpr std::uint32_t no_tag = 0xFFFF0000;  // "about" of a trouble of the source as a whole

}  // namespace

Feed::Feed(flow::Inbox& inbox, const flow::Clock& clock, SourceId source, std::string address,
           std::vector<FeedTag> tags)
    : inbox_(inbox),
      clock_(clock),
      source_(source),
      address_(std::move(address)),
      tags_(std::move(tags)),
      states_(tags_.size()),
      troubles_(inbox, source),
      batch_(source),
      alive_at_(clock.now()) {}

void Feed::connected(std::size_t watched, const std::vector<net::opcua::Trouble>& warnings) {
  const Instant now = clock_.now();
  // What the tags were before this program ran is not known to hold.
  if (!is_lost_told_) lose_all(now);
  is_connected_ = true;
  is_lost_told_ = false;
  alive_at_ = now;
  inbox_.say(What(fact::Source(
                 fact::SourceConnected{source_, address_, static_cast<std::uint32_t>(watched)})),
             now);
  for (std::uint32_t i = 0; i < warnings.size(); ++i) {
    troubles_.note(now, no_tag + i, warning_code, "", [&] {
      return flow::TroubleWords{warnings[i].what, warnings[i].next_step};
    });
  }
}

void Feed::lost(const net::opcua::Trouble& why) {
  const Instant now = clock_.now();
  const bool is_first = !is_lost_told_;
  if (is_first) lose_all(is_connected_ ? alive_at_ : now);
  if (is_first || why.what != lost_why_) {
    inbox_.say(What(fact::Source(
                   fact::SourceLost{source_, alive_at_, why.what, why.next_step, why.is_refusal})),
               now);
  }
  is_connected_ = false;
  is_lost_told_ = true;
  lost_why_ = why.what;
  flush(now);
}

void Feed::stop() {
  lost({"millwright has ended", "Start millwright."});
}

void Feed::refused(const net::opcua::Refusal& refusal) {
  const Instant now = clock_.now();
  lose(refusal.item, now, Quality{refusal.status & 0xFFFF0000});
  troubles_.note(now, static_cast<std::uint32_t>(refusal.item), refused_code,
                 tags_[refusal.item].path, [&] {
                   return flow::TroubleWords{refusal.trouble.what, refusal.trouble.next_step};
                 });
}

void Feed::sample(std::size_t item, const net::opcua::Sample& sample) {
  const Instant now = clock_.now();
  Judged row = judge(tags_[item].expected, sample, now);
  add(item, row);
  State& state = states_[item];
  if (state.lost >= row.happened) {
    // Known again, and unchanged since before it was lost: from now on that holds again.
    row.happened = std::max(now, state.lost + Duration(1));
    add(item, row);
  }
  state.lost = Instant::min();
  if (row.value_finding != Finding::none) note(item, row.value_finding, sample, now);
  if (row.time_finding != Finding::none) note(item, row.time_finding, sample, now);
  if (row.has_overflow) note(item, Finding::overflow, sample, now);
}

void Feed::note(std::size_t item, Finding finding, const net::opcua::Sample& sample, Instant now) {
  troubles_.note(now, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(finding),
                 tags_[item].path, [&] { return words_of(finding, tags_[item].expected, sample); });
}

void Feed::alive() {
  const Instant now = clock_.now();
  alive_at_ = now;
  flush(now);
  troubles_.settle(now);
}

void Feed::add(std::size_t item, const Judged& row) {
  const FeedTag& tag = tags_[item];
  State& state = states_[item];
  // NaN never equals itself, so that servers send it again at each look.
  const bool is_repeated = tag.expected.kind != Kind::text && row.happened == state.happened &&
                           row.value == state.value && row.quality == state.quality;
  if (is_repeated) return;
  if (tag.expected.kind == Kind::text) {
    batch_.add_text(tag.id, row.happened, row.text, row.quality);
  } else {
    batch_.add(tag.id, tag.expected.kind, row.happened, row.value, row.quality);
  }
  state.newest = std::max(state.newest, row.happened);
  state.happened = row.happened;
  state.value = row.value;
  state.quality = row.quality;
}

void Feed::lose_all(Instant since) {
  for (std::size_t i = 0; i < tags_.size(); ++i)
    lose(i, since, quality::bad_not_connected);
}

// After the newest row, so that it is what holds.
void Feed::lose(std::size_t item, Instant at, Quality quality) {
  const Instant newest = states_[item].newest;
  Judged row;
  row.happened = newest == Instant::min() ? at : std::max(at, newest + Duration(1));
  row.quality = quality;
  add(item, row);
  states_[item].lost = row.happened;
}

void Feed::flush(Instant now) {
  if (batch_.rows() > 0) {
    rows_waiting_ += batch_.rows();
    waiting_.push_back(std::exchange(batch_, Readings(source_)));
    drop_oldest();
  }
  while (!waiting_.empty()) {
    const std::size_t rows = waiting_.front().rows();
    flow::Input input{std::move(waiting_.front()), {}, {}, {}};
    input.hurry = flow::Hurry::may_wait;
    const flow::Offer offer = inbox_.offer(std::move(input));
    if (offer == flow::Offer::full) {
      // NOLINTNEXTLINE(bugprone-use-after-move): an offer that is not taken moves nothing.
      waiting_.front() = std::move(std::get<Readings>(input.what));
      break;
    }
    rows_waiting_ -= rows;
    waiting_.pop_front();
  }
  tell_dropped(now);
}

void Feed::drop_oldest() {
  while (rows_waiting_ > rows_waiting_max && waiting_.size() > 1) {
    dropped_ += waiting_.front().rows();
    rows_waiting_ -= waiting_.front().rows();
    waiting_.pop_front();
  }
}

void Feed::tell_dropped(Instant now) {
  if (dropped_ == 0 || now < dropped_told_ + dropped_told_every) return;
  inbox_.say(What(fact::Source(fact::ReadingsDropped{
                 source_, dropped_,
                 "millwright takes readings in more slowly than " + address_ + " sends them"})),
             now);
  dropped_ = 0;
  dropped_told_ = now;
}

}  // namespace millwright::connect::opcua
