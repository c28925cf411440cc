#include "keep/history/readings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json.hpp"
#include "base/number_text.hpp"
#include "keep/history/asked.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

// Whether there are more rows than the limit, and of which kind those within it are together.
class Scout final : public Listener {
 public:
  explicit Scout(std::size_t limit) : limit_(limit) {}
  bool take_chunk(const Entry& chunk) override {
    return take(std::size_t{chunk.good} + chunk.other, chunk.kind);
  }
  bool take_vector(const math::Statistics& of, Kind kind) override { return take(of.rows(), kind); }
  Result<bool> take(const Rows& rows) override {
    const std::size_t room = limit_ - rows_;
    count(std::min(rows.size(), room), rows.kind);
    has_more = rows.size() > room;
    return !has_more;
  }
  std::optional<Kind> common;  // of all rows within the limit
  bool has_more = false;

 private:
  bool take(std::size_t rows, Kind of) {
    if (rows > limit_ - rows_) return false;
    count(rows, of);
    return true;
  }
  void count(std::size_t rows, Kind of) {
    rows_ += rows;
    if (rows == 0) return;
    if (!common || *common == of)
      common = of;
    else
      common = *common == Kind::text || of == Kind::text ? Kind::text : Kind::number;
  }
  std::size_t limit_, rows_ = 0;
};

// Milliseconds since 1970; of whole ones the upper digits are remembered from the time before.
class TimeText {
 public:
  char* write(char* to, std::int64_t nanoseconds) {
    constexpr std::int64_t millisecond = 1'000'000, low = 100'000;
    if (nanoseconds % millisecond != 0 || nanoseconds < low * millisecond)
      return write_number(to, static_cast<double>(nanoseconds) / 1e6);
    const std::int64_t whole = nanoseconds / millisecond;
    if (whole / low != upper_) {
      upper_ = whole / low;
      digits_ = static_cast<std::size_t>(
          std::to_chars(text_.data(), text_.data() + text_.size(), upper_).ptr - text_.data());
    }
    to = std::copy_n(text_.data(), digits_, to);
    auto rest = static_cast<std::uint32_t>(whole % low);
    for (int i = 4; i >= 0; --i, rest /= 10)
      to[i] = static_cast<char>('0' + rest % 10);
    return to + 5;
  }

 private:
  std::int64_t upper_ = -1;
  std::array<char, number_text_max> text_{};
  std::size_t digits_ = 0;
};

char* write_scalar(char* to, Kind kind, Scalar value) {
  const auto literal = [&](std::string_view text) {
    return std::copy(text.begin(), text.end(), to);
  };
  switch (kind) {
    case Kind::integer:
      return std::to_chars(to, to + number_text_max, value.integer()).ptr;
    case Kind::natural:
      return std::to_chars(to, to + number_text_max, value.natural()).ptr;
    case Kind::boolean:
      return literal(value.boolean() ? "true" : "false");
    case Kind::number:
      return std::isfinite(value.number()) ? write_number(to, value.number()) : literal("null");
    case Kind::single:
    case Kind::text:
      break;
  }
  if (!std::isfinite(value.number())) return literal("null");
  return std::to_chars(to, to + number_text_max, static_cast<float>(value.number())).ptr;
}

