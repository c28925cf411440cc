#include "connect/replay/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include "connect/replay/edge.hpp"

namespace millwright::connect::replay {
namespace {

const std::filesystem::path example_folder = "examples/nist-testbed";

Plant example_plant(Problems& problems) {
  std::ifstream file(example_folder / "plant.yaml");
  std::stringstream text;
  text << file.rdbuf();
  const std::array sections{room().sections.front(), Section{Section::Place::machine, "state"}};
  return read_plant(text.str(), sections, problems);
}

Heard heard(RowReader& reader, std::string_view line) {
  auto result = reader.read(line);
  EXPECT_TRUE(result) << line;
  return result ? *result : Heard{};
}

TEST(ReplayRows, ALineBecomesARowOfEachTagThatAsksForItsItem) {
  RowReader reader({{TagId{1}, "a", Kind::number, "Sload"},
                    {TagId{2}, "b", Kind::text, "execution"},
                    {TagId{3}, "c", Kind::natural, "Sload"},
                    {TagId{4}, "d", Kind::number, "M1:Sload"}});
  const Heard one = heard(reader, "2019-04-23T10:22:20.852Z|Sload|41|execution|ACTIVE");
  EXPECT_EQ(to_text(*one.happened), "2019-04-23T10:22:20.852Z");
  ASSERT_EQ(one.rows.size(), 3U);
  EXPECT_EQ(one.rows[0].value.number(), 41);
  EXPECT_EQ(one.rows[1].value.natural(), 41U);
  EXPECT_EQ(one.rows[2].text, "ACTIVE");
  const Heard two = heard(reader, "2019-04-23T10:22:20.852Z|M1:Sload|42");
  ASSERT_EQ(two.rows.size(), 3U);
  EXPECT_EQ(two.rows[2].wanted, 3U);
}

TEST(ReplayRows, UnavailableIsBadAndHasNoText) {
  RowReader reader(
      {{TagId{1}, "a", Kind::text, "execution"}, {TagId{2}, "b", Kind::text, "servo"}});
  for (const char* line : {"2019-04-23T10:22:20Z|execution|UNAVAILABLE",
                           "2019-04-23T10:22:20Z|servo|Unavailable||||"}) {
    const Heard one = heard(reader, line);
    ASSERT_EQ(one.rows.size(), 1U) << line;
    EXPECT_EQ(one.rows[0].quality, quality::bad_no_communication) << line;
    EXPECT_TRUE(one.rows[0].text.empty());
  }
}

TEST(ReplayRows, AConditionIsTheTextOfItsLevel) {
  RowReader reader({{TagId{1}, "a", Kind::text, "servo"}});
  EXPECT_EQ(heard(reader, "2019-04-23T10:22:20Z|servo|Normal||||").rows.at(0).text, "NORMAL");
  EXPECT_EQ(heard(reader, "2019-04-23T10:22:20Z|servo|FAULT|7|1|LOW|too hot").rows.at(0).text,
            "FAULT");
}

TEST(ReplayRows, WhatDoesNotFitTheKindIsATypeMismatch) {
  RowReader reader({{TagId{1}, "a", Kind::number, "Sload"}});
  const Heard one = heard(reader, "2019-04-23T10:22:20Z|Sload|much");
  EXPECT_TRUE(one.rows.at(0).is_wrong_kind);
  EXPECT_EQ(one.rows.at(0).quality, quality::bad_type_mismatch);
  EXPECT_FALSE(reader.read("this is no line"));
}

TEST(ReplayRows, NumbersAreReadAsControlsPrintThem) {
  EXPECT_EQ(to_scalar(Kind::integer, "4.000000"), Scalar::of(std::int64_t{4}));
  EXPECT_EQ(to_scalar(Kind::natural, " 3226"), Scalar::of(std::uint64_t{3226}));
  EXPECT_EQ(to_scalar(Kind::number, "-24.931497"), Scalar::of(-24.931497));
  EXPECT_FALSE(to_scalar(Kind::integer, "4.5"));
  EXPECT_FALSE(to_scalar(Kind::natural, "-1"));
  EXPECT_FALSE(to_scalar(Kind::number, "nan"));
  EXPECT_FALSE(to_scalar(Kind::number, ""));
}

TEST(ReplayFile, LinesComeWholeWithAnyEndAndWithoutTheLastEnd) {
  const auto path = std::filesystem::path(testing::TempDir()) / "millwright_replay_lines.txt";
  std::ofstream(path) << "one\r\ntwo\n\nfour";
  auto file = LineFile::open(path);
  ASSERT_TRUE(file);
  for (const char* expected : {"one", "two", "", "four"})
    EXPECT_EQ(file->next().value().value(), expected);
  EXPECT_FALSE(file->next().value());
  std::filesystem::remove(path);
  EXPECT_FALSE(LineFile::open(path));
}

TEST(ReplayFile, ARecordingThatIsCutOffIsAnErrorThatNamesIt) {
  std::ifstream whole(example_folder / "recordings/hurco01.txt.gz", std::ios::binary);
  std::string bytes(4000, '\0');
  ASSERT_TRUE(whole.read(bytes.data(), 4000));
  const auto path = std::filesystem::path(testing::TempDir()) / "millwright_replay_cut.txt.gz";
  std::ofstream(path, std::ios::binary) << bytes;
  auto file = LineFile::open(path);
  ASSERT_TRUE(file);
  auto line = file->next();
  while (line && *line)
    line = file->next();
  ASSERT_FALSE(line);
  EXPECT_NE(line.error().what.find("millwright_replay_cut"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(ReplayBegin, OldKnowledgeAtTheHeadIsNotTheBeginning) {
  EXPECT_EQ(to_text(begin_of(example_folder / "recordings/mazak01.txt.gz").value()),
            "2019-04-23T10:20:03.845Z");
  Problems problems;
  const Plant plant = example_plant(problems);
  ASSERT_TRUE(problems.empty()) << to_text(problems.list().front(), "plant.yaml");
  const auto begin = recordings_begin(plant, example_folder);
  ASSERT_TRUE(begin);
  EXPECT_EQ(to_text(*begin).substr(0, 10), "2019-06-18");
}

// The number of lines is `zcat FILE | wc -l`; README.md of the example names it too.
TEST(ReplayExample, EveryLineOfTheRecordingsIsReadAndNoneRefused) {
  const std::map<std::string, std::size_t> lines{
      {"mazak01", 4637}, {"mazak03", 4152}, {"gfagie01", 5571}, {"hurco01", 1344}};
  for (const auto& [name, expected] : lines) {
    RowReader reader({});
    auto file = LineFile::open(example_folder / "recordings" / (name + ".txt.gz"));
    ASSERT_TRUE(file);
    std::size_t read = 0;
    while (const auto line = file->next().value()) {
      const auto one = reader.read(*line);
      ASSERT_TRUE(one && one->happened) << *line;
      EXPECT_EQ(one->refused, 0U) << *line;
      ++read;
    }
    EXPECT_EQ(read, expected) << name;
  }
}

// What an edge said, until it said that the recording has ended.
struct Said {
  std::size_t rows = 0, wrong_kind = 0;
  std::uint64_t troubles = 0;
  Instant newest;
  std::string lost;
};

void count(const flow::Input& input, Said& out) {
  if (const auto* readings = std::get_if<Readings>(&input.what)) {
    out.rows += readings->rows();
    for (const Run& run : readings->runs()) {
      for (std::size_t row = run.first; row < run.first + run.rows; ++row) {
        out.newest = std::max(out.newest, readings->happened(run, row));
        if (readings->quality(row) == quality::bad_type_mismatch) ++out.wrong_kind;
      }
    }
  }
  const auto* source = std::get_if<fact::Source>(&input.what);
  if (source == nullptr) return;
  if (std::holds_alternative<fact::SourceTroubled>(*source)) ++out.troubles;
  if (const auto* lost = std::get_if<fact::SourceLost>(source)) out.lost = lost->why;
}

Script script_of(const char* machine, std::vector<Wanted> wanted) {
  return {SourceId{1},
          {example_folder / "recordings" / (std::string(machine) + ".txt.gz")},
          Duration{},
          std::move(wanted)};
}

TEST(ReplayEdge, SaysEveryRowThroughASmallInboxAndThatTheRecordingHasEnded) {
  flow::Inbox inbox(64);
  const Plant plant;
  const flow::ManualClock clock(to_instant("2019-06-19T00:00:00Z").value());
  flow::Catalogue catalogue(inbox, clock);
  const flow::EdgeContext context{plant, inbox, catalogue, clock, {}, {}};
  ReplayEdge edge(context, script_of("mazak03", {{TagId{1}, "z", Kind::number, "Zabs"},
                                                 {TagId{2}, "e", Kind::text, "execution"}}));
  Said said;
  std::vector<flow::Input> inputs;
  while (said.lost.empty()) {
    inbox.take(inputs, 10ms);
    for (const flow::Input& input : inputs)
      count(input, said);
    inputs.clear();
  }
  EXPECT_EQ(said.rows, 1717U + 75U);  // zcat | grep -cE '\|(Zabs|execution)\|'
  EXPECT_EQ(said.wrong_kind, 0U);
  EXPECT_EQ(said.troubles, 0U);
  EXPECT_EQ(said.lost, "the recording has ended");
}

TEST(ReplayEdge, SaysNothingOfTheFutureAndEndsAtOnce) {
  flow::Inbox inbox;
  const Plant plant;
  const Instant now = to_instant("2019-06-18T11:00:00Z").value();
  const flow::ManualClock clock(now);
  flow::Catalogue catalogue(inbox, clock);
  const flow::EdgeContext context{plant, inbox, catalogue, clock, {}, {}};
  Said said;
  {
    ReplayEdge edge(context, script_of("mazak03", {{TagId{1}, "z", Kind::number, "Zabs"}}));
    std::vector<flow::Input> inputs;
    while (said.rows == 0) {
      inbox.take(inputs, 10ms);
      for (const flow::Input& input : inputs)
        count(input, said);
      inputs.clear();
    }
  }
  EXPECT_LE(said.newest, now);
  EXPECT_GT(said.newest, now - 1h);
  EXPECT_TRUE(said.lost.empty());
}

}  // namespace
}  // namespace millwright::connect::replay
