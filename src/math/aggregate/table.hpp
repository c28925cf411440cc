#pragma once

#include <map>
#include <string>
#include <vector>

#include "math/aggregate/aggregate.hpp"

// Tables of histories and of the aggregates that a standard expects of them, as text (testdata/).
namespace millwright::math::table {

struct Expected {
  std::int64_t time = 0;
  std::string value;   // "-": none
  std::string status;  // "Good, Calculated"
  std::string reason;  // why it is not what the source prints; empty where it is
  int line = 0;
};

struct Table {
  std::string history;
  Aggregate kind = Aggregate::count;
  std::int64_t step = 0;
  AggregateSettings settings;
  std::vector<Expected> rows;
};

struct History {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  std::vector<StatusCode> statuses;
  Samples samples() const { return {times, values, statuses}; }
};

struct Book {
  std::map<std::string, History> histories;
  std::vector<Table> tables;
};

Book read(const std::string& path);
std::vector<std::string> cells(const std::string& line);  // between bars, without blanks
std::string value_text(const Expected& expected, const AggregateValue& found);

}  // namespace millwright::math::table
