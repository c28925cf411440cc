#include "base/csv.hpp"

#include "base/text.hpp"

namespace millwright {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

char separator_of(std::string_view header) {
  for (const char c : header)
    if (c == ';' || c == '\t' || c == ',') return c;
  return ',';
}

// Takes one line of fields after the other from a text.
class Lines {
 public:
  Lines(std::string_view text, std::size_t fields_max)
      : text_(text),
        separator_(separator_of(text.substr(0, text.find('\n')))),
        fields_max_(fields_max) {}

  bool is_at_end() const { return at_ >= text_.size(); }
  Result<CsvRow> take() {
    CsvRow row;
    row.line = line_;
    do {
      if (row.fields.size() == fields_max_)
        return fail(Code::invalid, "line " + std::to_string(row.line) + " has more than " +
                                       std::to_string(fields_max_) + " fields");
      row.fields.push_back(TRY(take_field()));
    } while (take(separator_));
    take('\r');
    if (take('\n')) ++line_;
    return row;
  }

 private:
  bool take(char c) {
    if (is_at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool is_at_line_end() const {
    return is_at_end() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
  }
  std::string take_plain() {
    const std::size_t begin = at_;
    while (!is_at_line_end() && text_[at_] != separator_)
      ++at_;
    return std::string(trimmed(text_.substr(begin, at_ - begin)));
  }
  Result<std::string> take_field() {
    while (take(' ')) {
    }
    if (!take('"')) return take_plain();
    const std::size_t opened = line_;
    std::string field;
    while (!is_at_end()) {
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return field + take_plain();
      if (c == '\n') ++line_;
      field += c;
    }
    return fail(Code::invalid,
                "line " + std::to_string(opened) + ": a quote is opened and never closed");
  }

  std::string_view text_;
  char separator_;
  std::size_t fields_max_;
  std::size_t at_ = 0, line_ = 1;
};

bool is_empty(const CsvRow& row) {
  for (const std::string& field : row.fields)
    if (!field.empty()) return false;
  return true;
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

Result<CsvTable> read_csv(std::string_view text, const CsvLimits& limits) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Lines lines(text, limits.fields_max);
  CsvTable table;
  while (!lines.is_at_end()) {
    CsvRow row = TRY(lines.take());
    if (is_empty(row)) continue;
    if (table.header.empty()) {
      table.header = std::move(row.fields);
      continue;
    }
    if (table.rows.size() == limits.rows_max)
      return fail(Code::invalid, "more than " + std::to_string(limits.rows_max) +
                                     " lines: give them in several files");
    table.rows.push_back(std::move(row));
  }
  if (table.header.empty())
    return fail(Code::invalid, "there is nothing in it: the first line names the columns");
  return table;
}

}  // namespace millwright
