#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "base/packed.hpp"
#include "net/recording/frames.hpp"

namespace millwright::net {
namespace {

std::uint32_t number_at(ByteView bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

// A text no longer than `most`; nothing longer is made.
Result<std::string> short_text(Reader& in, std::size_t most) {
  const std::uint64_t size = TRY(in.variable());
  if (size > most) return fail(Code::corrupt, "a text is too long");
  const ByteView bytes = TRY(in.raw(size));
  return std::string(bytes.begin(), bytes.end());
}

// Integers that must fit 32 bits.
Outcome read_small(Reader& in, std::size_t count, std::vector<std::uint32_t>& out) {
  std::vector<std::int64_t> wide;
  TRY(unpack_integers(in, count, wide));
  for (const std::int64_t value : wide) {
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max())
      return fail(Code::corrupt, "a number is out of range");
    out.push_back(static_cast<std::uint32_t>(value));
  }
  return Done{};
}

}  // namespace

void RecordingReader::feed(ByteView bytes) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Error RecordingReader::corrupt(const std::string& what) const {
  return fail(Code::corrupt,
              "the recording is damaged at byte " + std::to_string(place_) + ": " + what);
}

Result<std::optional<RecordedFrame>> RecordingReader::next() {
  const auto none = [] { return std::optional<RecordedFrame>(); };
  ByteView left = ByteView(buffer_).subspan(at_);
  if (!has_magic_) {
    const std::size_t there = std::min(left.size(), recording_magic.size());
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(there),
                    as_bytes(recording_magic).begin()))
      return corrupt("it is no recording of this version");
    if (left.size() < recording_magic.size()) return none();
    has_magic_ = true;
    at_ += recording_magic.size();
    place_ += recording_magic.size();
    left = left.subspan(recording_magic.size());
  }
  if (has_ended_ && !left.empty()) return corrupt("there is more behind its end");
  if (left.size() < frame_room) return none();
  const std::size_t size = number_at(left, 0);
  if (size == 0 || size > recording_frame_bytes_max) return corrupt("a frame has no right length");
  if (left.size() - frame_room < size) return none();
  const ByteView content = left.subspan(frame_room, size);
  if (crc32c(content) != number_at(left, sizeof(std::uint32_t)))
    return corrupt("a frame's sum is wrong");
  Result<RecordedFrame> frame = read(content);
  if (!frame) return corrupt(frame.error().what);
  at_ += frame_room + size;
  place_ += frame_room + size;
  return std::optional<RecordedFrame>(std::move(*frame));
}

Result<RecordedFrame> RecordingReader::read(ByteView content) {
  Reader in(content);
  const auto kind = TRY(in.fixed<std::uint8_t>());
  if ((kind == frame_head) == has_head_) return fail(Code::corrupt, "it has not one head, first");
  Result<RecordedFrame> frame = fail(Code::corrupt, "a frame of this kind is not known");
  if (kind == frame_head) frame = read_head(in);
  if (kind == frame_tags) frame = read_tags(in);
  if (kind == frame_block) frame = read_block(in);
  if (kind == frame_events) frame = read_events(in);
  if (kind == frame_end) frame = read_end(in);
  if (kind == frame_progress) {
    const std::int64_t reached = TRY(in.fixed<std::int64_t>());
    if (reached < reached_ || reached > until_)
      return fail(Code::corrupt, "its progress goes back, or beyond its end");
    reached_ = reached;
    frame = RecordedFrame(RecordingProgress{instant(reached)});
  }
  if (frame && !in.is_at_end()) return fail(Code::corrupt, "a frame is longer than what it says");
  return frame;
}

Result<RecordedFrame> RecordingReader::read_head(Reader& in) {
  RecordingHead head;
  reached_ = TRY(in.fixed<std::int64_t>());
  until_ = TRY(in.fixed<std::int64_t>());
  head.from = instant(reached_);
  head.until = instant(until_);
  head.title = TRY(short_text(in, recording_text_bytes_max));
  if (until_ < reached_) return fail(Code::corrupt, "it ends before it begins");
  has_head_ = true;
  return RecordedFrame(std::move(head));
}

Result<RecordedFrame> RecordingReader::read_tags(Reader& in) {
  RecordedTags table;
  const std::uint64_t count = TRY(in.variable());
  if (count > recording_tags_max - kinds_.size() || count > in.left())
    return fail(Code::corrupt, "it has more than " + std::to_string(recording_tags_max) + " tags");
  for (std::uint64_t i = 0; i < count; ++i) {
    RecordedTag tag;
    tag.path = TRY(short_text(in, recording_path_bytes_max));
    tag.kind = TRY(in.fixed<RecordedKind>());
    if (tag.kind > RecordedKind::text || tag.path.empty())
      return fail(Code::corrupt, "a tag has no path or no kind");
    table.tags.push_back(std::move(tag));
  }
  for (const RecordedTag& tag : table.tags)
    kinds_.push_back(tag.kind);
  return RecordedFrame(std::move(table));
}

