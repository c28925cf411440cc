#include "twin/plant/factory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/bytes.hpp"
#include "twin/plant/calendar.hpp"
#include "twin/plant/layout.hpp"
#include "twin/plant/orders.hpp"
#include "twin/plant/sensors.hpp"
#include "twin/plant/units.hpp"

namespace millwright::twin {
namespace {

const Instant monday = to_instant("2026-11-23T05:40:00Z").value();

Factory works_at(std::uint64_t seed, Duration sensor_period) {
  return Factory::open({begin_life(seed, monday).value(), monday, sensor_period}).value();
}

std::uint32_t station(const Works& works, std::string_view name) {
  for (std::uint32_t m = 0; m < works.stations.size(); ++m)
    if (works.stations[m].name() == name) return m;
  ADD_FAILURE() << "no station " << name;
  return 0;
}

TEST(Works, AreTheTableAtSeedSevenAndWithinThirtyPercentOfItAtOthers) {
  const Works truth = works_of(7);
  ASSERT_EQ(truth.stations.size(), 20U);
  EXPECT_EQ(truth.stations[station(truth, "cnc3")].is.mtbf_hours, 75);
  EXPECT_EQ(truth.stations[station(truth, "placer1")].is.micro_per_hour, 3);
  bool differs = false;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Works other = works_of(seed);
    for (std::size_t m = 0; m < 20; ++m) {
      const Parameters &a = truth.stations[m].is, &b = other.stations[m].is;
      for (const auto& [was, is] :
           {std::pair{a.cycle_seconds[2], b.cycle_seconds[2]},
            std::pair{a.mtbf_hours, b.mtbf_hours}, std::pair{a.scrap_share, b.scrap_share},
            std::pair{a.run_kilowatts, b.run_kilowatts}}) {
        EXPECT_LE(std::abs(is - was), 0.3 * was + 1e-12);
        differs = differs || is != was;
      }
    }
  }
  EXPECT_TRUE(differs);
}

TEST(Works, HaveAtLeast340TagsOfWhich180AreSensors) {
  const Works works = works_of(7);
  const std::vector<Tag> tags = tags_of(works);
  std::set<std::string> names;
  std::size_t sensors = 0;
  for (const Tag& tag : tags) {
    names.insert(node_name(works, tag));
    sensors += tag.is_analog() && tag.name != "speed";
    if (tag.is_analog()) {
      EXPECT_NE(unit_id(tag.unit), -1) << tag.unit;
      EXPECT_LT(tag.low, tag.high) << tag.name;
      EXPECT_GT(tag.resolution, 0) << tag.name;
    }
  }
  EXPECT_EQ(names.size(), tags.size()) << "two tags share a node";
  EXPECT_GE(tags.size(), 340U);
  EXPECT_GE(sensors, 180U);
  EXPECT_TRUE(names.contains("cnc3.spindle.vibration"));
}

TEST(Works, EveryPowerSensorCoversItsMachine) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (const Station& one : works_of(seed).stations) {
      const Sensor& power = sensors_of(one.type)[0];
      EXPECT_EQ(power.name, power_name);
      EXPECT_GT(power.high, one.is.run_kilowatts) << one.path;
    }
}

