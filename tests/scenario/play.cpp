#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "base/json.hpp"
#include "story.hpp"
#include "works.hpp"

namespace millwright::scenario {
namespace {

constexpr Duration clock_step = 10s;  // how far time moves before timers are looked at
constexpr std::size_t rows_max = 1'000'000;

std::string clock_words(Instant at) {
  return to_text(at).substr(11, 8);
}

class Player {
 public:
  Player(const Story& story, const std::string& plant_text)
      : story_(story),
        plant_text_(plant_text),
        clock_(story.start),
        works_(clock_, {}),
        random_(story.seed) {}

  std::vector<Mistake> play() {
    for (const std::string& mistake : works_.mistakes_in_plant(plant_text_))
      found_.push_back({1, mistake});
    if (!found_.empty()) return found_;
    works_.open(plant_text_, story_.start);
    for (const Step& step : story_.steps) {
      line_ = step.line;
      move_clock(step.at);
      std::visit([this](const auto& what) { take(what); }, step.what);
      works_.settle();
      snapshots_.push_back({step.line, {works_.heard(), works_.state()}});
    }
    check_replays();
    return found_;
  }

 private:
  struct Row {
    TagId tag;
    Kind kind;
    Instant at;
    Value value;
  };
  struct Kept {
    std::size_t line;
    flow::Journal::Snapshot snapshot;
  };

  void move_clock(Instant until) {
    while (clock_.now() < until) {
      clock_.set(std::min(until, clock_.now() + clock_step));
      works_.settle();
    }
  }
  void wrong(std::string what) { found_.push_back({line_, std::move(what)}); }
  void say(What what) { CHECK(works_.line().inbox().say(std::move(what), clock_.now())); }

  // "cnc3" for a machine whose path ends so; empty and a mistake when there is none.
  const Machine* machine_named(std::string_view name) {
    for (const Machine& machine : works_.plant().machines)
      if (machine.path == name || machine.path.ends_with("/" + std::string(name))) return &machine;
    wrong("the plant file has no machine '" + std::string(name) + "'");
    return nullptr;
  }
  std::string path_of(std::string_view name) {
    const Machine* machine = machine_named(name);
    return machine == nullptr ? "" : works_.plant().machine_path(*machine);
  }
  // "saw1" or, for a stop, "saw1|08:00:00".
  std::string key_of(const std::string& name) {
    const auto bar = name.find('|');
    const std::string path = path_of(name.substr(0, bar));
    if (bar == std::string::npos || path.empty()) return path;
    return path + "|" + to_text(story_.start).substr(0, 11) + name.substr(bar + 1) + "Z";
  }
  SourceId source_named(const std::string& name) {
    return *works_.line().catalogue().source(name, "story");
  }

  std::optional<Row> row_of(const Said& said, Instant at) {
    const auto slash = said.tag.find('/');
    if (slash == std::string::npos)
      return wrong("'" + said.tag + "' is not machine/tag"), std::nullopt;
    const Machine* machine = machine_named(said.tag.substr(0, slash));
    if (machine == nullptr) return std::nullopt;
    for (const TagDescription& tag : machine->tags) {
      if (tag.name != said.tag.substr(slash + 1)) continue;
      const auto id = works_.line().catalogue().tag(works_.plant().tag_path(*machine, tag),
                                                    tag.kind, tag.unit, true);
      const bool is_text = std::holds_alternative<std::string>(said.value);
      if (is_text != (tag.kind == Kind::text) && !std::holds_alternative<Bad>(said.value))
        return wrong("the value of '" + said.tag + "' does not fit its kind"), std::nullopt;
      return Row{*id, tag.kind, at, said.value};
    }
    wrong("machine '" + machine->path + "' has no tag '" + said.tag.substr(slash + 1) + "'");
    return std::nullopt;
  }

  static Scalar scalar_of(Kind kind, const Value& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return Scalar::of(*truth);
    const double number = std::holds_alternative<double>(value) ? std::get<double>(value) : 0;
    if (kind == Kind::integer) return Scalar::of(static_cast<std::int64_t>(number));
    if (kind == Kind::natural) return Scalar::of(static_cast<std::uint64_t>(number));
    if (kind == Kind::boolean) return Scalar::of(number != 0);
    return Scalar::of(number);
  }

