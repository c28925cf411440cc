#include "connect/recording/progress.hpp"

#include <fstream>
#include <system_error>

namespace millwright::connect::recording {

std::optional<Progress> read_progress(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::int64_t from = 0, until = 0, reached = 0;
  Progress progress;
  int has_ended = 0;
  if (!(in >> from >> until >> reached >> progress.readings >> progress.events >> has_ended))
    return std::nullopt;
  progress.from = instant(from);
  progress.until = instant(until);
  progress.reached = instant(reached);
  progress.has_ended = has_ended == 1;
  const bool makes_sense = from <= reached && reached <= until;
  return makes_sense ? std::optional(progress) : std::nullopt;
}

Outcome write_progress(const std::filesystem::path& file, const Progress& progress) {
  std::error_code trouble;
  std::filesystem::create_directories(file.parent_path(), trouble);
  const std::filesystem::path beside = file.string() + ".new";
  {
    std::ofstream out(beside, std::ios::trunc);
    out << nanoseconds(progress.from) << ' ' << nanoseconds(progress.until) << ' '
        << nanoseconds(progress.reached) << ' ' << progress.readings << ' ' << progress.events
        << ' ' << (progress.has_ended ? 1 : 0) << '\n';
    if (!out.flush()) return fail(Code::refused, "cannot write " + beside.string());
  }
  std::filesystem::rename(beside, file, trouble);
  if (trouble)
    return fail(Code::refused, "cannot write " + file.string() + ": " + trouble.message());
  return Done{};
}

}  // namespace millwright::connect::recording
