#include "model/calendar.hpp"

#include <gtest/gtest.h>

#include "model/described_json.hpp"

namespace millwright {
namespace {

const std::string plant_head = "plant: {path: velo/berlin, zone: Europe/Berlin}\n";

Calendar calendar_of(const std::string& sections) {
  const std::vector<Section> known = calendar_sections();
  Problems problems;
  const Plant plant = read_plant(plant_head + sections, known, problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.list().front(), "plant.yaml");
  return Calendar::read(plant, problems);
}

std::string problems_of(const std::string& sections) {
  const std::vector<Section> known = calendar_sections();
  Problems problems;
  read_plant(plant_head + sections, known, problems);
  std::string out;
  for (const Problem& problem : problems.list())
    out += to_text(problem, "plant.yaml") + "\n";
  return out;
}

Instant at(const char* text) {
  return *to_instant(text);
}

std::string told(const Shift& shift) {
  std::string out = shift.day + " " + shift.name + " " + to_text(shift.from) + " " +
                    to_text(shift.until - shift.from);
  for (const TimeSpan& pause : shift.breaks)
    out += " break " + to_text(pause.from) + " " + to_text(pause.length());
  return out;
}

std::string told(const std::vector<Shift>& shifts) {
  std::string out;
  for (const Shift& shift : shifts)
    out += told(shift) + "\n";
  return out;
}

const std::string three_shifts = R"(shifts:
  - {name: early, days: [mon, tue, wed, thu, fri], from: "06:00", to: "14:00", breaks: [{from: "08:00", for: 20 min}]}
  - {name: late, days: [mon, tue, wed, thu, fri], from: "14:00", to: "22:00"}
  - {name: night, days: [mon, tue, wed, thu, sun], from: "22:00", to: "06:00", breaks: [{from: "01:30", for: 30 min}]}
)";

TEST(Calendar, WithoutShiftsThereIsOneFromMidnightToMidnightOfThePlant) {
  const Calendar calendar = calendar_of("");
  EXPECT_EQ(told(calendar.shifts_between(at("2026-11-20T12:00:00Z"), at("2026-11-21T12:00:00Z"))),
            "2026-11-20 day 2026-11-19T23:00:00Z 1 d\n2026-11-21 day 2026-11-20T23:00:00Z 1 d\n");
}

TEST(Calendar, AnEmptyListOfShiftsMeansThatThereIsNone) {
  EXPECT_FALSE(calendar_of("shifts: []\n").shift_at(at("2026-11-20T12:00:00Z")));
}

TEST(Calendar, DaysOnWhichClocksChangeHave23And25Hours) {
  const Calendar calendar = calendar_of("");
  EXPECT_EQ(told(*calendar.shift_at(at("2026-03-29T12:00:00Z"))),
            "2026-03-29 day 2026-03-28T23:00:00Z 23 h");
  EXPECT_EQ(told(*calendar.shift_at(at("2026-10-25T12:00:00Z"))),
            "2026-10-25 day 2026-10-24T22:00:00Z 1 d 1 h");
}

TEST(Calendar, ANightShiftBelongsToTheDayOnWhichItBegan) {
  const Calendar calendar = calendar_of(three_shifts);
  EXPECT_EQ(told(*calendar.shift_at(at("2026-11-20T02:00:00Z"))),
            "2026-11-19 night 2026-11-19T21:00:00Z 8 h break 2026-11-20T00:30:00Z 30 min");
}

TEST(Calendar, ANightShiftInWhichClocksChangeIsAsLongAsItReallyIs) {
  const Calendar calendar = calendar_of(three_shifts);
  // Clocks go back on Sunday 2026-10-25 and forward on Sunday 2026-03-29; no night shift begins on
  // a Saturday here, so one by date.
  const std::string dated =
      "shifts:\n  - {name: night, dates: [\"2026-10-24\", \"2026-03-28\"], from: \"22:00\", to: "
      "\"06:00\"}\n";
  EXPECT_EQ(told(*calendar_of(dated).shift_at(at("2026-10-25T00:00:00Z"))),
            "2026-10-24 night 2026-10-24T20:00:00Z 9 h");
  EXPECT_EQ(told(*calendar_of(dated).shift_at(at("2026-03-29T00:00:00Z"))),
            "2026-03-28 night 2026-03-28T21:00:00Z 7 h");
  EXPECT_FALSE(calendar.shift_at(at("2026-10-25T00:00:00Z")));
}

TEST(Calendar, ABoundaryBelongsToTheShiftThatBegins) {
  const Calendar calendar = calendar_of(three_shifts);
  EXPECT_EQ(calendar.shift_at(at("2026-11-20T13:00:00Z"))->name, "late");
  EXPECT_EQ(calendar.shift_at(at("2026-11-20T12:59:59.999999999Z"))->name, "early");
  EXPECT_FALSE(calendar.shift_at(at("2026-11-20T21:00:00Z")));  // Friday 22:00
}

TEST(Calendar, EvenAndOddWeeksAreThoseOfIso8601) {
  const Calendar calendar = calendar_of(
      "shifts:\n"
      "  - {name: a, days: [sat], weeks: even, from: \"06:00\", to: \"14:00\"}\n"
      "  - {name: b, days: [sat], weeks: odd, from: \"06:00\", to: \"14:00\"}\n");
  EXPECT_EQ(calendar.shift_at(at("2026-11-21T08:00:00Z"))->name, "b");  // week 47
  EXPECT_EQ(calendar.shift_at(at("2026-12-26T08:00:00Z"))->name, "a");  // week 52
  EXPECT_EQ(calendar.shift_at(at("2027-01-02T08:00:00Z"))->name, "b");  // week 53
  EXPECT_EQ(calendar.shift_at(at("2027-01-09T08:00:00Z"))->name, "b");  // week 1
}

TEST(Calendar, OnAHolidayOnlyShiftsOfItsDateTakePlace) {
  const Calendar calendar =
      calendar_of(three_shifts +
                  "  - {name: special, dates: [\"2026-12-25\"], from: \"10:00\", to: \"12:00\"}\n"
                  "holidays: [\"2026-12-25\"]\n");
  EXPECT_EQ(told(calendar.shifts_between(at("2026-12-25T00:00:00Z"), at("2026-12-27T00:00:00Z"))),
            "2026-12-24 night 2026-12-24T21:00:00Z 8 h break 2026-12-25T00:30:00Z 30 min\n"
            "2026-12-25 special 2026-12-25T09:00:00Z 2 h\n");
}

TEST(Calendar, AShiftOfADateTakesThePlaceOfThoseByWeekdayThatItOverlaps) {
  const Calendar calendar =
      calendar_of(three_shifts +
                  "  - {name: special, dates: [\"2026-11-20\"], from: \"10:07\", to: \"20:07\"}\n");
  EXPECT_EQ(told(calendar.shifts_between(at("2026-11-20T06:00:00Z"), at("2026-11-20T23:00:00Z"))),
            "2026-11-20 special 2026-11-20T09:07:00Z 10 h\n");
  EXPECT_EQ(calendar.shift_at(at("2026-11-19T12:00:00Z"))->name, "early");
}

TEST(Calendar, WorkIsTheTimeOfShiftsWithoutBreaks) {
  const Calendar calendar = calendar_of(three_shifts);
  const Instant friday = at("2026-11-20T05:00:00Z");  // 06:00 in Berlin
  EXPECT_EQ(calendar.work_between(friday, friday + 8h), 8h - 20min);
  EXPECT_EQ(calendar.after_work(friday, 1h), friday + 1h);
  EXPECT_EQ(calendar.after_work(friday, 3h), friday + 3h + 20min);
  // What does not fit before Friday 22:00 goes on on Sunday at 22:00.
  EXPECT_EQ(calendar.after_work(at("2026-11-20T20:30:00Z"), 1h), at("2026-11-22T21:30:00Z"));
  EXPECT_EQ(calendar.after_work(friday, 0s), friday);
}

TEST(Calendar, WorkIsTheSameHoweverOneCutsIt) {
  const Calendar calendar = calendar_of(three_shifts);
  const Instant start = at("2026-10-20T03:17:00Z");
  for (Duration work = 13min; work < 400h; work += 7h + 11min) {
    const auto end = calendar.after_work(start, work);
    ASSERT_TRUE(end);
    EXPECT_EQ(calendar.work_between(start, *end), work);
  }
}

TEST(Calendar, WorkThatNeverComesIsNotPromised) {
  EXPECT_FALSE(calendar_of("shifts: []\n").after_work(at("2026-11-20T05:00:00Z"), 1h));
}

TEST(Calendar, HoursAreThoseOfThePlantsClocks) {
  const Calendar berlin = calendar_of("");
  const TimeSpan hour = berlin.hour_of(at("2026-11-20T05:59:59Z"));
  EXPECT_EQ(to_text(hour.from), "2026-11-20T05:00:00Z");
  EXPECT_EQ(to_text(hour.until), "2026-11-20T06:00:00Z");
  const std::vector<Section> known = calendar_sections();
  Problems problems;
  const auto in_zone = [&](const std::string& zone) {
    return Calendar::read(read_plant("plant: {path: a/b, zone: " + zone + "}\n", known, problems),
                          problems);
  };
  const TimeSpan kathmandu = in_zone("Asia/Kathmandu").hour_of(at("2026-11-20T05:59:59Z"));
  EXPECT_EQ(to_text(kathmandu.from), "2026-11-20T05:15:00Z");  // 11:00 there
  // On Lord Howe clocks go forward by half an hour at 02:00: an hour of half an hour.
  const TimeSpan howe = in_zone("Australia/Lord_Howe").hour_of(at("2026-10-03T15:40:00Z"));
  EXPECT_EQ(to_text(howe.from), "2026-10-03T15:30:00Z");
  EXPECT_EQ(to_text(howe.until), "2026-10-03T16:00:00Z");
  EXPECT_EQ(berlin.date_of(at("2026-11-20T23:30:00Z")), "2026-11-21");
  EXPECT_EQ(berlin.day_of(at("2026-10-25T12:00:00Z")).length(), 25h);
}

TEST(CalendarSections, ShiftsThatOverlapAreRefusedWithBothLines) {
  EXPECT_EQ(problems_of("shifts:\n"
                        "  - {name: early, days: [mon], from: \"06:00\", to: \"14:30\"}\n"
                        "  - {name: late, days: [mon, tue], from: \"14:00\", to: \"22:00\"}\n"),
            "plant.yaml:4:5: shifts/late: found 'late' 14:00 to 22:00, expected shifts that do not "
            "overlap: 'early' 06:00 to 14:30 stands in line 3\n");
}

TEST(CalendarSections, ANightShiftThatReachesIntoTheNextMorningOverlapsIt) {
  EXPECT_NE(
      problems_of("shifts:\n"
                  "  - {name: night, days: [sun], weeks: odd, from: \"22:00\", to: \"07:00\"}\n"
                  "  - {name: early, days: [mon], weeks: odd, from: \"06:00\", to: \"14:00\"}\n")
          .find("shifts/early: found 'early' 06:00 to 14:00"),
      std::string::npos);  // week 53 and week 1 follow one another
}

TEST(CalendarSections, EveryMistakeHasItsPlaceAndWhatToWrite) {
  EXPECT_EQ(
      problems_of("shifts:\n"
                  "  - {name: a, days: [mon], from: \"6:00\", to: \"25:00\"}\n"
                  "  - {name: b, from: \"06:00\", to: \"14:00\"}\n"
                  "  - {name: c, dates: [\"22.11.2026\"], from: \"06:00\", to: \"14:00\"}\n"
                  "  - {name: d, days: [mon], from: \"06:00\", to: \"14:00\", breaks: [{from: "
                  "\"13:50\", for: 20 min}]}\n"
                  "  - {name: e, days: [monday], from: \"06:00\", to: \"14:00\"}\n"
                  "holidays: [\"2026-02-30\"]\n"),
      "plant.yaml:3:34: shifts/a/from: found '6:00', expected a time from \"00:00\" to "
      "\"24:00\"\n"
      "plant.yaml:3:46: shifts/a/to: found '25:00', expected a time from \"00:00\" to "
      "\"24:00\"\n"
      "plant.yaml:4:5: shifts/b: found no day, expected either days: [mon, tue] or dates: "
      "[\"2026-11-22\"]\n"
      "plant.yaml:5:23: shifts/c/dates: found '22.11.2026', expected a date such as "
      "\"2026-11-22\"\n"
      "plant.yaml:6:72: shifts/d/breaks/1/from: found '13:50 for 20 min', expected a break "
      "inside the shift, 06:00 to 14:00\n"
      "plant.yaml:7:22: shifts/e/days/1: found 'monday', expected one of mon, tue, wed, thu, "
      "fri, sat, sun\n"
      "plant.yaml:8:12: holidays: found '2026-02-30', expected a date such as "
      "\"2026-11-22\"\n");
}

}  // namespace
}  // namespace millwright