Outcome RecordingReader::check_times(const std::vector<std::int64_t>& times) const {
  if (times.front() < reached_ || times.back() >= until_)
    return fail(Code::corrupt, "it says something of before what it has reached, or after its end");
  return Done{};
}

Result<RecordedFrame> RecordingReader::read_block(Reader& in) {
  RecordedBlock block;
  const std::uint64_t rows = TRY(in.variable());
  if (rows == 0 || rows > recording_rows_max)
    return fail(Code::corrupt, "a block has no rows, or too many");
  TRY(unpack_integers(in, rows, block.times));
  if (std::adjacent_find(block.times.begin(), block.times.end(), std::greater_equal<>()) !=
      block.times.end())
    return fail(Code::corrupt, "the times of a block are not in order");
  TRY(check_times(block.times));
  const std::uint64_t columns = TRY(in.variable());
  if (columns > recording_values_max / rows || columns > in.left())
    return fail(Code::corrupt, "a block has too many columns");
  for (std::uint64_t i = 0; i < columns; ++i) {
    RecordedColumn& column = block.columns.emplace_back();
    const std::uint64_t tag = TRY(in.variable());
    if (tag >= kinds_.size() || kinds_[tag] != RecordedKind::number)
      return fail(Code::corrupt, "a column is of no tag with numbers");
    column.tag = static_cast<std::uint32_t>(tag);
    const bool has_quality = TRY(in.fixed<std::uint8_t>()) != 0;
    TRY(unpack_numbers(in, rows, column.values));
    if (has_quality) TRY(read_small(in, rows, column.qualities));
  }
  return RecordedFrame(std::move(block));
}

Outcome RecordingReader::read_value(Reader& in, RecordedEvent& event) {
  switch (kinds_[event.tag]) {
    case RecordedKind::number:
      event.value = TRY(in.fixed<double>());
      break;
    case RecordedKind::integer:
      event.value = TRY(in.fixed<std::int64_t>());
      break;
    case RecordedKind::natural:
      event.value = TRY(in.variable());
      break;
    case RecordedKind::boolean:
      event.value = TRY(in.fixed<std::uint8_t>()) != 0;
      break;
    case RecordedKind::text:
      event.value = TRY(short_text(in, recording_text_bytes_max));
      break;
  }
  return Done{};
}

Result<RecordedFrame> RecordingReader::read_events(Reader& in) {
  RecordedEvents events;
  const std::uint64_t count = TRY(in.variable());
  if (count == 0 || count > recording_rows_max || count > in.left())
    return fail(Code::corrupt, "a frame of events has none, or too many");
  std::vector<std::int64_t> times;
  std::vector<std::uint32_t> tags, qualities;
  TRY(unpack_integers(in, count, times));
  if (!std::is_sorted(times.begin(), times.end()))
    return fail(Code::corrupt, "events are not in order of time");
  TRY(check_times(times));
  TRY(read_small(in, count, tags));
  TRY(read_small(in, count, qualities));
  events.rows.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    RecordedEvent& event = events.rows[i];
    if (tags[i] >= kinds_.size()) return fail(Code::corrupt, "an event is of no tag");
    event.at = times[i];
    event.tag = tags[i];
    event.quality = qualities[i];
    TRY(read_value(in, event));
  }
  return RecordedFrame(std::move(events));
}

Result<RecordedFrame> RecordingReader::read_end(Reader& in) {
  RecordingEnd end;
  const std::int64_t reached = TRY(in.fixed<std::int64_t>());
  end.reached = instant(reached);
  end.readings = TRY(in.fixed<std::uint64_t>());
  end.events = TRY(in.fixed<std::uint64_t>());
  if (reached < reached_ || reached > until_)
    return fail(Code::corrupt, "its end lies before what it has reached");
  has_ended_ = true;
  return RecordedFrame(end);
}

Result<Instant> read_recording_ask(ByteView bytes) {
  const ByteView magic = as_bytes(recording_ask_magic);
  if (bytes.size() != recording_ask_bytes ||
      !std::equal(magic.begin(), magic.end(), bytes.begin()) ||
      crc32c(bytes.first(recording_ask_bytes - 4)) != number_at(bytes, recording_ask_bytes - 4))
    return fail(Code::corrupt, "what was asked is no question for a recording");
  std::int64_t after = 0;
  std::memcpy(&after, bytes.data() + magic.size(), sizeof after);
  return instant(after);
}

}  // namespace millwright::net