TEST(Calendar, ShiftsKeepLocalTimeOverTheChangeOfClocks) {
  // 25 October 2026: Berlin goes from +02:00 to +01:00.
  const std::vector<Shift> all = shifts(to_instant("2026-10-23T00:00:00+02:00").value(), 5).value();
  std::vector<std::string> begins;
  begins.reserve(all.size());
  for (const Shift& shift : all)
    begins.push_back(to_text(shift.from));
  const std::vector<std::string> friday_to_tuesday = {
      "2026-10-23T04:00:00Z", "2026-10-23T12:00:00Z", "2026-10-26T05:00:00Z",
      "2026-10-26T13:00:00Z", "2026-10-27T05:00:00Z", "2026-10-27T13:00:00Z"};
  // The Saturday between is worked in every second week.
  const std::vector<Shift> next =
      shifts(to_instant("2026-10-30T00:00:00+01:00").value(), 5).value();
  EXPECT_EQ(all.size() + next.size(), 6U + 6U + 1U);
  std::erase_if(begins, [](const std::string& at) { return at.starts_with("2026-10-24"); });
  EXPECT_EQ(begins, friday_to_tuesday);
}
TEST(Calendar, BreaksAreTwentyMinutesAfterTwoHoursAndThirtyAfterFourAndAHalf) {
  const Instant epoch = to_instant("2026-11-23T00:00:00+01:00").value();
  const math::Calendar calendar = working_time(shifts(epoch, 1).value(), epoch, Breaks::kept);
  Duration worked{};
  for (const math::Interval& open : calendar.open)
    worked += open.to - open.from;
  EXPECT_EQ(worked, 2 * (8h - 50min));
  EXPECT_TRUE(is_open(calendar, 7h + 59min));
  EXPECT_FALSE(is_open(calendar, 8h + 10min));
  EXPECT_FALSE(is_open(calendar, 10h + 45min));
  EXPECT_TRUE(is_open(calendar, 14h));  // hand-over without a pause
  EXPECT_FALSE(is_open(calendar, 22h));
  const math::Calendar special = with_special(calendar, {21h + 30min, 23h + 30min});
  EXPECT_TRUE(is_open(special, 23h));
  EXPECT_FALSE(is_open(special, 23h + 30min));
}

TEST(Orders, AreAbout62AWeekInLotsOfSixTo72) {
  OrderBook book(7);
  std::uint32_t parts = 0, rush = 0;
  constexpr int count = 62 * 20;
  Duration last{};
  for (int i = 0; i < count; ++i) {
    const Order order = book.next(std::chrono::hours(i * 168 / 62));
    EXPECT_GE(order.count, 6U);
    EXPECT_LE(order.count, 72U);
    parts += order.count;
    rush += order.due - order.arrives < 40h;
    last = std::max(last, order.arrives);
  }
  EXPECT_NEAR(parts / static_cast<double>(count), 20.5, 1.5);
  EXPECT_NEAR(rush, 40, 4);
  EXPECT_LT(last, std::chrono::hours(168 * 22));
}

// The first hour of a seed, as bytes.
Bytes first_hour(std::uint64_t seed) {
  Bytes bytes;
  Writer writer(bytes);
  const Sink sink = [&](const Reading& reading) {
    writer.fixed(reading.tag);
    writer.fixed(nanoseconds(reading.at));
    if (const auto* text = std::get_if<std::string>(&reading.value)) writer.text(*text);
    if (const auto* number = std::get_if<double>(&reading.value)) writer.fixed(*number);
    if (const auto* number = std::get_if<std::uint32_t>(&reading.value)) writer.fixed(*number);
    if (const auto* number = std::get_if<std::int32_t>(&reading.value)) writer.fixed(*number);
    if (const auto* yes = std::get_if<bool>(&reading.value)) writer.fixed(*yes);
  };
  Factory factory = works_at(seed, 10s);
  factory.tell_all(sink);
  for (int minute = 1; minute <= 60; ++minute)
    factory.advance_to(monday + std::chrono::minutes(minute), sink);
  return bytes;
}
TEST(Factory, SameSeedSameFirstHour) {
  const Bytes first = first_hour(7);
  EXPECT_GT(first.size(), 1'000'000U);
  EXPECT_EQ(first, first_hour(7));
  EXPECT_NE(first, first_hour(8));
}

// What a day of readings looks like from outside.
class Watcher {
 public:
  explicit Watcher(const Factory& factory) : factory_(factory) {}
  void hear(const Reading& reading) {
    const Tag& tag = factory_.tags()[reading.tag];
    EXPECT_LE(last_at, reading.at) << "time went back at " << tag.name;
    last_at = reading.at;
    EXPECT_TRUE(seen.insert({reading.tag, reading.at}).second)
        << tag.name << " has two values at " << to_text(reading.at);
    if (const double* number = std::get_if<double>(&reading.value)) {
      EXPECT_TRUE(std::isfinite(*number));
      EXPECT_GE(*number, tag.low);
      EXPECT_LE(*number, tag.high);
    }
    latest[{tag.machine, tag.name}] = reading.value;
  }
  template <class T>
  T value(std::string_view machine, const char* tag) {
    return std::get<T>(latest.at({station(factory_.works(), machine), tag}));
  }
  Instant last_at{};
  std::set<std::pair<std::uint32_t, Instant>> seen;
  std::map<std::pair<std::uint32_t, std::string>, Value> latest;

