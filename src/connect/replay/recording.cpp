#include "connect/replay/recording.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace millwright::connect::replay {
namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10U;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "4.000000" is a whole number too: controls print counters so.
template <class T>
std::optional<T> parsed_whole(std::string_view text) {
  if (const std::size_t point = text.find('.');
      point != std::string_view::npos && point + 1 < text.size() &&
      text.find_first_not_of('0', point + 1) == std::string_view::npos) {
    text = text.substr(0, point);
  }
  return parsed<T>(text);
}

std::string_view word_of_level(net::ShdrLevel level) {
  if (level == net::ShdrLevel::normal) return "NORMAL";
  if (level == net::ShdrLevel::warning) return "WARNING";
  return "FAULT";
}

}  // namespace

void LineFile::Close::operator()(void* file) const {
  gzclose(static_cast<gzFile>(file));
}

Result<LineFile> LineFile::open(const std::filesystem::path& path) {
  LineFile out;
  out.path_ = path;
  out.file_.reset(gzopen(path.c_str(), "rb"));
  if (!out.file_) return fail(Code::not_found, "there is no recording to read at " + path.string());
  return out;
}

Result<bool> LineFile::fill() {
  text_.erase(0, at_);
  at_ = 0;
  const std::size_t had = text_.size();
  text_.resize(had + read_bytes);
  const auto file = static_cast<gzFile>(file_.get());
  const int got = gzread(file, text_.data() + had, read_bytes);
  text_.resize(had + static_cast<std::size_t>(std::max(got, 0)));
  int trouble = Z_OK;
  gzerror(file, &trouble);
  if (got < 0 || trouble == Z_BUF_ERROR)
    return fail(Code::invalid, "the recording " + path_.string() +
                                   " is damaged or cut off: gzip cannot unpack it to its end");
  return got > 0;
}

Result<std::optional<std::string_view>> LineFile::next() {
  std::size_t end = text_.find('\n', at_);
  while (end == std::string::npos && !is_done_) {
    if (text_.size() - at_ > net::shdr_line_bytes_max) {
      return fail(Code::full, "a line of " + path_.string() + " is longer than " +
                                  std::to_string(net::shdr_line_bytes_max) + " bytes");
    }
    is_done_ = !TRY(fill());
    end = text_.find('\n', at_);
  }
  if (end == std::string::npos && at_ == text_.size()) return std::optional<std::string_view>();
  std::string_view line = std::string_view(text_).substr(at_, end - at_);
  at_ = end == std::string::npos ? text_.size() : end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::optional(line);
}

Result<Instant> begin_of(const std::filesystem::path& path) {
  LineFile file = TRY(LineFile::open(path));
  std::optional<Instant> begin, before;
  for (std::size_t i = 0; i < opening_lines_max; ++i) {
    const auto line = TRY(file.next());
    if (!line) break;
    const auto time = net::to_shdr_time(line->substr(0, line->find('|')));
    if (!time || !time->at) continue;
    if (!before || *time->at - *before > opening_silence) begin = *time->at;
    before = *time->at;
  }
  if (!begin)
    return fail(Code::invalid, "no line of " + path.string() +
                                   " begins with a time: expected lines of SHDR, as "
                                   "2026-11-22T08:57:11Z|execution|ACTIVE");
  return *begin;
}

RowReader::RowReader(std::vector<Wanted> wanted) : wanted_(std::move(wanted)) {
  for (std::size_t i = 0; i < wanted_.size(); ++i)
    by_address_.emplace_back(wanted_[i].address, i);
  std::sort(by_address_.begin(), by_address_.end());
}

Result<Heard> RowReader::read(std::string_view line) {
  const net::ShdrLine said = TRY(shdr_.read(line));
  Heard out;
  if (said.form != net::ShdrLine::Form::observations) return out;
  if (!said.time.at) return fail(Code::invalid, "the line does not say when it happened");
  out.happened = said.time.at;
  for (const net::ShdrObservation& one : said.observations)
    add_rows(one, out);
  out.refused = said.refused;
  out.trouble = said.trouble;
  return out;
}

void RowReader::add_rows(const net::ShdrObservation& one, Heard& out) const {
  const auto add = [&](const std::string& address) {
    auto it = std::lower_bound(by_address_.begin(), by_address_.end(),
                               std::pair(address, std::size_t{0}));
    for (; it != by_address_.end() && it->first == address; ++it) {
      Row row{.wanted = it->second};
      const bool is_condition = one.kind == net::ShdrKind::condition;
      row.text = is_condition ? word_of_level(one.level) : one.value;
      const Kind kind = wanted_[row.wanted].kind;
      const bool is_absent =
          one.is_unavailable || (is_condition && one.level == net::ShdrLevel::unavailable);
      if (is_absent) {
        row.quality = quality::bad_no_communication;
        row.text.clear();
      } else if (kind != Kind::text) {
        const auto value = to_scalar(kind, row.text);
        row.value = value.value_or(Scalar{});
        row.is_wrong_kind = !value;
        if (!value) row.quality = quality::bad_type_mismatch;
      }
      out.rows.push_back(std::move(row));
    }
  };
  add(std::string(one.item));
  if (!one.device.empty()) add(std::string(one.device) + ":" + std::string(one.item));
}

std::optional<Scalar> to_scalar(Kind kind, std::string_view text) {
  const auto made = [](auto value) {
    return value ? std::optional(Scalar::of(*value)) : std::nullopt;
  };
  text = trimmed(text);
  if (kind == Kind::integer) return made(parsed_whole<std::int64_t>(text));
  if (kind == Kind::natural) return made(parsed_whole<std::uint64_t>(text));
  if (kind == Kind::boolean) {
    if (text == "1" || text == "true" || text == "TRUE" || text == "ON") return Scalar::of(true);
    if (text == "0" || text == "false" || text == "FALSE" || text == "OFF")
      return Scalar::of(false);
    return std::nullopt;
  }
  const auto number = parsed<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return Scalar::of(kind == Kind::single ? static_cast<double>(static_cast<float>(*number))
                                         : *number);
}

}  // namespace millwright::connect::replay
