#include "connect/lineprotocol/batch.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

namespace millwright::connect::lineprotocol {
namespace {

constexpr Instant now = instant(1'000'000'000'000);

// Tags by "series field", in the order in which they are asked for; a field "never" has none.
class Tags {
 public:
  Result<SeriesField> resolve(const net::Line& line, const net::LineField& field, Kind kind) {
    if (field.name == "never") return fail(Code::full, "no more tags");
    const auto [found, is_new] =
        tags_.try_emplace(address_of(line, field.name),
                          SeriesField{std::string(field.name),
                                      TagId{static_cast<std::uint32_t>(tags_.size())}, kind});
    asked += is_new ? 0 : 1;
    return found->second;
  }
  int asked = 0;  // again

 private:
  std::map<std::string, SeriesField> tags_;
};

// What a tag was told, in order.
std::string shown(const Readings& readings) {
  std::map<std::uint32_t, std::ostringstream> by_tag;
  for (const millwright::Run& run : readings.runs()) {
    for (std::size_t row = run.first; row < run.first + run.rows; ++row) {
      auto& out = by_tag[run.tag.value];
      out << nanoseconds(readings.happened(run, row)) << ' ' << readings.quality(row).code << ' ';
      if (run.kind == Kind::text) {
        out << readings.text(row) << '\n';
      } else {
        out << static_cast<int>(run.kind) << ' ' << readings.value(row).bits << '\n';
      }
    }
  }
  std::string out;
  for (const auto& [tag, rows] : by_tag)
    out += "tag " + std::to_string(tag) + "\n" + rows.str();
  return out;
}

LineBatch batch_of(const std::string& body, SeriesBook& book, Tags& tags) {
  LineBatch batch(SourceId{1}, now, book, [&tags](const auto& line, const auto& field, Kind kind) {
    return tags.resolve(line, field, kind);
  });
  net::read_lines(body, net::Precision::nanosecond, now,
                  [&](const net::Line& line) { batch.add(line); });
  return batch;
}

// The same, one line a batch: nothing is ever shared.
std::string shown_by_line(const std::string& body, Tags& tags) {
  std::map<std::uint32_t, std::string> by_tag;
  std::istringstream in(body);
  for (std::string line; std::getline(in, line);) {
    SeriesBook book;
    std::istringstream rows(shown(batch_of(line, book, tags).take()));
    std::uint32_t tag = 0;
    for (std::string row; std::getline(rows, row);) {
      if (row.starts_with("tag ")) {
        tag = static_cast<std::uint32_t>(std::stoul(row.substr(4)));
      } else {
        by_tag[tag] += row + '\n';
      }
    }
  }
  std::string out;
  for (const auto& [tag, rows] : by_tag)
    out += "tag " + std::to_string(tag) + "\n" + rows;
  return out;
}

std::string random_body(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  constexpr const char* values[] = {"1.5", "7i", "7u", "true", "\"warm\"", "-3i", "2"};
  constexpr const char* fields[] = {"a", "b", "c", "d", "never"};
  std::string body;
  for (int i = 0; i < 40; ++i) {
    body += "m,host=h" + std::to_string(random() % 3) + " ";
    const std::size_t first = random() % 3;
    const std::size_t count = random() % 8 == 0 ? 1 : 2;  // most lines alike
    for (std::size_t f = first; f < first + count; ++f)
      body += std::string(f > first ? "," : "") + fields[random() % 20 == 0 ? 4 : f] + "=" +
              values[random() % 5 == 0 ? random() % 7 : f];
    body += " " + std::to_string(nanoseconds(now) + static_cast<int>(random() % 20) - 15) + "\n";
  }
  return body;
}

TEST(LineBatch, GivesWhatTheLinesWouldGiveOneByOne) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::string body = random_body(seed);
    Tags tags;
    SeriesBook book;
    const std::string whole = shown(batch_of(body, book, tags).take());
    EXPECT_EQ(whole, shown_by_line(body, tags)) << "seed " << seed << "\n" << body;
    EXPECT_EQ(shown(batch_of(body, book, tags).take()), whole)
        << "a book that knows, seed " << seed;
  }
}

TEST(LineBatch, LinesOfOneMachineShareTheirTimesAndAreLookedUpOnce) {
  Tags tags;
  SeriesBook book;
  std::string body;
  for (int i = 0; i < 10; ++i)
    body += "m,host=a x=" + std::to_string(i) + ",y=2i,z=\"s\" " + std::to_string(i) + "\n";
  const Readings readings = batch_of(body, book, tags).take();
  EXPECT_EQ(readings.rows(), 30U);
  ASSERT_EQ(readings.runs().size(), 3U);
  EXPECT_EQ(readings.runs()[0].times, readings.runs()[1].times);
  EXPECT_EQ(tags.asked, 0);
  batch_of(body, book, tags);
  EXPECT_EQ(tags.asked, 0);
}

TEST(LineBatch, AFieldThatCannotBeKeptIsNamedAndTheOthersOfItsLineAreKept) {
  Tags tags;
  SeriesBook book;
  LineBatch batch = batch_of("m x=1,never=2,y=3\nm x=\"hot\",y=4\n", book, tags);
  ASSERT_EQ(batch.refused().size(), 2U);
  EXPECT_EQ(batch.refused()[0].line, 1U);
  EXPECT_EQ(batch.refused()[0].what, "field 'never': no more tags");
  EXPECT_EQ(batch.refused()[1].line, 2U);
  EXPECT_EQ(batch.take().rows(), 3U);
}

TEST(LineBatch, ATimeOfTheFutureIsKeptAsUncertain) {
  Tags tags;
  SeriesBook book;
  const std::string later = std::to_string(nanoseconds(now) + 1);
  const Readings readings = batch_of("m x=1,y=2 5\nm x=1,y=2 " + later + "\n", book, tags).take();
  ASSERT_EQ(readings.rows(), 4U);
  EXPECT_EQ(readings.quality(0), quality::good);
  EXPECT_EQ(readings.quality(1), quality::uncertain_time);
  EXPECT_EQ(readings.quality(3), quality::uncertain_time);
}

}  // namespace
}  // namespace millwright::connect::lineprotocol