 private:
  const Factory& factory_;
};

TEST(Factory, ADayOfReadingsIsInOrderInRangeAndOneValueATime) {
  Factory factory = works_at(7, 60s);
  Watcher watcher(factory);
  const Sink sink = [&](const Reading& reading) { watcher.hear(reading); };
  factory.tell_all(sink);
  const auto before = watcher.value<std::uint32_t>("packer1", "good");
  while (factory.now() < monday + 20h) {
    factory.advance_to(factory.now() + 97s, sink);
    const auto state = [&](const char* machine) {
      return watcher.value<std::int32_t>(machine, "state");
    };
    for (const char* machine : {"saw1", "weld2", "oven", "packer1"}) {
      EXPECT_EQ(state(machine) == 5,
                watcher.value<bool>(machine, "blocked") || watcher.value<bool>(machine, "starved"));
      EXPECT_EQ(state(machine) == 6, watcher.value<double>(machine, "speed") > 0);
      const bool has_alarm = watcher.value<std::uint32_t>(machine, "alarm") != 0;
      EXPECT_EQ(state(machine) == 9 || state(machine) == 11, has_alarm);
    }
  }
  const math::Totals truth = factory.totals();
  EXPECT_EQ(watcher.value<std::uint32_t>("packer1", "good") - before,
            truth.machines[station(factory.works(), "packer1")].good);
  EXPECT_GT(truth.left, 150U);  // a bottleneck of 187.5 s a pack in 16 h makes at most 300
  EXPECT_LT(truth.left, 320U);
  EXPECT_EQ(watcher.value<std::int32_t>("cnc1", "state"), 2);  // 1:40 at night
  EXPECT_EQ(watcher.value<std::int32_t>("cnc1", "mode"), 5);
  EXPECT_LT(watcher.value<double>("cnc1", "power"), 0.5);
}

TEST(Factory, TheBottleneckMakesWhatItsParametersAllow) {
  Factory factory = works_at(7, 12h);
  factory.advance_to(monday + 2 * 168h, [](const Reading&) {});
  const math::Totals truth = factory.totals();
  const std::uint32_t tester = station(factory.works(), "tester1");
  const Parameters& is = factory.works().stations[tester].is;
  const double open = seconds(truth.span) * (1 - truth.share({tester}, math::State::closed));
  const double stops =
      is.mttr_minutes / 60 / is.mtbf_hours + is.micro_per_hour * is.micro_minutes / 60;
  const double most = open / (is.cycle_seconds[0] / 8) / (1 + stops);
  const auto made = static_cast<double>(truth.machines[tester].cycles);
  EXPECT_LT(made, most * 1.03);
  EXPECT_GT(made, most * 0.92);  // it hardly ever waits, and now and then runs slow
  EXPECT_GT(truth.share({tester}, math::State::running) * seconds(truth.span) / open, 0.94);
}

TEST(Factory, StopsAgreeWithMtbfAndMttr) {
  // The machines alone, around the clock, over many years of operating hours.
  Works works = works_of(7);
  math::Calendar always{{{Duration::zero(), math::time_max}}};
  math::Model model = layout(works, std::vector<math::Calendar>(20, always));
  const std::uint32_t cnc = station(works, "cnc1");
  math::Machine machine = model.machines[cnc];
  machine.inputs.clear();
  machine.output.reset();
  machine.setup.clear();
  machine.cycle = {math::Distribution::constant(3600)};
  machine.calendar = math::CalendarIndex{0};
  model = {
      .kinds = model.kinds, .machines = {machine}, .crews = {technicians}, .calendars = {always}};
  const std::vector<math::Totals> all =
      math::replicate(model, {.seed = 7, .replications = 12, .threads = 2, .span = 24h * 365})
          .value();
  std::vector<double> down, micro;
  for (const math::Totals& totals : all) {
    const double running = totals.share({0}, math::State::running);
    down.push_back(totals.share({0}, math::State::down) / running);
    micro.push_back(totals.share({0}, math::State::micro_stop) / running);
  }
  const math::Estimate found = math::estimate(down), short_stops = math::estimate(micro);
  EXPECT_NEAR(found.mean, 45.0 / (75 * 60), 2 * found.half_width);
  EXPECT_LT(found.half_width, 0.1 * found.mean);
  EXPECT_NEAR(short_stops.mean, 0.8 * 1.2 / 60, 2 * short_stops.half_width);
}

