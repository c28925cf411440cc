#include "net/shdr/shdr.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace millwright::net {
namespace {

constexpr std::string_view multiline = "--multiline--";
constexpr std::size_t observations_max = shdr_fields_max / 2;

std::optional<ShdrLevel> to_level(std::string_view text) {
  if (same_letters(text, "normal")) return ShdrLevel::normal;
  if (same_letters(text, "warning")) return ShdrLevel::warning;
  if (same_letters(text, "fault")) return ShdrLevel::fault;
  if (same_letters(text, "unavailable")) return ShdrLevel::unavailable;
  return std::nullopt;
}

std::optional<double> to_double(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::size_t fields_of(ShdrKind kind) {
  switch (kind) {
    case ShdrKind::condition:
    case ShdrKind::alarm:
      return 5;
    case ShdrKind::time_series:
      return 3;
    case ShdrKind::message:
      return 2;
    case ShdrKind::value:
    case ShdrKind::data_set:
      return 1;
  }
  return 1;
}

std::optional<ShdrAsset::Action> to_action(std::string_view item) {
  if (item == "@ASSET@") return ShdrAsset::Action::put;
  if (item == "@UPDATE_ASSET@") return ShdrAsset::Action::update;
  if (item == "@REMOVE_ASSET@") return ShdrAsset::Action::remove;
  if (item == "@REMOVE_ALL_ASSETS@") return ShdrAsset::Action::remove_all;
  return std::nullopt;
}

ShdrLine to_command(std::string_view line) {
  ShdrLine out;
  out.form = ShdrLine::Form::command;
  const std::string_view text = trimmed(line.substr(1));
  const std::size_t end = text.find_first_of(": ");
  out.command = text.substr(0, end);
  if (end != std::string_view::npos) out.argument = trimmed(text.substr(end + 1));
  return out;
}

}  // namespace

void ShdrReader::refuse(ShdrLine& out, std::string what) {
  if (out.refused++ > 0) return;
  trouble_ = std::move(what);
  out.trouble = trouble_;
}

// At the pipes; a field that begins with a quote goes on to the quote before a pipe, and "\|" in it
// is a pipe. A quote that never ends is a letter like others.
Outcome ShdrReader::split_fields(std::string_view line) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(std::min<std::size_t>(shdr_fields_max, 1 + line.size() / 2));
  std::size_t at = 0;
  while (true) {
    if (fields_.size() == shdr_fields_max)
      return fail(Code::full,
                  "the line has more than " + std::to_string(shdr_fields_max) + " fields");
    std::size_t end = line.find('|', at);
    const std::size_t quote = line.find_first_not_of(" \t", at);
    if (quote != std::string_view::npos && line[quote] == '"') {
      std::size_t close = line.find("\"|", quote + 1);
      if (close == std::string_view::npos && line.back() == '"' && line.size() > quote + 1)
        close = line.size() - 1;
      if (close != std::string_view::npos) {
        std::string& text = unquoted_.emplace_back(line.substr(quote + 1, close - quote - 1));
        for (std::size_t bar = text.find("\\|"); bar != std::string::npos;
             bar = text.find("\\|", bar + 1))
          text.erase(bar, 1);
        fields_.push_back(text);
        if (close + 1 >= line.size()) return Done{};
        at = close + 2;
        continue;
      }
    }
    fields_.push_back(trimmed(line.substr(at, end - at)));
    if (end == std::string_view::npos) return Done{};
    at = end + 1;
  }
}

Result<ShdrLine> ShdrReader::read(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.size() > shdr_line_bytes_max)
    return fail(Code::full,
                "the line has more than " + std::to_string(shdr_line_bytes_max) + " bytes");
  if (!until_.empty()) return continue_asset(line);
  line = trimmed(line);
  if (line.empty()) return ShdrLine();
  if (line.front() == '*') return to_command(line);
  TRY(split_fields(line));
  if (fields_.size() < 2)
    return fail(Code::invalid, "the line has no '|': time|item|value is expected");
  ShdrLine out;
  out.form = ShdrLine::Form::observations;
  out.time = TRY(to_shdr_time(fields_[0]));
  if (to_action(fields_[1])) return read_asset(out);
  read_observations(1, out);
  return out;
}

