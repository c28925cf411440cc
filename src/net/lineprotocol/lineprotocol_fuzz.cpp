// Any text, in any precision: what is handed over lies within the limits, and every line is either
// understood or reported.
#include "net/lineprotocol/lineprotocol.hpp"

using namespace millwright;
using namespace millwright::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto precision = static_cast<Precision>(data[0] % 6);
  const LineLimits limits;
  std::size_t lines = 0, samples = 0, last = 0;
  const LinesRead read = read_lines(
      text, precision, instant(0),
      [&](const Line& line) {
        ++lines;
        samples += line.fields.size();
        CHECK(line.number > last);
        last = line.number;
        CHECK(!line.fields.empty() && line.fields.size() <= limits.fields_max);
        CHECK(!line.measurement.empty() && line.measurement.size() <= limits.name_bytes_max);
        for (const auto& [name, value] : line.tags)
          CHECK(!name.empty() && !value.empty() && value.size() <= limits.name_bytes_max);
        for (const LineField& field : line.fields)
          CHECK(!field.name.empty());
      },
      limits);
  CHECK(read.lines == lines && read.samples == samples);
  CHECK(read.errors.size() <= read.refused && (read.refused == 0 || !read.errors.empty()));
  return 0;
}