TEST(Factory, ASpecialShiftWorksOnSunday) {
  const Instant sunday = to_instant("2026-11-22T13:00:00+01:00").value();
  const auto open_share = [&](const Life& life) {
    Factory factory = Factory::open({life, sunday, 1h}).value();
    factory.advance_to(sunday + 2h, [](const Reading&) {});
    return 1 - factory.totals().share({station(factory.works(), "weld1")}, math::State::closed);
  };
  Life life = begin_life(7, sunday).value();
  EXPECT_GT(open_share(life), 0.99);
  life.special_shifts.clear();
  EXPECT_EQ(open_share(life), 0);
}

// What is told from `first` to `until`, by tag and time.
std::map<std::pair<Instant, std::uint32_t>, Value> told(const Life& life, Instant first,
                                                        Instant from, Instant until) {
  std::map<std::pair<Instant, std::uint32_t>, Value> out;
  Factory factory = Factory::open({life, first, 60s}).value();
  factory.advance_to(from, [](const Reading&) {});
  const Sink sink = [&](const Reading& reading) { out[{reading.at, reading.tag}] = reading.value; };
  factory.tell_all(sink);
  factory.advance_to(until, sink);
  return out;
}

// Of each sensor, and of what is no sensor every single value.
struct Seen {
  std::map<std::pair<Instant, std::uint32_t>, Value> said;
  std::map<std::uint32_t, std::vector<double>> measured;
};
Seen seen_of(const std::map<std::pair<Instant, std::uint32_t>, Value>& told) {
  Seen seen;
  const std::vector<Tag> tags = tags_of(works_of(7));
  for (const auto& [key, value] : told) {
    const Tag& tag = tags[key.second];
    if (tag.is_analog() && tag.name != "speed")
      seen.measured[key.second].push_back(std::get<double>(value));
    else
      seen.said[key] = value;
  }
  return seen;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Factory, WhoLooksAgainADayLaterSeesTheSameLifeGoOn) {
  const Life life = begin_life(7, monday, 72h).value();
  const Instant again = monday + 26h;
  const Seen watched = seen_of(told(life, monday, again, again + 2h));
  const Seen anew = seen_of(told(life, again, again, again + 2h));
  EXPECT_GT(watched.said.size(), 1'500U);
  EXPECT_TRUE(watched.said == anew.said);
  // The noise of a sensor is drawn anew; what it measures, and how worn that is, are not.
  ASSERT_GT(watched.measured.size(), 180U);
  const std::vector<Tag> tags = tags_of(works_of(7));
  for (const auto& [tag, values] : watched.measured) {
    ASSERT_EQ(values.size(), anew.measured.at(tag).size());
    const Tag& about = tags[tag];
    EXPECT_NEAR(mean(values), mean(anew.measured.at(tag)), 0.02 * (about.high - about.low))
        << about.name;
  }
}

TEST(Factory, ALaterSpecialShiftChangesNothingBeforeIt) {
  Life life = begin_life(7, monday).value();
  const Instant night = monday + 17h;  // 23:40 in Berlin
  const auto before = told(life, monday, night - 3h, night - 1s);
  const auto after = told(life, monday, night, night + 1h);
  ASSERT_TRUE(show_again(life, night));
  EXPECT_TRUE(before == told(life, monday, night - 3h, night - 1s));
  EXPECT_FALSE(seen_of(after).said == seen_of(told(life, monday, night, night + 1h)).said);
}

}  // namespace
}  // namespace millwright::twin
