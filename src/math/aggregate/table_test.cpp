#include "math/aggregate/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace millwright::math {
namespace table {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

}  // namespace

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> found;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '|');)
    found.push_back(trimmed(cell));
  return found;
}

namespace {

constexpr std::int64_t second = 1'000'000'000;

// "00:01:20.500" after midnight.
std::int64_t time_of(const std::string& text) {
  const auto number = [&](int at, int length) {
    return std::stoll(text.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(length)));
  };
  return (number(0, 2) * 3600 + number(3, 2) * 60 + number(6, 2)) * second +
         number(9, 3) * 1'000'000;
}

StatusCode code_of(const std::string& name) {
  if (name == "Good") return status_good;
  return name == "Uncertain" ? status_uncertain : status_bad;
}

Table heading(const std::string& line) {
  std::istringstream words(line);
  Table made;
  std::string word;
  std::string kind;
  words >> word >> made.history >> kind;
  made.kind = to_aggregate(kind).value();
  while (words >> word) {
    const std::string key = word.substr(0, word.find('='));
    const std::string value = word.substr(word.find('=') + 1);
    AggregateSettings& settings = made.settings;
    if (key == "every") made.step = std::stoll(value) * second;
    if (key == "between" && value == "stepped") settings.between = Between::stepped;
    if (key == "uncertain") settings.treat_uncertain_as_bad = value == "bad";
    if (key == "bad") settings.percent_data_bad = std::stoi(value);
    if (key == "good") settings.percent_data_good = std::stoi(value);
    if (key == "extrapolation") settings.use_sloped_extrapolation = value == "sloped";
    if (key == "known" && value != "last") settings.known_until = time_of(value);
  }
  return made;
}

}  // namespace

Book read(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  Book book;
  History* history = nullptr;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line.rfind("history ", 0) == 0) {
      history = &book.histories[line.substr(8)];
    } else if (line.rfind("table ", 0) == 0) {
      history = nullptr;
      book.tables.push_back(heading(line));
    } else if (history != nullptr) {
      const std::vector<std::string> cell = cells(line);
      history->times.push_back(time_of(cell[0]));
      history->values.push_back(cell[1] == "-" ? 0 : std::stod(cell[1]));
      history->statuses.push_back(code_of(cell[2]));
    } else {
      const std::vector<std::string> cell = cells(line);
      Expected expected{time_of(cell[0]), cell[1], cell[2], "", number};
      if (cell.size() > 5)
        expected = {time_of(cell[0]), cell[3].substr(3), cell[4], cell[5], number};
      book.tables.back().rows.push_back(expected);
    }
  }
  return book;
}

// The value with as many decimals as the table prints.
std::string value_text(const Expected& expected, const AggregateValue& found) {
  if (std::isnan(found.value)) return "-";
  if (!expected.value.empty() && std::isalpha(static_cast<unsigned char>(expected.value[0])) != 0)
    return status_text(static_cast<StatusCode>(found.value));
  const std::size_t point = expected.value.find('.');
  const int decimals =
      point == std::string::npos ? 0 : static_cast<int>(expected.value.size() - point - 1);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, found.value);
  const double shown = std::stod(text.data());
  // A whole number in the table is exactly that.
  if (decimals == 0 && std::abs(shown - found.value) > 1e-9) return std::to_string(found.value);
  return text.data();
}

}  // namespace table

namespace {

constexpr std::int64_t second = 1'000'000'000;

int otherwise(const table::Book& book) {
  int rows = 0;
  for (const table::Table& table : book.tables)
    for (const table::Expected& row : table.rows)
      rows += row.reason.empty() ? 0 : 1;
  return rows;
}

void check(const table::Book& book, const table::Table& expected, const std::string& path) {
  const Intervals intervals = Intervals::every(0, 100 * second, expected.step).value();
  const auto found = aggregate(expected.kind, book.histories.at(expected.history).samples(),
                               intervals, expected.settings)
                         .value();
  ASSERT_LE(expected.rows.size(), found.size());
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    const table::Expected& row = expected.rows[i];
    std::size_t at = i;  // A table may leave a row out.
    while (at + 1 < found.size() && found[at].time < row.time)
      ++at;
    const std::string where = path + ":" + std::to_string(row.line) + " " + expected.history + " " +
                              std::string(to_text(expected.kind));
    EXPECT_EQ(found[at].time, row.time) << where;
    EXPECT_EQ(table::value_text(row, found[at]), row.value) << where;
    EXPECT_EQ(status_text(found[at].status), row.status) << where;
  }
}

}  // namespace

TEST(Tables, TheAggregateTesterOfTheOpcFoundationExpectsWhatWeCompute) {
  const std::string path = "src/math/aggregate/testdata/aggregate_tester.txt";
  const table::Book book = table::read(path);
  EXPECT_EQ(book.histories.size(), 5U);
  EXPECT_EQ(book.tables.size(), 138U);
  EXPECT_EQ(otherwise(book), 58);  // rows where the text of the standard says another thing
  for (const table::Table& expected : book.tables)
    check(book, expected, path);
}

TEST(Tables, AnnexAOfTheStandardExpectsWhatWeCompute) {
  const std::string histories = "src/math/aggregate/testdata/aggregate_tester.txt";
  const std::string path = "src/math/aggregate/testdata/annex_a.txt";
  table::Book book = table::read(path);
  book.histories = table::read(histories).histories;
  EXPECT_EQ(book.tables.size(), 37U);
  EXPECT_EQ(otherwise(book), 2);
  for (const table::Table& expected : book.tables)
    check(book, expected, path);
}

// docs/guide/aggregates.md: | `Name` | sentence | sloped | stepped | status |
TEST(Tables, TheGuideSaysWhatWeCompute) {
  std::ifstream file("docs/guide/aggregates.md");
  ASSERT_TRUE(file.is_open());
  constexpr std::int64_t minute = 60 * second;
  const std::vector<std::int64_t> times = {0,          2 * minute, 5 * minute,
                                           6 * minute, 9 * minute, 10 * minute};
  const std::vector<double> values = {20, 30, 0, 40, 30, 30};
  const std::vector<StatusCode> statuses = {0, 0, status_bad, 0, 0, 0};
  const Intervals ten_minutes = Intervals::every(0, 10 * minute, 0).value();
  int kinds = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    const std::size_t end = line.find('`', 3);
    const auto kind = to_aggregate(line.substr(3, end - 3));
    const std::vector<std::string> cell = table::cells(line);
    ASSERT_TRUE(kind) << line;
    ASSERT_EQ(cell.size(), 6U) << line;
    ++kinds;
    for (const Between between : {Between::sloped, Between::stepped}) {
      const AggregateValue found =
          aggregate(*kind, {times, values, statuses}, ten_minutes, {.between = between}).value()[0];
      const table::Expected expected{0, cell[between == Between::sloped ? 3 : 4], cell[5], "", 0};
      EXPECT_EQ(table::value_text(expected, found), expected.value) << line;
      if (between == Between::sloped) {
        EXPECT_EQ(status_text(found.status), expected.status) << line;
      }
    }
  }
  EXPECT_EQ(kinds, aggregate_kinds);
}

}  // namespace millwright::math
