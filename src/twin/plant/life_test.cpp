#include "twin/plant/life.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "twin/plant/plant.hpp"

namespace millwright::twin {
namespace {

Instant at(const char* text) {
  return to_instant(text).value();
}

std::string words(const std::vector<Shift>& shifts) {
  std::string out;
  for (const Shift& shift : shifts)
    out += to_text(shift.from) + " to " + to_text(shift.to) + "\n";
  return out;
}

std::string special_of(const char* start) {
  return words(begin_life(7, at(start)).value().special_shifts);
}

TEST(Life, BegunOutsideTheShiftsHoldsASpecialOneBetweenThem) {
  EXPECT_EQ(special_of("2026-11-20T09:00:00Z"), "");  // a Friday, in the early shift
  EXPECT_EQ(special_of("2026-11-20T07:05:00Z"), "");  // in its break
  EXPECT_EQ(special_of("2026-11-22T11:07:30Z"), "2026-11-22T09:07:00Z to 2026-11-22T19:07:00Z\n");
  // After the late shift, and until the early one.
  EXPECT_EQ(special_of("2026-11-19T22:00:00Z"), "2026-11-19T21:00:00Z to 2026-11-20T05:00:00Z\n");
}

TEST(Life, ShownAgainHoldsOneMoreOnlyWhenNoneIsHeld) {
  Life life = begin_life(7, at("2026-11-22T11:07:30Z")).value();
  const std::string first = words(life.special_shifts);
  ASSERT_TRUE(show_again(life, at("2026-11-22T19:06:59Z")));
  EXPECT_EQ(words(life.special_shifts), first);
  ASSERT_TRUE(show_again(life, at("2026-11-23T09:00:00Z")));  // on Monday they work anyway
  EXPECT_EQ(words(life.special_shifts), first);
  ASSERT_TRUE(show_again(life, at("2026-11-22T19:07:20Z")));
  const std::string both = first + "2026-11-22T19:07:00Z to 2026-11-23T03:07:00Z\n";
  EXPECT_EQ(words(life.special_shifts), both);
  ASSERT_TRUE(show_again(life, at("2026-11-22T23:00:00Z")));
  EXPECT_EQ(words(life.special_shifts), both);
}

TEST(Life, HoldsOnlySoManySpecialShifts) {
  Life life = begin_life(7, at("2026-11-22T11:00:00Z")).value();
  for (int week = 0; week < 100; ++week)
    ASSERT_TRUE(show_again(life, at("2026-11-22T11:00:00Z") + week * 7 * 24h));
  EXPECT_EQ(life.special_shifts.size(), special_shifts_max);
}

struct Kept {
  std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "life.json";
  ~Kept() { std::filesystem::remove(file); }
  void write(const std::string& text) const { std::ofstream(file) << text; }
};

TEST(Life, IsReadAsItWasKept) {
  const Kept kept;
  EXPECT_FALSE(read_life(kept.file).value());
  const KeptLife life{.life = begin_life(8, at("2026-11-22T11:07:30.123456789Z"), 720h).value(),
                      .reached = at("2026-11-23T01:02:03.000000004Z"),
                      .ports = {40'001, 65'535}};
  ASSERT_TRUE(write_life(kept.file, life));
  const KeptLife read = read_life(kept.file).value().value();
  EXPECT_EQ(read.life.seed, 8U);
  EXPECT_EQ(read.life.start, life.life.start);
  EXPECT_EQ(read.life.past(), 720h);
  EXPECT_EQ(read.life.special_shifts, life.life.special_shifts);
  EXPECT_EQ(read.reached, life.reached);
  EXPECT_EQ(read.ports, life.ports);
}

TEST(Life, AFileThatSaysNoneIsNamedWithWhatToDo) {
  const Kept kept;
  for (const char* text : {"", "{", "{}", R"({"life":7})"}) {
    kept.write(text);
    const auto read = read_life(kept.file);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().what.find("life.json does not say which works it keeps"),
              std::string::npos);
  }
}

TEST(Life, GoesOnWhereItsClockWouldBe) {
  const Instant start = at("2026-11-23T05:40:00Z");
  KeptLife kept{.life = begin_life(7, start).value(), .reached = start + 2h, .ports = {}};
  const PlantClock real{}, manual = to_plant_clock("manual").value(),
                           fast = to_plant_clock("fast:60").value();
  EXPECT_EQ(goes_on_at(kept, real, start + 50h).value(), start + 50h);
  EXPECT_EQ(goes_on_at(kept, manual, start + 50h).value(), start + 2h);
  EXPECT_EQ(goes_on_at(kept, fast, start + 50h).value(), start + 2h);
  EXPECT_EQ(goes_on_at(kept, real, start + 2h - 10s).value(), start + 2h);
  EXPECT_NE(goes_on_at(kept, real, start).error().what.find("later than the clock"),
            std::string::npos);
  EXPECT_NE(goes_on_at(kept, real, start + life_max + 1s).error().what.find("goes on for 730 d"),
            std::string::npos);
}

}  // namespace
}  // namespace millwright::twin
