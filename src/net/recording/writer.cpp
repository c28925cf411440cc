#include "base/check.hpp"
#include "base/packed.hpp"
#include "net/recording/frames.hpp"

namespace millwright::net {
namespace {

void write_value(Writer& out, RecordedKind kind, const RecordedEvent& event) {
  switch (kind) {
    case RecordedKind::number:
      return out.fixed(std::get<double>(event.value));
    case RecordedKind::integer:
      return out.fixed(std::get<std::int64_t>(event.value));
    case RecordedKind::natural:
      return out.variable(std::get<std::uint64_t>(event.value));
    case RecordedKind::boolean:
      return out.fixed(static_cast<std::uint8_t>(std::get<bool>(event.value) ? 1 : 0));
    case RecordedKind::text:
      return out.text(
          std::string_view(std::get<std::string>(event.value)).substr(0, recording_text_bytes_max));
  }
}

void write_column(Writer& out, const RecordedColumn& column) {
  out.variable(column.tag);
  out.fixed(static_cast<std::uint8_t>(column.qualities.empty() ? 0 : 1));
  pack_numbers(out, column.values);
  if (column.qualities.empty()) return;
  pack_integers(out, std::vector<std::int64_t>(column.qualities.begin(), column.qualities.end()));
}

}  // namespace

void RecordingWriter::frame(std::uint8_t kind, const Bytes& content) {
  CHECK(content.size() < recording_frame_bytes_max);
  Writer out(*out_);
  out.fixed(static_cast<std::uint32_t>(content.size() + 1));
  out.fixed(crc32c(content, crc32c(ByteView(&kind, 1))));
  out.fixed(kind);
  out.raw(content);
}

void RecordingWriter::begin(const RecordingHead& head, const std::vector<RecordedTag>& tags) {
  CHECK(tags.size() <= recording_tags_max);
  Writer(*out_).raw(as_bytes(recording_magic));
  Bytes content;
  Writer out(content);
  out.fixed(nanoseconds(head.from));
  out.fixed(nanoseconds(head.until));
  out.text(head.title);
  frame(frame_head, content);
  content.clear();
  out.variable(tags.size());
  for (const RecordedTag& tag : tags) {
    CHECK(tag.path.size() <= recording_path_bytes_max);
    out.text(tag.path);
    out.fixed(tag.kind);
    kinds_.push_back(tag.kind);
  }
  frame(frame_tags, content);
}

void RecordingWriter::add(const RecordedBlock& block) {
  const std::size_t rows = block.times.size();
  CHECK(rows > 0 && rows <= recording_rows_max);
  CHECK(block.columns.size() <= recording_values_max / rows);
  Bytes content;
  Writer out(content);
  out.variable(rows);
  pack_integers(out, block.times);
  out.variable(block.columns.size());
  for (const RecordedColumn& column : block.columns) {
    CHECK(column.tag < kinds_.size() && kinds_[column.tag] == RecordedKind::number);
    CHECK(column.values.size() == rows);
    CHECK(column.qualities.empty() || column.qualities.size() == rows);
    write_column(out, column);
  }
  readings_ += rows * block.columns.size();
  frame(frame_block, content);
}

void RecordingWriter::add(const RecordedEvents& events) {
  CHECK(!events.rows.empty() && events.rows.size() <= recording_rows_max);
  std::vector<std::int64_t> times, tags, qualities;
  for (const RecordedEvent& event : events.rows) {
    times.push_back(event.at);
    tags.push_back(event.tag);
    qualities.push_back(event.quality);
  }
  Bytes content;
  Writer out(content);
  out.variable(events.rows.size());
  pack_integers(out, times);
  pack_integers(out, tags);
  pack_integers(out, qualities);
  for (const RecordedEvent& event : events.rows)
    write_value(out, kinds_.at(event.tag), event);
  events_ += events.rows.size();
  frame(frame_events, content);
}

void RecordingWriter::reach(Instant reached) {
  Bytes content;
  Writer(content).fixed(nanoseconds(reached));
  frame(frame_progress, content);
}

void RecordingWriter::end(Instant reached) {
  Bytes content;
  Writer out(content);
  out.fixed(nanoseconds(reached));
  out.fixed(readings_);
  out.fixed(events_);
  frame(frame_end, content);
}

Bytes recording_ask(Instant after) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(recording_ask_magic));
  out.fixed(nanoseconds(after));
  out.fixed(crc32c(bytes));
  return bytes;
}

}  // namespace millwright::net