void ShdrReader::read_observations(std::size_t first, ShdrLine& out) {
  observations_.clear();
  entries_.clear();
  series_.clear();
  for (std::size_t at = first; at < fields_.size() && observations_.size() < observations_max;) {
    if (fields_[at].empty() && at + 1 == fields_.size()) break;  // A pipe at the end of the line.
    ShdrObservation one;
    at = read_one(at, one, out);
  }
  out.observations = observations_;
}

// Reads the observation at that field; the place of the next one.
std::size_t ShdrReader::read_one(std::size_t at, ShdrObservation& one, ShdrLine& out) {
  const std::string_view name = fields_[at];
  const std::size_t colon = name.find(':');
  one.item = colon == std::string_view::npos ? name : name.substr(colon + 1);
  if (colon != std::string_view::npos) one.device = name.substr(0, colon);
  one.kind = kind_at(at, one);
  const std::size_t next = at + 1 + fields_of(one.kind);
  if (one.item.empty()) {
    refuse(out, "an item without a name");
  } else if (at + 1 >= fields_.size()) {
    refuse(out, "the item " + std::string(one.item) + " has no value");
  } else if (fill(at + 1, one, out)) {
    observations_.push_back(one);
  }
  return next;
}

ShdrKind ShdrReader::kind_at(std::size_t at, const ShdrObservation& one) const {
  const std::optional<ShdrKind> known = kind_of_ ? kind_of_(one.device, one.item) : std::nullopt;
  if (known) return *known;
  // An unknown item whose line has the form of a condition is one. A pair of its own never has an
  // empty name, and nobody calls an item by a native code with a warning before it.
  const std::optional<ShdrLevel> level = to_level(field(at + 1));
  if (!level || fields_.size() != at + 6) return ShdrKind::value;
  const bool is_event = *level == ShdrLevel::warning || *level == ShdrLevel::fault;
  const bool has_nameless = field(at + 2).empty() || field(at + 4).empty();
  return is_event || has_nameless ? ShdrKind::condition : ShdrKind::value;
}

// False when it is refused.
bool ShdrReader::fill(std::size_t at, ShdrObservation& one, ShdrLine& out) {
  const std::string_view first = field(at);
  one.is_unavailable = same_letters(first, "unavailable");
  const std::size_t before = out.refused;
  switch (one.kind) {
    case ShdrKind::value:
      one.value = first;
      break;
    case ShdrKind::message:
      one.code = first;
      one.value = field(at + 1);
      one.is_unavailable = same_letters(one.value, "unavailable");
      break;
    case ShdrKind::alarm:
      one.code = first;
      one.severity = field(at + 2);
      one.qualifier = field(at + 3);
      one.value = field(at + 4);
      break;
    case ShdrKind::condition: {
      const std::optional<ShdrLevel> level = to_level(first);
      if (!level)
        refuse(out, "'" + std::string(first) + "' of the condition " + std::string(one.item) +
                        " is none of normal, warning, fault, unavailable");
      one.level = level.value_or(ShdrLevel::unavailable);
      one.code = field(at + 1);
      one.severity = field(at + 2);
      one.qualifier = field(at + 3);
      one.value = field(at + 4);
      break;
    }
    case ShdrKind::time_series:
      if (!one.is_unavailable) read_series(first, field(at + 1), field(at + 2), one, out);
      break;
    case ShdrKind::data_set: {
      std::string_view text = first;
      if (!text.empty() && text.front() == ':') {
        const std::size_t end = std::min(text.find(' '), text.size());
        one.reset = text.substr(1, end - 1);
        text = text.substr(end);
      }
      if (one.is_unavailable) break;
      Result<std::vector<ShdrEntry>> entries = to_shdr_entries(text);
      if (!entries) {
        refuse(out, "the data set " + std::string(one.item) + ": " + entries.error().what);
      } else {
        one.entries = entries_.emplace_back(std::move(entries).value());
      }
      break;
    }
  }
  return out.refused == before;
}

