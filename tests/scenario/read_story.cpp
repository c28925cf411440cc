#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "story.hpp"

namespace millwright::scenario {
namespace {

struct Word {
  std::string text;
  bool is_quoted = false;
};

std::vector<Word> words_in(std::string_view line) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ' ') {
      ++at;
    } else if (line[at] == ',') {
      words.push_back({",", false});
      ++at;
    } else if (line[at] == '"') {
      const std::size_t end = std::min(line.find('"', at + 1), line.size());
      words.push_back({std::string(line.substr(at + 1, end - at - 1)), true});
      at = end + 1;
    } else {
      const std::size_t end = std::min(line.find_first_of(" ,", at), line.size());
      words.push_back({std::string(line.substr(at, end - at)), false});
      at = end;
    }
  }
  return words;
}

// One line, word by word. The first thing that is not as expected is kept as its mistake.
class Line {
 public:
  Line(std::vector<Word> words, Instant day) : words_(std::move(words)), day_(day) {}

  bool is_at_end() const { return next_ == words_.size(); }
  bool take(std::string_view word) {
    if (is_at_end() || words_[next_].is_quoted || words_[next_].text != word) return false;
    ++next_;
    return true;
  }
  void need(std::string_view word) {
    if (!take(word)) wrong("'" + std::string(word) + "'");
  }
  std::string word(std::string_view expected) {
    if (is_at_end()) return wrong(std::string(expected)), "";
    return words_[next_++].text;
  }
  // "08:00:05", or "25:30:00" for half past one of the next day; UTC.
  Instant time() {
    const std::string text = word("a time as 08:00:05");
    if (text.find('T') != text.npos) {  // of another day
      const Result<Instant> read = to_instant(text + "Z");
      if (!read) wrong_word("a time as 2026-11-20T08:00:05");
      return read.value_or(day_);
    }
    const std::vector<std::string_view> parts = split(text, ':');
    Duration after{};
    constexpr Duration units[] = {1h, 1min, 1s};
    if (parts.size() != 3) return wrong_word("a time as 08:00:05"), day_;
    for (std::size_t i = 0; i < 3; ++i) {
      int count = 0;
      const auto [end, error] =
          std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), count);
      const bool is_good = error == std::errc{} && end == parts[i].data() + parts[i].size();
      if (!is_good || count < 0 || count >= (i == 0 ? 48 : 60))
        return wrong_word("a time as 08:00:05"), day_;
      after += count * units[i];
    }
    return day_ + after;
  }
  double number() {
    const std::string text = word("a number");
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) wrong_word("a number");
    return value;
  }
  Duration duration() {
    const std::string count = word("a time as 30 s");
    const std::string unit = word("a unit of time");
    const Result<Duration> read = to_duration(count + " " + unit);
    if (!read) wrong_word("a time as 30 s");
    return read.value_or(Duration{});
  }
  Value value() {
    if (is_at_end()) return wrong("a value"), Value(0.0);
    if (words_[next_].is_quoted) return words_[next_++].text;
    if (take("bad")) return Bad{};
    if (take("true")) return true;
    if (take("false")) return false;
    return number();
  }
  void wrong(std::string expected) {
    if (!mistake.empty()) return;
    mistake = "found " +
              (is_at_end() ? std::string("the end of the line") : "'" + words_[next_].text + "'") +
              ", expected " + std::move(expected);
  }
  std::string mistake;

 private:
  void wrong_word(std::string expected) {
    if (next_ > 0) --next_;
    wrong(std::move(expected));
    ++next_;
  }

  std::vector<Word> words_;
  std::size_t next_ = 0;
  Instant day_;
};

Says read_says(Line& line, std::string source) {
  Says says{std::move(source), {}, std::nullopt};
  do {
    std::string tag = line.word("machine/tag");
    says.values.push_back({std::move(tag), line.value()});
  } while (line.take(","));
  if (line.take("of")) says.of = line.time();
  return says;
}

Counts read_counts(Line& line, std::string source) {
  Counts counts;
  counts.source = std::move(source);
  counts.tag = line.word("machine/tag");
  line.need("from");
  counts.first = line.number();
  line.need("by");
  counts.by = line.number();
  line.need("every");
  counts.every = line.duration();
  line.need("until");
  counts.until = line.time();
  if (counts.every <= Duration{}) line.wrong("a time above 0 s after 'every'");
  return counts;
}

// After "fills" or "reaches".
FillsPast read_past(Line& line, std::string source, bool is_opened) {
  FillsPast past{std::move(source), {}, {}};
  if (is_opened) {
    past.span.emplace();
    past.span->from = line.time();
    line.need("to");
    past.span->until = line.time();
  } else if (line.take("the")) {
    line.need("end");
  } else {
    past.reached = line.time();
  }
  return past;
}

Moves read_move(Line& line, std::string who, std::string to) {
  Moves moves{std::move(who), line.word("the number of an order"), "", std::move(to)};
  line.need("at");
  moves.machine = line.word("a machine");
  return moves;
}

