#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/plant.hpp"

namespace millwright {

// What `millwright check` says of a plant file.
struct CheckReport {
  std::string file;
  std::vector<Problem> problems;  // in the order of the file, at most Problems::problems_max
  std::size_t problems_count = 0;
  std::size_t machines = 0, tags = 0, sources = 0;

  bool is_good() const { return problems_count == 0; }
};

// Reads and checks the plant file at `path`. A file that is too large is a problem of it.
// Errors: not_found when it cannot be read. Thread: any; reads the disk.
Result<CheckReport> check_plant_file(const std::string& path, std::span<const Section> sections);

// For people: a line for each problem, then a line that sums up.
std::string report_text(const CheckReport& report);

// {"file", "is_good", "machines", "tags", "sources", "count", "problems": [{"line", "column",
// "where", "found", "expected", "nearest", "text"}]}; nearest is null where no word is near.
std::string report_json(const CheckReport& report);

// What the verb ends with: a good file, a file with problems, no file.
constexpr int check_good = 0;
constexpr int check_found_problems = 1;
constexpr int check_wrong_use = 2;
int exit_code(const Result<CheckReport>& report);

}  // namespace millwright