// Appends `count` items, each behind a comma and as `write` puts it into a room.
template <class Write>
void append_items(std::string& out, std::size_t count, const Write& write) {
  constexpr std::size_t item_max = number_text_max + 1;
  const std::size_t at = out.size();
  out.resize(at + count * item_max);
  char* to = out.data() + at;
  for (std::size_t i = 0; i < count; ++i) {
    *to++ = ',';
    to = write(to, i);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

Rows in_kind(Kind kind, const Rows& rows, std::size_t count) {
  Rows out;
  out.kind = kind;
  for (std::size_t row = 0; row < count; ++row)
    out.add(rows, row);
  return out;
}

void append_times(std::string& out, const Rows& rows, std::size_t count) {
  TimeText text;
  append_items(out, count, [&](char* to, std::size_t row) {
    return text.write(to, nanoseconds(rows.times[row]));
  });
}

void append_values(std::string& out, const Rows& rows, std::size_t count) {
  if (rows.kind != Kind::text) {
    append_items(out, count, [&](char* to, std::size_t row) {
      return write_scalar(to, rows.kind, rows.values[row]);
    });
    return;
  }
  for (std::size_t row = 0; row < count; ++row) {
    out += ',';
    JsonWriter(out).value(std::string_view(rows.texts[row]));
  }
}

void append_qualities(std::string& out, const Rows& rows, std::size_t count) {
  append_items(out, count, [&](char* to, std::size_t row) {
    return std::to_chars(to, to + number_text_max, rows.quality(row).code).ptr;
  });
}

void append_lines(std::string& out, const Rows& rows, std::size_t count) {
  for (std::size_t row = 0; row < count; ++row) {
    const Quality quality = rows.quality(row);
    out += to_text(rows.times[row]);
    out += ',';
    std::array<char, number_text_max> room;
    if (rows.kind == Kind::text) {
      out += csv_text(rows.texts[row]);
    } else if (std::isfinite(as_number(rows.kind, rows.values[row]))) {
      out.append(room.data(), write_scalar(room.data(), rows.kind, rows.values[row]));
    }
    out += ',';
    out += word_of(quality);
    out += ',';
    out += csv_text(reason_of(quality));
    out += "\r\n";
  }
}

}  // namespace

// Hears rows as text.
class ColumnWriter final : public Listener {
 public:
  ColumnWriter(ReadingsText& text, std::string& out) : text_(text), out_(out) {}
  Result<bool> take(const Rows& rows) override {
    const std::size_t count = std::min(rows.size(), text_.left_);
    text_.left_ -= count;
    text_.write(rows, count, out_);
    return text_.left_ > 0;
  }

 private:
  ReadingsText& text_;
  std::string& out_;
};

Result<ReadingsText> ReadingsText::open(const History& history, ReadingsAsked asked) {
  Cursor cursor = TRY(history.read(asked.tag.tag, asked.span));
  ReadingsText text(std::move(asked), std::move(cursor));
  TRY(text.scout());
  if (text.asked_.has_bounds) {
    const Around nearest{};
    const TagId tag = text.asked_.tag.tag;
    text.before_ = TRY(rows_before(history, tag, text.asked_.span.from, nearest));
    if (!text.has_more_) text.after_ = TRY(rows_after(history, tag, text.asked_.span.to, nearest));
  }
  return text;
}

Outcome ReadingsText::scout() {
  Scout scout(asked_.limit);
  TRY(cursor_.tell_all(scout));
  cursor_.rewind();
  kind_ = scout.common.value_or(asked_.tag.kind);
  has_more_ = scout.has_more;
  left_ = asked_.limit;
  if (asked_.is_csv) column_ = Column::line;
  return Done{};
}

Result<std::string> ReadingsText::next(std::size_t bytes) {
  std::string out;
  if (!has_begun_) begin(out);
  while (out.size() < bytes && column_ != Column::over) {
    if (!has_told_before_) {
      has_told_before_ = true;
      write(before_, before_.size(), out);
    }
    ColumnWriter writer(*this, out);
    if (!TRY(cursor_.step(writer))) end_column(out);
  }
  return out;
}

void ReadingsText::begin(std::string& out) {
  has_begun_ = true;
  if (asked_.is_csv) {
    out = "time," + csv_text(asked_.tag.path) + ",quality,reason\r\n";
    return;
  }
  JsonWriter json(out);
  json.begin_object().member("tag", std::string_view(asked_.tag.path));
  json.member("kind", word(kind_)).key("time").begin_list();
}

void ReadingsText::write(const Rows& rows, std::size_t count, std::string& out) {
  if (count == 0) return;
  const std::size_t at = out.size();
  if (column_ == Column::line) return append_lines(out, rows, count);
  if (column_ == Column::time) append_times(out, rows, count);
  if (column_ == Column::value && rows.kind == kind_) append_values(out, rows, count);
  if (column_ == Column::value && rows.kind != kind_)
    append_values(out, in_kind(kind_, rows, count), count);
  if (column_ == Column::quality) append_qualities(out, rows, count);
  if (!needs_comma_) out.erase(at, 1);
  needs_comma_ = true;
}

void ReadingsText::end_column(std::string& out) {
  write(after_, after_.size(), out);
  const bool is_json = column_ != Column::line;
  needs_comma_ = false;
  column_ = is_json ? static_cast<Column>(static_cast<int>(column_) + 1) : Column::over;
  if (column_ == Column::line) column_ = Column::over;
  if (column_ == Column::value) out += R"(],"value":[)";
  if (column_ == Column::quality) out += R"(],"quality":[)";
  if (is_json && column_ == Column::over)
    out += has_more_ ? R"(],"more":true})" : R"(],"more":false})";
  cursor_.rewind();
  left_ = asked_.limit;
  has_told_before_ = false;
}

}  // namespace millwright::keep