Makes read_makes(Line& line, std::string who) {
  Makes makes;
  makes.who = std::move(who);
  makes.good = line.number();
  line.need("good");
  if (line.take("and")) {
    makes.scrap = line.number();
    line.need("scrap");
  }
  line.need("at");
  makes.machine = line.word("a machine");
  if (line.take("of")) makes.order = line.word("the number of an order");
  return makes;
}

void read_happening(Line& line, Step& step) {
  step.at = line.time();
  if (line.take("time")) {
    line.need("passes");
    step.what = TimePasses{};
    return;
  }
  std::string source = line.word("the name of a source");
  if (line.take("connects")) {
    step.what = Connects{std::move(source)};
  } else if (line.take("says")) {
    step.what = read_says(line, std::move(source));
  } else if (line.take("counts")) {
    step.what = read_counts(line, std::move(source));
  } else if (line.take("repeats")) {
    step.what = Repeats{std::move(source)};
  } else if (line.take("fills")) {
    step.what = read_past(line, std::move(source), true);
  } else if (line.take("reaches")) {
    step.what = read_past(line, std::move(source), false);
  } else if (line.take("starts")) {
    step.what = read_move(line, std::move(source), "started");
  } else if (line.take("pauses")) {
    step.what = read_move(line, std::move(source), "paused");
  } else if (line.take("ends")) {
    step.what = read_move(line, std::move(source), "done");
  } else if (line.take("closes")) {
    step.what = Moves{std::move(source), line.word("the number of an order"), "", "closed"};
  } else if (line.take("explains")) {
    Explains explains{std::move(source), line.word("a machine"), "", {}};
    explains.from = line.time();
    explains.reason = line.word("the name of a reason");
    step.what = std::move(explains);
  } else if (line.take("makes")) {
    step.what = read_makes(line, std::move(source));
  } else if (line.take("is")) {
    line.need("lost");
    line.need("since");
    IsLost lost{std::move(source), line.time(), ""};
    line.need("because");
    lost.why = line.word("the reason in quotes");
    step.what = std::move(lost);
  } else {
    line.wrong(
        "connects, says, counts, repeats, fills, reaches or is lost; starts, pauses, ends, closes, "
        "makes or explains");
  }
}

ExpectState read_state(Line& line, std::string machine) {
  ExpectState expected;
  expected.machine = std::move(machine);
  expected.state = line.word("a state");
  line.need("from");
  expected.from = line.time();
  if (line.take("to")) expected.to = line.time();
  return expected;
}

void read_expectation(Line& line, Step& step) {
  if (line.take("said")) {
    step.what = ExpectSaid{read_state(line, line.word("a machine"))};
    return;
  }
  if (line.take("nothing")) {
    line.need("said");
    step.what = ExpectNothingSaid{};
    return;
  }
  for (const std::string_view view :
       {"machines", "counts", "sources", "orders", "runs", "stops", "oee"}) {
    if (!line.take(view)) continue;
    ExpectRow row{
        std::string(view), line.word("a machine or source"), line.word("a field"), "", {}};
    row.value = line.word("a value");
    if (view == "oee" && line.take("in")) {
      line.need("hour");
      row.hour = line.time();
    }
    step.what = std::move(row);
    return;
  }
  step.what = read_state(line, line.word("a machine"));
}

// Reads what is no step. False: it is one.
bool read_heading(Line& line, Story& story, Instant& day) {
  if (line.take("plant")) {
    story.plant = line.word("the name of a plant file");
  } else if (line.take("seed")) {
    story.seed = static_cast<unsigned>(line.number());
  } else if (line.take("day")) {
    const std::string text = line.word("a day as 2026-11-20");
    const Result<Instant> read = to_instant(text + "T00:00:00Z");
    if (!read) line.wrong("a day as 2026-11-20, not '" + text + "'");
    day = read.value_or(day);
    if (story.start == Instant{}) story.start = day;
  } else {
    return false;
  }
  return true;
}

}  // namespace

ReadStory read_story(std::string_view text) {
  ReadStory read;
  Instant day{}, now{};
  std::size_t number = 0;
  for (std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view content = trimmed(raw.substr(0, raw.find('#')));
    if (content.empty()) continue;
    Line line(words_in(content), day);
    Step step;
    step.line = number;
    if (!read_heading(line, read.story, day)) {
      if (line.take("at")) {
        read_happening(line, step);
        if (step.at < now) line.wrong("a time that is not before the one above");
        now = std::max(now, step.at);
      } else if (line.take("expect")) {
        step.at = now;
        read_expectation(line, step);
      } else {
        line.wrong("plant, seed, day, at or expect");
      }
      if (read.story.steps.empty()) read.story.start = step.at;
      read.story.steps.push_back(std::move(step));
    }
    if (line.mistake.empty() && !line.is_at_end()) line.wrong("the end of the line");
    if (!line.mistake.empty()) read.mistakes.push_back({number, line.mistake});
  }
  return read;
}

}  // namespace millwright::scenario
