#include "base/check.hpp"
#include "model/described_bytes.hpp"
#include "watch/state/timeline.hpp"

namespace millwright::watch::state {
namespace {

void save_value(Writer& out, const RawValue& raw) {
  write_bytes(out, raw.at);
  write_bytes(out, raw.kind);
  out.fixed(raw.value.bits);
  out.text(raw.text);
  write_bytes(out, raw.quality);
}

Outcome load_value(Reader& in, RawValue& raw) {
  TRY(read_bytes(in, raw.at));
  TRY(read_bytes(in, raw.kind));
  raw.value.bits = TRY(in.fixed<std::uint64_t>());
  raw.text = TRY(in.text());
  return read_bytes(in, raw.quality);
}

}  // namespace

void Timeline::save(Writer& out, const Channel& channel) {
  channel.track.save(out);
  save_value(out, channel.newest);
  write_bytes(out, channel.source);
  write_bytes(out, channel.is_source_lost);
  write_bytes(out, channel.is_heard_since_lost);
  write_bytes(out, channel.connected_at);
}

Outcome Timeline::load(Reader& in, Channel& channel) {
  TRY(channel.track.load(in));
  TRY(load_value(in, channel.newest));
  TRY(read_bytes(in, channel.source));
  TRY(read_bytes(in, channel.is_source_lost));
  TRY(read_bytes(in, channel.is_heard_since_lost));
  return read_bytes(in, channel.connected_at);
}

void Timeline::save(Writer& out) const {
  CHECK(!touched_from_);  // Saved between inputs, and each ends by settling.
  out.variable(channels_.size());
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    out.text(rules_.inputs[i].name);
    save(out, channels_[i]);
  }
  out.variable(intervals_.size());
  for (const Interval& interval : intervals_) {
    write_bytes(out, interval.from);
    write_bytes(out, interval.state);
    write_bytes(out, interval.mode);
    out.text(interval.why);
  }
  write_bytes(out, newest_);
  write_bytes(out, floor_);
  write_bytes(out, due_);
  out.variable(unused_rows_);
}

Outcome Timeline::load(Reader& in) {
  if (TRY(in.variable()) != channels_.size())
    return fail(Code::corrupt, "the stored states of a machine belong to other rules");
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    if (TRY(in.text()) != rules_.inputs[i].name)
      return fail(Code::corrupt, "the stored states of a machine belong to other rules");
    TRY(load(in, channels_[i]));
  }
  const std::uint64_t count = TRY(in.variable());
  intervals_.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    Interval& interval = intervals_.emplace_back();
    TRY(read_bytes(in, interval.from));
    TRY(read_bytes(in, interval.state));
    TRY(read_bytes(in, interval.mode));
    interval.why = TRY(in.text());
  }
  TRY(read_bytes(in, newest_));
  TRY(read_bytes(in, floor_));
  TRY(read_bytes(in, due_));
  unused_rows_ = TRY(in.variable());
  touched_from_.reset();
  return Done{};
}

}  // namespace millwright::watch::state
