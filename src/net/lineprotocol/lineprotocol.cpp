#include "net/lineprotocol/lineprotocol.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "net/lineprotocol/number.hpp"

namespace millwright::net {
namespace {

// What a byte means in a name.
enum Meaning : std::uint8_t { ends_measurement = 1, ends_name = 2, escapes = 4 };
constexpr std::array<std::uint8_t, 256> meanings = [] {
  std::array<std::uint8_t, 256> table{};
  for (const char c : {',', ' ', '\n'})
    table[static_cast<unsigned char>(c)] = ends_measurement | ends_name;
  table[static_cast<unsigned char>('=')] = ends_name;
  table[static_cast<unsigned char>('\\')] = escapes;
  return table;
}();

constexpr std::array<std::int64_t, 6> nanoseconds_of{
    1, 1'000, 1'000'000, 1'000'000'000, 60'000'000'000, 3'600'000'000'000};

std::optional<bool> to_bool(std::string_view text) {
  for (const std::string_view word : {"t", "T", "true", "True", "TRUE"})
    if (text == word) return true;
  for (const std::string_view word : {"f", "F", "false", "False", "FALSE"})
    if (text == word) return false;
  return std::nullopt;
}

template <class Whole>
std::optional<Whole> to_whole(std::string_view text) {
  Whole value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string shown(std::string_view text) {
  constexpr std::size_t shown_bytes_max = 60;
  if (text.size() <= shown_bytes_max) return "'" + std::string(text) + "'";
  return "'" + std::string(text.substr(0, shown_bytes_max)) + "…'";
}

// Reads one line after the other. An error is a sentence in trouble_ and a null or false answer, so
// that nothing is allocated for good lines.
class LineScanner {
 public:
  LineScanner(std::string_view text, Precision precision, Instant received,
              const LineLimits& limits)
      : at_(text.data()),
        end_(text.data() + text.size()),
        size_(text.size()),
        unit_(nanoseconds_of[static_cast<std::size_t>(precision)]),
        received_(received),
        limits_(limits) {}

  bool is_at_end() const { return at_ == end_; }
  std::size_t line_number() const { return line_; }
  const std::string& trouble() const { return trouble_; }

  // Passes empty lines and comments. False at the end of the text.
  bool find_line() {
    while (at_ != end_) {
      const char c = *at_;
      if (c == '#') {
        skip_line(at_);
      } else if (c == '\n') {
        ++at_;
        ++line_;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }
  // Reads the line that begins here, with its end. False: trouble(), and the next line follows.
  bool read_line(Line& line) {
    const char* begin = at_;
    const std::size_t number = line_;
    tags_.clear();
    fields_.clear();
    unescaped_.clear();
    if (read_series(line) && read_fields() && read_time(line)) {
      line.number = number;
      line.tags = tags_;
      line.fields = fields_;
      remember_names();
      return true;
    }
    line_ = number;
    skip_line(is_in_text_ ? begin : at_);
    // Line ends within texts that were passed before the trouble count too.
    if (!is_in_text_) line_ += static_cast<std::size_t>(std::count(begin, trouble_at_, '\n'));
    is_in_text_ = false;
    return false;
  }

 private:
  bool wrong(std::string what) {
    trouble_ = std::move(what);
    trouble_at_ = at_;
    return false;
  }
  void skip_line(const char* from) {
    at_ = std::find(from, end_, '\n');
    if (at_ == end_) return;
    ++at_;
    ++line_;
  }
  char here() const { return at_ == end_ ? '\n' : *at_; }

  bool read_series(Line& line) {
    const char* begin = at_;
    if (!read_name(ends_measurement, line.measurement)) return false;
    if (line.measurement.empty()) return wrong("the measurement has no name");
    while (here() == ',') {
      ++at_;
      if (tags_.size() == limits_.tags_max)
        return wrong("more than " + std::to_string(limits_.tags_max) + " tags");
      std::string_view name, value;
      if (!read_name(ends_name, name)) return false;
      if (name.empty() || here() != '=') return wrong("a tag needs the form name=value");
      ++at_;
      if (!read_name(ends_name, value)) return false;
      if (value.empty()) return wrong("the tag " + shown(name) + " has no value");
      if (here() == '=')
        return wrong("the value of tag " + shown(name) + " holds '=' without '\\'");
      tags_.emplace_back(name, value);
    }
    line.series = {begin, static_cast<std::size_t>(at_ - begin)};
    skip_spaces();
    if (here() == '\n') return wrong("no field follows: measurement field=value is expected");
    return true;
  }
  void skip_spaces() {
    while (at_ != end_ && *at_ == ' ')
      ++at_;
  }
  // Up to the byte that ends it, unescaped when it has to be.
  bool read_name(Meaning ends, std::string_view& name) {
    const char* begin = at_;
    bool is_escaped = false;
    while (at_ != end_) {
      const std::uint8_t meaning = meanings[static_cast<unsigned char>(*at_)];
      if ((meaning & ends) != 0) break;
      if ((meaning & escapes) != 0 && at_ + 1 != end_ && at_[1] != '\n') {
        is_escaped = true;
        ++at_;
      }
      ++at_;
    }
    name = {begin, static_cast<std::size_t>(at_ - begin)};
    if (name.size() > limits_.name_bytes_max)
      return wrong("a name has more than " + std::to_string(limits_.name_bytes_max) + " bytes");
    if (is_escaped) name = unescaped(name, ends == ends_measurement ? ", " : ",= ");
    return true;
  }
  // Kept until the next line, in a buffer that never moves while a line is read: nothing unescaped
  // is longer than the whole text.
  std::string_view unescaped(std::string_view text, std::string_view escaped) {
    if (unescaped_.capacity() < size_) unescaped_.reserve(size_);
    const std::size_t begin = unescaped_.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool is_escape = text[i] == '\\' && i + 1 < text.size() &&
                             escaped.find(text[i + 1]) != std::string_view::npos;
      unescaped_ += text[is_escape ? ++i : i];
    }
    return std::string_view(unescaped_).substr(begin);
  }

  bool read_fields() {
    while (true) {
      if (fields_.size() == limits_.fields_max)
        return wrong("more than " + std::to_string(limits_.fields_max) + " fields");
      LineField field;
      if (!is_name_of_before(field.name)) {
        if (!read_name(ends_name, field.name)) return false;
        if (field.name.empty() || here() != '=') return wrong("a field needs the form name=value");
        ++at_;
      }
      const bool is_good = here() == '"' ? read_text(field) : read_value(field);
      if (!is_good) return false;
      fields_.push_back(field);
      if (here() != ',') return true;
      ++at_;
    }
  }
  // Lines of one kind follow each other: is this the name that the line before had at this place?
  bool is_name_of_before(std::string_view& name) {
    if (fields_.size() >= names_before_.size()) return false;
    const std::string_view before = names_before_[fields_.size()];
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (before.size() >= left || at_[before.size()] != '=') return false;
    if (std::memcmp(at_, before.data(), before.size()) != 0) return false;
    name = {at_, before.size()};
    at_ += before.size() + 1;
    return true;
  }
  void remember_names() {
    names_before_.clear();
    if (!unescaped_.empty()) return;  // as they are read, they are not as they are written
    for (const LineField& field : fields_)
      names_before_.push_back(field.name);
  }
  bool read_text(LineField& field) {
    const char* begin = ++at_;
    bool is_escaped = false;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ == '\\' && at_ + 1 != end_) {
        is_escaped = true;
        ++at_;
      }
      ++at_;
    }
    if (at_ == end_) {
      is_in_text_ = true;
      return wrong("the text of field " + shown(field.name) + " has no closing '\"'");
    }
    std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    ++at_;
    line_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (text.size() > limits_.text_bytes_max)
      return wrong("the text of field " + shown(field.name) + " has more than " +
                   std::to_string(limits_.text_bytes_max) + " bytes");
    if (is_escaped) text = unescaped(text, "\"\\");
    field.value = text;
    if (here() == ',' || here() == ' ' || here() == '\n' || here() == '\r') return true;
    return wrong("after the text of field " + shown(field.name) + " a ',' or ' ' is expected");
  }
  bool read_value(LineField& field) {
    if (const char* after = read_plain(at_, end_, field)) {
      at_ = after;
      return true;
    }
    const char* begin = at_;
    while (at_ != end_ && *at_ != ',' && *at_ != ' ' && *at_ != '\n' && *at_ != '\r')
      ++at_;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    if (set_value(text, field)) return true;
    return wrong("the value " + shown(text) + " of field " + shown(field.name) +
                 " is none: 1.5, 7i, 7u, true or \"text\" is expected");
  }
  // What most values are, in one pass: a decimal of few digits, or a whole number with 'i'. Null:
  // not such a one, or not followed by what ends a value.
  static const char* read_plain(const char* at, const char* end, LineField& field) {
    PlainNumber number;
    at = read_plain_number(at, end, number);
    if (at == nullptr || at == end) return nullptr;
    if (*at == 'i' && !number.has_point) {
      field.value = number.signed_whole();
      ++at;
      return at != end && ends_value(*at) ? at : nullptr;
    }
    if (!ends_value(*at)) return nullptr;
    field.value = number.value();
    return at;
  }
  static bool ends_value(char c) { return c == ',' || c == ' ' || c == '\n' || c == '\r'; }
  static bool set_value(std::string_view text, LineField& field) {
    if (text.empty()) return false;
    const std::string_view digits = text.substr(0, text.size() - 1);
    if (text.back() == 'i') return assign(to_whole<std::int64_t>(digits), field);
    if (text.back() == 'u') return assign(to_whole<std::uint64_t>(digits), field);
    const char first = text.front();
    if (first == 't' || first == 'T' || first == 'f' || first == 'F')
      return assign(to_bool(text), field);
    return assign(to_number(text), field);
  }
  template <class T>
  static bool assign(const std::optional<T>& value, LineField& field) {
    if (value) field.value = *value;
    return value.has_value();
  }

  bool read_time(Line& line) {
    skip_spaces();
    if (here() == '\r') ++at_;
    line.has_time = here() != '\n';
    line.time = received_;
    if (line.has_time && !read_number(line)) return false;
    if (at_ != end_) {
      ++at_;
      ++line_;
    }
    return true;
  }
  bool read_number(Line& line) {
    const char* begin = at_;
    while (at_ != end_ && *at_ != ' ' && *at_ != '\r' && *at_ != '\n')
      ++at_;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    const std::optional<std::int64_t> number = to_whole<std::int64_t>(text);
    if (!number) return wrong("the time " + shown(text) + " is no whole number");
    constexpr std::int64_t range = (std::int64_t{1} << 62U) - 1;  // of the years 1824 to 2116
    if (*number > range / unit_ || *number < -(range / unit_))
      return wrong("the time " + shown(text) + " is out of range: is the precision right?");
    line.time = instant(*number * unit_);
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\r'))
      ++at_;
    if (here() != '\n') return wrong("after the time the line must end");
    return true;
  }

  const char* at_;
  const char* end_;
  std::size_t size_;
  std::int64_t unit_;
  Instant received_;
  const LineLimits& limits_;
  std::size_t line_ = 1;
  std::string trouble_;
  const char* trouble_at_ = nullptr;
  bool is_in_text_ = false;
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
  std::vector<LineField> fields_;
  std::string unescaped_;
  std::vector<std::string_view> names_before_;
};

}  // namespace

Result<Precision> to_precision(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Precision>, 9> words{{
      {"", Precision::nanosecond},
      {"ns", Precision::nanosecond},
      {"n", Precision::nanosecond},
      {"us", Precision::microsecond},
      {"u", Precision::microsecond},
      {"ms", Precision::millisecond},
      {"s", Precision::second},
      {"m", Precision::minute},
      {"h", Precision::hour},
  }};
  for (const auto& [word, precision] : words)
    if (text == word) return precision;
  return fail(Code::invalid,
              "the precision " + shown(text) + " is none: ns, us, ms, s, m or h is expected");
}

LinesRead read_lines(std::string_view text, Precision precision, Instant received,
                     const std::function<void(const Line&)>& take, const LineLimits& limits) {
  LinesRead read;
  LineScanner scanner(text, precision, received, limits);
  Line line;
  while (scanner.find_line()) {
    const std::size_t number = scanner.line_number();
    if (scanner.read_line(line)) {
      ++read.lines;
      read.samples += line.fields.size();
      take(line);
      continue;
    }
    ++read.refused;
    if (read.errors.size() < limits.errors_max) read.errors.push_back({number, scanner.trouble()});
  }
  return read;
}

}  // namespace millwright::net
