#include "model/check.hpp"

#include <fstream>

#include "base/json.hpp"

namespace millwright {
namespace {

std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// At most one block more than a plant file may have: the reader refuses it then.
Result<std::string> read_file(const std::string& path) {
  constexpr std::size_t block_bytes = 64U << 10U;
  std::ifstream in(path, std::ios::binary);
  std::string text;
  while (in.good() && text.size() <= NodeLimits{}.bytes_max) {
    const std::size_t before = text.size();
    text.resize(before + block_bytes);
    in.read(text.data() + before, static_cast<std::streamsize>(block_bytes));
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.is_open() && !in.bad() && (in.eof() || !text.empty())) return text;
  return fail(Code::not_found,
              path + ": the plant file cannot be read. Is the path right, and may you read it?");
}

void write_problem(JsonWriter& out, const Problem& problem, const std::string& file) {
  out.begin_object();
  out.member("line", problem.at.line).member("column", problem.at.column);
  out.member("where", std::string_view(problem.where));
  out.member("found", std::string_view(problem.found));
  out.member("expected", std::string_view(problem.expected));
  out.key("nearest");
  problem.nearest.empty() ? out.null() : out.value(std::string_view(problem.nearest));
  out.member("text", std::string_view(to_text(problem, file)));
  out.end_object();
}

}  // namespace

Result<CheckReport> check_plant_file(const std::string& path, std::span<const Section> sections) {
  const std::string text = TRY(read_file(path));
  Problems problems;
  const Plant plant = read_plant(text, sections, problems);
  CheckReport report;
  report.file = path;
  report.problems = problems.list();
  report.problems_count = problems.count();
  report.machines = plant.machines.size();
  report.sources = plant.sources.size();
  for (const Machine& machine : plant.machines)
    report.tags += machine.tags.size();
  return report;
}

std::string report_text(const CheckReport& report) {
  std::string out;
  for (const Problem& problem : report.problems)
    out += to_text(problem, report.file) + "\n";
  if (report.problems_count > report.problems.size())
    out += "… and " + std::to_string(report.problems_count - report.problems.size()) + " more\n";
  out += report.file + ": ";
  if (!report.is_good()) return out + counted(report.problems_count, "problem") + "\n";
  return out + "good: " + counted(report.machines, "machine") + ", " + counted(report.tags, "tag") +
         ", " + counted(report.sources, "source") + "\n";
}

std::string report_json(const CheckReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.member("file", std::string_view(report.file)).member("is_good", report.is_good());
  out.member("machines", report.machines).member("tags", report.tags);
  out.member("sources", report.sources).member("count", report.problems_count);
  out.key("problems").begin_list();
  for (const Problem& problem : report.problems)
    write_problem(out, problem, report.file);
  out.end_list().end_object();
  return text;
}

int exit_code(const Result<CheckReport>& report) {
  if (!report) return check_wrong_use;
  return report->is_good() ? check_good : check_found_problems;
}

}  // namespace millwright
