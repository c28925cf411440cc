#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::net {

// A recording: what machines said in a span of the past, oldest first. docs/formats/recording.md.
inline constexpr std::size_t recording_frame_bytes_max = std::size_t{4} << 20U;
inline constexpr std::size_t recording_tags_max = 100'000;
inline constexpr std::size_t recording_path_bytes_max = 512;
inline constexpr std::size_t recording_rows_max = 65'536;       // times of a block, or events
inline constexpr std::size_t recording_values_max = 1'000'000;  // of a block: times x columns
inline constexpr std::size_t recording_text_bytes_max = 4096;

enum class RecordedKind : std::uint8_t { number, integer, natural, boolean, text };

struct RecordingHead {
  std::string title;
  Instant from, until;  // half-open
};
struct RecordedTag {
  std::string path;  // velo/berlin/frames/machining/cnc3/spindle/vibration
  RecordedKind kind = RecordedKind::number;
};
// Named from then on by their places, from 0.
struct RecordedTags {
  std::vector<RecordedTag> tags;
};

// What one device said of its numbers: one column of times for all of them.
struct RecordedColumn {
  std::uint32_t tag = 0;
  std::vector<double> values;
  std::vector<std::uint32_t> qualities;  // OPC UA status codes; empty: all good
};
struct RecordedBlock {
  std::vector<std::int64_t> times;  // ns since 1970, each later than the one before
  std::vector<RecordedColumn> columns;
};

// What happened once, of any kind.
struct RecordedEvent {
  std::int64_t at = 0;
  std::uint32_t tag = 0, quality = 0;
  std::variant<double, std::int64_t, std::uint64_t, bool, std::string> value;
};
struct RecordedEvents {
  std::vector<RecordedEvent> rows;  // in order of time
};

struct RecordingProgress {
  Instant reached;  // all before it has been said
};
struct RecordingEnd {
  Instant reached;
  std::uint64_t readings = 0, events = 0;  // of the whole recording
};

using RecordedFrame = std::variant<RecordingHead, RecordedTags, RecordedBlock, RecordedEvents,
                                   RecordingProgress, RecordingEnd>;

// Appends frames to bytes: first begin(), then blocks, events and progress in any order that keeps
// the promise of progress, then end(). Within the bounds above; what breaks them is a bug.
class RecordingWriter {
 public:
  explicit RecordingWriter(Bytes& out) : out_(&out) {}
  RecordingWriter() = default;
  void write_to(Bytes& out) { out_ = &out; }  // from now on; it outlives the next calls
  void begin(const RecordingHead& head, const std::vector<RecordedTag>& tags);
  void add(const RecordedBlock& block);
  void add(const RecordedEvents& events);
  void reach(Instant reached);
  void end(Instant reached);
  std::uint64_t readings() const { return readings_; }
  std::uint64_t events() const { return events_; }

 private:
  void frame(std::uint8_t kind, const Bytes& content);

  Bytes* out_ = nullptr;
  std::vector<RecordedKind> kinds_;
  std::uint64_t readings_ = 0, events_ = 0;
};

// Makes frames of bytes as they come. Thread: one.
class RecordingReader {
 public:
  void feed(ByteView bytes);
  // The next whole frame; nothing when more bytes are needed.
  // Errors: corrupt (a sum, a bound, an order that the format does not allow), with the place.
  Result<std::optional<RecordedFrame>> next();
  bool has_ended() const { return has_ended_; }
  std::size_t waiting() const { return buffer_.size() - at_; }  // bytes of an unfinished frame

 private:
  Error corrupt(const std::string& what) const;
  Result<RecordedFrame> read(ByteView content);
  Result<RecordedFrame> read_head(Reader& in);
  Result<RecordedFrame> read_tags(Reader& in);
  Result<RecordedFrame> read_block(Reader& in);
  Result<RecordedFrame> read_events(Reader& in);
  Result<RecordedFrame> read_end(Reader& in);
  Outcome read_value(Reader& in, RecordedEvent& event);
  Outcome check_times(const std::vector<std::int64_t>& times) const;

  Bytes buffer_;
  std::size_t at_ = 0;
  std::uint64_t place_ = 0;  // of the frame, in bytes from the beginning
  bool has_magic_ = false, has_head_ = false, has_ended_ = false;
  std::vector<RecordedKind> kinds_;
  std::int64_t reached_ = 0, until_ = 0;
};

// What who wants a recording sends first: nothing is wanted of before `after`.
inline constexpr std::size_t recording_ask_bytes = 20;
Bytes recording_ask(Instant after);
// Errors: corrupt.
Result<Instant> read_recording_ask(ByteView bytes);

}  // namespace millwright::net
