#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace millwright::net {

inline constexpr std::size_t shdr_line_bytes_max = std::size_t{256} << 10U;
inline constexpr std::size_t shdr_fields_max = 4096;  // Between the pipes of one line.
inline constexpr std::size_t shdr_entries_max = std::size_t{16}
                                                << 10U;  // Of one data set or time series.
inline constexpr std::size_t shdr_asset_bytes_max = std::size_t{1} << 20U;

// How many fields an observation has, and what they mean. Its data item decides.
enum class ShdrKind : std::uint8_t { value, condition, message, time_series, data_set, alarm };

enum class ShdrLevel : std::uint8_t { unavailable, normal, warning, fault };

// When it happened: a time, or milliseconds since a zero of the adapter's own, or nothing: then the
// receiver's clock counts.
struct ShdrTime {
  std::optional<Instant> at;
  std::optional<Duration> offset;
  std::optional<Duration> lasted;  // "2026-11-22T08:57:11Z@2.5": over the 2.5 s before.
};

struct ShdrEntry {
  std::string_view key;
  std::optional<std::string_view> value;  // Nothing: the key is taken out of the set.
};

struct ShdrObservation {
  ShdrKind kind = ShdrKind::value;
  std::string_view device, item;  // "device:item"; the device is empty when it is not named.
  bool is_unavailable = false;
  std::string_view value;  // Of a value; the text of a message, condition or alarm.
  ShdrLevel level = ShdrLevel::unavailable;  // Of a condition.
  std::string_view code;                     // Of a condition (native code), message or alarm.
  std::string_view severity, qualifier;      // Of a condition; of an alarm: severity, state.
  std::span<const double> series;            // Of a time series,
  double rate = 0;                           // in samples a second; 0 when it is not known.
  std::span<const ShdrEntry> entries;        // Of a data set.
  std::string_view reset;                    // Why a data set begins anew: "MANUAL", "DAY".
};

struct ShdrAsset {
  enum class Action : std::uint8_t { put, update, remove, remove_all };
  Action action = Action::put;
  std::string_view id, type;
  std::string_view body;  // XML; of an update the pairs, as sent.
};

// What one line says. Texts point into the line and the reader, until its next call.
struct ShdrLine {
  enum class Form : std::uint8_t { nothing, observations, command, asset };
  Form form = Form::nothing;
  ShdrTime time;
  std::span<const ShdrObservation> observations;
  std::string_view command, argument;  // "* PONG 10000": "PONG" and "10000".
  ShdrAsset asset;
  std::size_t refused = 0;   // Observations that were not understood; the others stand.
  std::string_view trouble;  // Why the first of them was not.
};

// What is known of the data items, by device and item. Unset, or for unknown ones: `value`, and
// a condition where the line has the form of one.
using ShdrKindOf =
    std::function<std::optional<ShdrKind>(std::string_view device, std::string_view item)>;

// Reads what MTConnect adapters say, line by line (SHDR). It remembers an asset that goes over
// several lines, and nothing else. Thread: one.
class ShdrReader {
 public:
  explicit ShdrReader(ShdrKindOf kind_of = {}) : kind_of_(std::move(kind_of)) {}

  // One line, without its end.
  // Errors: invalid: no time and no observation can be read from it; full: over a limit.
  Result<ShdrLine> read(std::string_view line);

 private:
  Outcome split_fields(std::string_view line);
  void read_observations(std::size_t first, ShdrLine& out);
  std::size_t read_one(std::size_t at, ShdrObservation& one, ShdrLine& out);
  bool fill(std::size_t at, ShdrObservation& one, ShdrLine& out);
  ShdrKind kind_at(std::size_t at, const ShdrObservation& one) const;
  void read_series(std::string_view count, std::string_view rate, std::string_view values,
                   ShdrObservation& one, ShdrLine& out);
  Result<ShdrLine> read_asset(const ShdrLine& begun);
  Result<ShdrLine> continue_asset(std::string_view line);
  std::string_view field(std::size_t at) const {
    return at < fields_.size() ? fields_[at] : std::string_view();
  }
  void refuse(ShdrLine& out, std::string what);

  ShdrKindOf kind_of_;
  std::vector<std::string_view> fields_;
  std::vector<ShdrObservation> observations_;
  std::vector<std::vector<ShdrEntry>> entries_;  // One per data set of the line.
  std::vector<std::vector<double>> series_;
  std::vector<std::string> unquoted_;  // Fields that held "\|".
  std::string trouble_;
  std::string until_;  // Not empty: an asset goes on until this line.
  std::string asset_body_, asset_id_, asset_type_;
  ShdrLine asset_begun_;
};

// "2026-11-22T08:57:11.25Z", without "Z" too (UTC), with "@seconds", or milliseconds ("1500.5").
// Errors: invalid, with what was found.
Result<ShdrTime> to_shdr_time(std::string_view text);

// "a=1 b={two words} c='x' row={x=1 y=2} gone": the entries of a data set or of one row of a table.
// Errors: invalid for a quote or brace that does not end; full over shdr_entries_max.
Result<std::vector<ShdrEntry>> to_shdr_entries(std::string_view text);

// What a person or program says to the adapter.
std::string shdr_ping();

// How long the adapter's silence may last, from its answer "* PONG 10000"; nothing for others.
std::optional<Duration> shdr_heartbeat(const ShdrLine& line);

}  // namespace millwright::net
