#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/readings.hpp"
#include "net/shdr/shdr.hpp"

namespace millwright::connect::replay {

// A recording opens with what was known before, whose times may lie weeks back: it begins after the
// last silence longer than this among its first lines.
constexpr Duration opening_silence = 1h;
constexpr std::size_t opening_lines_max = 1000;

// The lines of a text file, packed with gzip or not. Thread: one.
class LineFile {
 public:
  // Errors: not_found, with the file.
  static Result<LineFile> open(const std::filesystem::path& path);

  // The next line without its end; nothing after the last. It is good until the next call.
  // Errors: invalid (damaged, cut off); full (a line over net::shdr_line_bytes_max).
  Result<std::optional<std::string_view>> next();

 private:
  struct Close {
    void operator()(void* file) const;
  };
  Result<bool> fill();

  std::filesystem::path path_;
  std::unique_ptr<void, Close> file_;
  std::string text_;
  std::size_t at_ = 0;
  bool is_done_ = false;
};

// When the recording in this file begins. Errors: not_found, invalid (no line with a time).
Result<Instant> begin_of(const std::filesystem::path& path);

// What is asked of a recording: the data item "Sload", or "device:Sload".
struct Wanted {
  TagId tag;
  std::string path;  // of the tag
  Kind kind = Kind::number;
  std::string address;
};

struct Row {
  std::size_t wanted = 0;  // its place in the list
  Quality quality;
  Scalar value;
  std::string text;            // as it was recorded
  bool is_wrong_kind = false;  // it does not fit the tag's kind
};

struct Heard {
  std::optional<Instant> happened;  // nothing: the line says nothing (a command, an asset)
  std::vector<Row> rows;
  std::size_t refused = 0;  // observations that were not understood
  std::string trouble;
};

// Makes rows of lines. Thread: one.
class RowReader {
 public:
  explicit RowReader(std::vector<Wanted> wanted);
  const std::vector<Wanted>& wanted() const { return wanted_; }

  // Errors: invalid, when the line is none of SHDR or has no time of day.
  Result<Heard> read(std::string_view line);

 private:
  void add_rows(const net::ShdrObservation& one, Heard& out) const;

  net::ShdrReader shdr_;
  std::vector<Wanted> wanted_;
  std::vector<std::pair<std::string, std::size_t>> by_address_;  // sorted
};

// The text as a value of this kind; nothing when it is none. Not for texts. Thread: any; pure.
std::optional<Scalar> to_scalar(Kind kind, std::string_view text);

}  // namespace millwright::connect::replay