void ShdrReader::read_series(std::string_view count, std::string_view rate, std::string_view values,
                             ShdrObservation& one, ShdrLine& out) {
  const auto wrong = [&](const std::string& why) {
    refuse(out, "the time series " + std::string(one.item) + ": " + why);
  };
  const std::optional<double> announced = to_double(count);
  if (!announced) return wrong("'" + std::string(count) + "' is no count of samples");
  one.rate = to_double(rate).value_or(0);
  std::vector<double> series;
  while (true) {
    values = trimmed(values);
    if (values.empty()) break;
    if (series.size() == shdr_entries_max) return wrong("too many samples");
    const std::size_t end = std::min(values.find(' '), values.size());
    const std::optional<double> sample = to_double(values.substr(0, end));
    if (!sample) return wrong("'" + std::string(values.substr(0, end)) + "' is no number");
    series.push_back(*sample);
    values.remove_prefix(end);
  }
  if (static_cast<double>(series.size()) != *announced)
    return wrong(std::to_string(series.size()) + " samples came, " + std::string(count) +
                 " were announced");
  one.series = series_.emplace_back(std::move(series));
}

Result<ShdrLine> ShdrReader::read_asset(const ShdrLine& begun) {
  ShdrLine out = begun;
  out.form = ShdrLine::Form::asset;
  out.asset.action = *to_action(fields_[1]);
  if (out.asset.action == ShdrAsset::Action::remove_all) {
    out.asset.type = field(2);
    return out;
  }
  out.asset.id = field(2);
  if (out.asset.id.empty()) return fail(Code::invalid, "an asset without an id");
  if (out.asset.action == ShdrAsset::Action::put) out.asset.type = field(3);
  const bool is_put = out.asset.action == ShdrAsset::Action::put;
  const std::size_t first = is_put ? 4 : 3;
  if (field(first).starts_with(multiline)) {
    until_ = field(first);
    asset_id_ = out.asset.id;
    asset_type_ = out.asset.type;
    asset_body_.clear();
    asset_begun_ = out;
    return ShdrLine();
  }
  if (first < fields_.size() && out.asset.action != ShdrAsset::Action::remove) {
    asset_body_ = fields_[first];
    for (std::size_t i = first + 1; i < fields_.size(); ++i)
      asset_body_.append("|").append(fields_[i]);
    out.asset.body = asset_body_;
  }
  return out;
}

Result<ShdrLine> ShdrReader::continue_asset(std::string_view line) {
  if (trimmed(line) == until_) {
    until_.clear();
    ShdrLine out = asset_begun_;
    out.asset.id = asset_id_;
    out.asset.type = asset_type_;
    out.asset.body = asset_body_;
    return out;
  }
  if (asset_body_.size() + line.size() >= shdr_asset_bytes_max) {
    until_.clear();
    return fail(Code::full, "the asset " + asset_id_ + " has more than " +
                                std::to_string(shdr_asset_bytes_max) + " bytes");
  }
  if (!asset_body_.empty()) asset_body_ += '\n';
  asset_body_ += line;
  return ShdrLine();
}

std::string shdr_ping() {
  return "* PING\n";
}

std::optional<Duration> shdr_heartbeat(const ShdrLine& line) {
  if (line.form != ShdrLine::Form::command || line.command != "PONG") return std::nullopt;
  const std::optional<double> milliseconds = to_double(line.argument);
  constexpr double longest = 24.0 * 3600 * 1000;
  if (!milliseconds || !(*milliseconds > 0) || *milliseconds > longest) return std::nullopt;
  return std::chrono::milliseconds(std::llround(*milliseconds));
}

}  // namespace millwright::net
