// Foreign words as questions to the history: answered, or refused with a sentence.
#include <unistd.h>

#include <filesystem>

#include "base/text.hpp"
#include "keep/history/routes.hpp"

namespace {

using namespace millwright;
using namespace millwright::keep;

const Instant series_start = instant(1'700'000'000'000'000'000);

// A history with some rows of every kind, and what is asked of it.
struct Asked {
  std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                 ("millwright-question-" + std::to_string(::getpid()));
  std::unique_ptr<History> history = History::open(folder).value();
  std::vector<flow::Route> routes;

  Asked() {
    Readings readings;
    for (int row = 0; row < 40; ++row) {
      const Instant at = series_start + row * 1min;
      readings.add({0}, Kind::number, at, Scalar::of(row * 0.1),
                   row % 9 == 0 ? quality::bad : quality::good);
      readings.add_text({1}, at, row % 2 == 0 ? "on" : "off");
      readings.add({2}, row < 20 ? Kind::boolean : Kind::integer, at, Scalar::of(true));
    }
    history->hear({1}, series_start, readings);
    const FindTag find = [](std::string_view path) -> std::optional<fact::TagFound> {
      fact::TagFound found;
      found.path = path;
      if (path.size() != 1 || path[0] < '0' || path[0] > '3') return std::nullopt;
      found.tag = {static_cast<std::uint32_t>(path[0] - '0')};
      return found;
    };
    routes.push_back(readings_route(*history, find));
    routes.push_back(buckets_route(*history, find));
  }
  ~Asked() {
    history.reset();
    std::filesystem::remove_all(folder);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
};

}  // namespace

// The first byte chooses the route; then a line for each parameter: name=value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Asked asked;
  if (size == 0) return 0;
  flow::Question question;
  const std::string_view words(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const std::string_view line : split(words, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    question.parameters[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  const auto answer = asked.routes[data[0] % asked.routes.size()].answer(question);
  CHECK(answer ? answer->status == 200 : !answer.error().what.empty());
  return 0;
}