  void send(SourceId source, const std::vector<Row>& rows) {
    Readings readings(source);
    for (const Row& row : rows) {
      const bool is_bad = std::holds_alternative<Bad>(row.value);
      const Quality quality = is_bad ? quality::bad : quality::good;
      if (row.kind == Kind::text) {
        readings.add_text(row.tag, row.at, is_bad ? "" : std::get<std::string>(row.value), quality);
      } else {
        readings.add(row.tag, row.kind, row.at, scalar_of(row.kind, row.value), quality);
      }
    }
    CHECK(works_.line().inbox().offer(std::move(readings)) == flow::Offer::accepted);
  }

  void take(const Connects& connects) {
    const SourceId source = source_named(connects.source);
    say(fact::Source(fact::SourceConnected{source, "story", 0}));
  }
  void take(const IsLost& lost) {
    const SourceId source = source_named(lost.source);
    say(fact::Source(fact::SourceLost{source, lost.since, lost.why, ""}));
  }
  void take(const Says& says) {
    std::vector<Row> rows;
    for (const Said& said : says.values)
      if (const auto row = row_of(said, says.of.value_or(clock_.now()))) rows.push_back(*row);
    std::vector<Row>& all = heard_[says.source];
    all.insert(all.end(), rows.begin(), rows.end());
    send(source_named(says.source), rows);
  }
  void take(const Counts& counts) {
    double value = counts.first;
    for (Instant at = clock_.now(); at <= counts.until; at += counts.every, value += counts.by) {
      move_clock(at);
      take(Says{counts.source, {{counts.tag, value}}, std::nullopt});
      if (heard_[counts.source].size() > rows_max) return wrong("too many rows");
    }
  }
  // Everything that the source has said once more, in the seed's order, a few rows at a time.
  void take(const Repeats& repeats) {
    std::vector<Row> rows = heard_[repeats.source];
    std::shuffle(rows.begin(), rows.end(), random_);
    const SourceId source = source_named(repeats.source);
    for (std::size_t i = 0; i < rows.size(); i += 3) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(i);
      send(source,
           {begin, begin + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, rows.size() - i))});
      works_.settle();
    }
  }
  void take(const FillsPast& fills) {
    fact::SourceProgressed& past = pasts_[fills.source];
    if (fills.span)
      past = {source_named(fills.source), fills.span->from, fills.span->until, fills.span->from};
    past.reached = fills.span ? past.from : fills.reached.value_or(past.until);
    past.has_ended = !fills.span && !fills.reached;
    say(fact::Source(past));
  }
  void take(const Moves& moves) {
    fact::OrderMoved moved{moves.order, std::nullopt, {}, ToldBy::tap, moves.who, ""};
    for (std::size_t i = 0; i < order_state_words.size(); ++i)
      if (order_state_words[i] == moves.to) moved.to = static_cast<OrderState>(i);
    if (!moves.machine.empty()) moved.machine = machine_id(moves.machine);
    if (moves.machine.empty() || moved.machine) say(fact::Order(std::move(moved)));
  }
  void take(const Makes& makes) {
    const auto machine = machine_id(makes.machine);
    if (!machine) return;
    say(fact::Count(
        fact::QuantityReported{*machine, makes.order, static_cast<std::int64_t>(makes.good),
                               static_cast<std::int64_t>(makes.scrap), "", "", makes.who, ""}));
  }
  void take(const Explains& explains) {
    if (const auto machine = machine_id(explains.machine))
      say(fact::Stop(
          fact::StopExplained{*machine, explains.from, explains.reason, "", explains.who, ""}));
  }
  std::optional<MachineId> machine_id(const std::string& name) {
    const std::string path = path_of(name);
    return path.empty() ? std::nullopt : works_.line().catalogue().find_machine(path);
  }
  void take(const TimePasses&) {}

  void take(const ExpectState& expected) {
    const std::string path = path_of(expected.machine);
    if (path.empty()) return;
    const Result<std::string> answer =
        works_.states_between(expected.from, std::max(expected.from, clock_.now()));
    if (!answer) return wrong(answer.error().what);
    const auto json = nlohmann::json::parse(*answer, nullptr, false);
    std::string was;
    for (const auto& interval : json["machines"][path]) {
      const std::string from = interval["from"], state = interval["state"];
      const std::string to = interval["to"].is_null() ? "" : interval["to"].get<std::string>();
      if (from == to_text(expected.from) && state == expected.state &&
          to == (expected.to ? to_text(*expected.to) : ""))
        return;
      was += (was.empty() ? "" : ", ") + state + " from " + from.substr(11) +
             (to.empty() ? "" : " to " + to.substr(11));
    }
    wrong("expected " + words_of(expected) + "; it was: " + was);
  }
  void take(const ExpectSaid& expected) {
    const auto& said = works_.witness().said;
    std::string heard;
    for (std::size_t i = looked_at_; i < said.size(); ++i) {
      const ExpectState is{
          works_.line().catalogue().find_machine(path_of(expected.what.machine)) == said[i].machine
              ? expected.what.machine
              : "another machine",
          std::string(word(said[i].state)), said[i].from, said[i].until};
      if (words_of(is) == words_of(expected.what)) {
        looked_at_ = i + 1;
        return;
      }
      heard += (heard.empty() ? "" : ", ") + words_of(is);
    }
    wrong("expected that is said: " + words_of(expected.what) +
          "; said was: " + (heard.empty() ? "nothing" : heard));
  }
  void take(const ExpectNothingSaid&) {
    const auto& said = works_.witness().said;
    if (looked_at_ < said.size())
      wrong("expected that nothing is said; said was: " +
            words_of({"a machine", std::string(word(said[looked_at_].state)), said[looked_at_].from,
                      said[looked_at_].until}));
    looked_at_ = said.size();
  }
  void take(const ExpectRow& expected) {
    const bool is_named = expected.view == "sources" || expected.view == "orders";
    const std::string key = is_named ? expected.key : key_of(expected.key);
    const std::string row =
        expected.hour ? works_.oee_in_hour(key, *expected.hour) : works_.row(expected.view, key);
    if (row.empty()) return wrong("the view '" + expected.view + "' has no row '" + key + "'");
    const auto json = nlohmann::json::parse(row, nullptr, false);
    if (!json.contains(expected.field))
      return wrong("the view '" + expected.view + "' has no field '" + expected.field + "'");
    const auto& value = json[expected.field];
    const std::string is = value.is_null()     ? "unknown"
                           : value.is_string() ? value.get<std::string>()
                                               : value.dump();
    if (is != expected.value)
      wrong("expected " + expected.key + " " + expected.field + " " + expected.value + "; it was " +
            is);
  }

  static std::string words_of(const ExpectState& state) {
    return state.machine + " " + state.state + " from " + clock_words(state.from) +
           (state.to ? " to " + clock_words(*state.to) : "");
  }

  // Replay equals live: from nothing, and from a snapshot after each line.
  void check_replays() {
    const Bytes live = works_.state();
    if (replayed(std::nullopt) != live) wrong("a replay of the journal gives another state");
    for (const Kept& kept : snapshots_) {
      if (replayed(kept.snapshot) == live) continue;
      wrong("a snapshot after line " + std::to_string(kept.line) +
            " and the journal after it give another state");
    }
  }
  Bytes replayed(const std::optional<flow::Journal::Snapshot>& from) {
    flow::MemoryJournal journal = works_.journal();
    if (from) CHECK(journal.keep_snapshot(*from));
    Works again(clock_, std::move(journal));
    const Outcome recovered = again.recover();
    if (!recovered) return wrong(recovered.error().what), Bytes{};
    return again.state();
  }

  const Story& story_;
  const std::string& plant_text_;
  flow::ManualClock clock_;
  Works works_;
  std::mt19937 random_;
  std::map<std::string, std::vector<Row>> heard_;
  std::map<std::string, fact::SourceProgressed> pasts_;
  std::vector<Kept> snapshots_;
  std::vector<Mistake> found_;
  std::size_t looked_at_ = 0;  // what was said before has been expected
  std::size_t line_ = 0;
};

}  // namespace

std::vector<Mistake> play(const Story& story, const std::string& plant_text) {
  return Player(story, plant_text).play();
}

}  // namespace millwright::scenario
