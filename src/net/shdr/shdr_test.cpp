#include "net/shdr/shdr.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/text.hpp"
#include "net/gzip/gzip.hpp"

namespace millwright::net {
namespace {

ShdrKindOf kinds(std::map<std::string, ShdrKind, std::less<>> known) {
  return [known = std::move(known)](std::string_view /*device*/, std::string_view item) {
    const auto found = known.find(item);
    return found == known.end() ? std::nullopt : std::optional<ShdrKind>(found->second);
  };
}

TEST(Shdr, ReadsTheExampleOfItsSpecification) {
  ShdrReader reader;
  const ShdrLine line = reader
                            .read(
                                "2009-06-15T00:00:00.000000|power|ON|execution|ACTIVE|line|412|"
                                "Xact|-1.1761875153|Yact|1766618937")
                            .value();
  EXPECT_EQ(to_text(line.time.at.value()), "2009-06-15T00:00:00Z");
  ASSERT_EQ(line.observations.size(), 5U);
  EXPECT_EQ(line.observations[0].item, "power");
  EXPECT_EQ(line.observations[0].value, "ON");
  EXPECT_EQ(line.observations[3].value, "-1.1761875153");
  EXPECT_EQ(line.refused, 0U);
}

TEST(Shdr, ReadsEveryFormOfTime) {
  EXPECT_EQ(to_text(*to_shdr_time("2022-08-08T13:51:34.7167146Z")->at),
            "2022-08-08T13:51:34.7167146Z");
  EXPECT_EQ(to_text(*to_shdr_time("2022-08-08T13:51:34.1234567899")->at),
            "2022-08-08T13:51:34.123456789Z");
  EXPECT_EQ(to_text(*to_shdr_time("2022-08-08T13:51:34+02:00")->at), "2022-08-08T11:51:34Z");
  EXPECT_EQ(to_shdr_time("1500.5")->offset, 1'500'500'000ns);
  const ShdrTime lasted = to_shdr_time("2010-09-29T23:59:33.46Z@2.5").value();
  EXPECT_EQ(lasted.lasted, 2500ms);
  EXPECT_EQ(to_text(*lasted.at), "2010-09-29T23:59:33.46Z");
  EXPECT_FALSE(to_shdr_time("")->at);
  for (const char* text : {"soon", "2022-13-01T00:00:00", "2022-02-29T00:00:00Z", "2022-01-01",
                           "2022-01-01T24:00:00", "2022-01-01T00:00:00Zx", "2022-01-01T00:00:00.",
                           "nan", "1e300", "9999-01-01T00:00:00", "2022-01-01T00:00:00@-1", "1@x"})
    EXPECT_FALSE(to_shdr_time(text)) << text;
}

TEST(Shdr, UnavailableIsSaidInAnyCase) {
  ShdrReader reader;
  const ShdrLine line = reader.read("|a|UNAVAILABLE|b|Unavailable|c|1").value();
  ASSERT_EQ(line.observations.size(), 3U);
  EXPECT_TRUE(line.observations[0].is_unavailable);
  EXPECT_TRUE(line.observations[1].is_unavailable);
  EXPECT_FALSE(line.observations[2].is_unavailable);
}

TEST(Shdr, ReadsConditionsThatAreKnownOrHaveTheForm) {
  ShdrReader guessing;
  const ShdrLine fault =
      guessing.read("2016-11-07T12:38:35.095Z|servo|Fault|1005|1|HIGH|Axis too hot").value();
  ASSERT_EQ(fault.observations.size(), 1U);
  const ShdrObservation& servo = fault.observations[0];
  EXPECT_EQ(servo.kind, ShdrKind::condition);
  EXPECT_EQ(servo.level, ShdrLevel::fault);
  EXPECT_EQ(servo.code, "1005");
  EXPECT_EQ(servo.severity, "1");
  EXPECT_EQ(servo.qualifier, "HIGH");
  EXPECT_EQ(servo.value, "Axis too hot");
  // A cleared condition with its code, as a GF Agie sends it.
  EXPECT_EQ(guessing.read("|logic|Normal|81000046|||")->observations[0].code, "81000046");
  // Three pairs, not a condition: no item is without a name.
  EXPECT_EQ(guessing.read("|a|UNAVAILABLE|b|UNAVAILABLE|c|UNAVAILABLE")->observations.size(), 3U);

  ShdrReader knowing(kinds({{"servo", ShdrKind::condition}}));
  const ShdrLine line = knowing.read("|servo|NORMAL|||||x|1").value();
  ASSERT_EQ(line.observations.size(), 2U);
  EXPECT_EQ(line.observations[0].level, ShdrLevel::normal);
  EXPECT_EQ(line.observations[1].item, "x");
  const ShdrLine bad = knowing.read("|x|1|servo|BROKEN||||").value();
  EXPECT_EQ(bad.observations.size(), 1U);
  EXPECT_EQ(bad.refused, 1U);
  EXPECT_NE(bad.trouble.find("'BROKEN' of the condition servo"), std::string_view::npos);
}

TEST(Shdr, ReadsMessagesTimeSeriesAndDevices) {
  ShdrReader reader(kinds({{"msg", ShdrKind::message}, {"wave", ShdrKind::time_series}}));
  const ShdrLine line =
      reader.read("|mill:msg|CHG_INSRT|Change Inserts|wave|3|100|1 -2.5 3e1|mill:x|7").value();
  ASSERT_EQ(line.observations.size(), 3U);
  EXPECT_EQ(line.observations[0].device, "mill");
  EXPECT_EQ(line.observations[0].code, "CHG_INSRT");
  EXPECT_EQ(line.observations[0].value, "Change Inserts");
  EXPECT_EQ(line.observations[1].rate, 100);
  ASSERT_EQ(line.observations[1].series.size(), 3U);
  EXPECT_EQ(line.observations[1].series[2], 30);
  EXPECT_EQ(line.observations[2].value, "7");
  EXPECT_EQ(reader.read("|wave|2|100|1 2 3|x|1")->refused, 1U);
  EXPECT_EQ(reader.read("|wave|1||a")->refused, 1U);
}

TEST(Shdr, ReadsDataSetsAndTheRowsOfTables) {
  ShdrReader reader(kinds({{"vars", ShdrKind::data_set}}));
  const ShdrLine line =
      reader.read("|vars|:MANUAL a=1 b={two words} c=\"x\" gone row={x=1 y={2 3}} empty=|x|1")
          .value();
  ASSERT_EQ(line.observations.size(), 2U) << line.trouble;
  const ShdrObservation& vars = line.observations[0];
  EXPECT_EQ(vars.reset, "MANUAL");
  ASSERT_EQ(vars.entries.size(), 6U);
  EXPECT_EQ(vars.entries[1].value, "two words");
  EXPECT_EQ(vars.entries[2].value, "x");
  EXPECT_FALSE(vars.entries[3].value);
  EXPECT_FALSE(vars.entries[5].value);
  const auto row = to_shdr_entries(*vars.entries[4].value).value();
  ASSERT_EQ(row.size(), 2U);
  EXPECT_EQ(row[1].value, "2 3");
  EXPECT_EQ(reader.read("|vars|a={1|x|2")->refused, 1U);
}

TEST(Shdr, AQuotedFieldMayHoldPipes) {
  ShdrReader reader;
  const ShdrLine line = reader.read("|a|\"x \\| y\"|b|\"open|c|1").value();
  ASSERT_EQ(line.observations.size(), 3U);
  EXPECT_EQ(line.observations[0].value, "x | y");
  EXPECT_EQ(line.observations[1].value, "\"open");
  EXPECT_EQ(reader.read("|a|\"end\"")->observations[0].value, "end");
}

TEST(Shdr, ReadsCommandsAndTheHeartbeat) {
  ShdrReader reader;
  const ShdrLine pong = reader.read("* PONG 10000\r").value();
  EXPECT_EQ(pong.form, ShdrLine::Form::command);
  EXPECT_EQ(shdr_heartbeat(pong), 10s);
  const ShdrLine uuid = reader.read("* uuid: 000").value();
  EXPECT_EQ(uuid.command, "uuid");
  EXPECT_EQ(uuid.argument, "000");
  EXPECT_FALSE(shdr_heartbeat(uuid));
  for (const char* text : {"* PONG", "* PONG x", "* PONG 0", "* PONG -5", "* PONG 1e99"})
    EXPECT_FALSE(shdr_heartbeat(reader.read(text).value())) << text;
}

TEST(Shdr, ReadsAssetsAlsoOverSeveralLines) {
  ShdrReader reader;
  EXPECT_EQ(reader.read("2022-08-08T13:43:36Z|@ASSET@|T1|CuttingTool|--multiline--AB")->form,
            ShdrLine::Form::nothing);
  EXPECT_EQ(reader.read("<a>")->form, ShdrLine::Form::nothing);
  EXPECT_EQ(reader.read("x|y</a>")->form, ShdrLine::Form::nothing);
  const ShdrLine tool = reader.read("--multiline--AB").value();
  EXPECT_EQ(tool.form, ShdrLine::Form::asset);
  EXPECT_EQ(tool.asset.id, "T1");
  EXPECT_EQ(tool.asset.type, "CuttingTool");
  EXPECT_EQ(tool.asset.body, "<a>\nx|y</a>");
  EXPECT_EQ(to_text(*tool.time.at), "2022-08-08T13:43:36Z");
  EXPECT_EQ(reader.read("|@ASSET@|T2|CuttingTool|<b/>")->asset.body, "<b/>");
  EXPECT_EQ(reader.read("|@UPDATE_ASSET@|T2|ToolLife|5")->asset.body, "ToolLife|5");
  EXPECT_EQ(reader.read("|@REMOVE_ASSET@|T2")->asset.action, ShdrAsset::Action::remove);
  EXPECT_EQ(reader.read("|@REMOVE_ALL_ASSETS@|CuttingTool")->asset.type, "CuttingTool");
  EXPECT_FALSE(reader.read("|@ASSET@|"));
}

TEST(Shdr, AnEndlessAssetIsGivenUp) {
  ShdrReader reader;
  ASSERT_TRUE(reader.read("|@ASSET@|T1|CuttingTool|--multiline--AB"));
  const std::string much(100'000, 'x');
  std::size_t lines = 0;
  while (reader.read(much))
    ++lines;
  EXPECT_LT(lines, 11U);
  EXPECT_EQ(reader.read("|x|1")->observations.size(), 1U) << "and the next line is read again";
}

TEST(Shdr, WhatIsNoLineIsRefusedWithWords) {
  ShdrReader reader;
  EXPECT_FALSE(reader.read("no pipe"));
  EXPECT_FALSE(reader.read("yesterday|x|1"));
  EXPECT_FALSE(reader.read(std::string(shdr_line_bytes_max + 1, 'x')));
  EXPECT_FALSE(reader.read(std::string(shdr_fields_max + 1, '|')));
  const ShdrLine odd = reader.read("|a|1|b").value();
  EXPECT_EQ(odd.observations.size(), 1U);
  EXPECT_EQ(odd.trouble, "the item b has no value");
  EXPECT_EQ(reader.read("|a|1|")->refused, 0U);
  EXPECT_EQ(reader.read("")->form, ShdrLine::Form::nothing);
}

// Recorded days of real machine tools.
std::filesystem::path recordings() {
  const char* data = std::getenv("MILLWRIGHT_DATA");
  const std::filesystem::path here = __FILE__;
  const auto root = here.parent_path().parent_path().parent_path().parent_path();
  const std::filesystem::path folder =
      data != nullptr ? std::filesystem::path(data) : root.parent_path() / "shared/data";
  return folder / "mtconnect";
}

struct Counted {
  std::size_t lines = 0, values = 0, conditions = 0, assets = 0, commands = 0, refused = 0;
};

Counted count(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(stream)), {});
  const std::string text = unzipped(as_bytes(packed), 100'000'000).value();
  ShdrReader reader;
  Counted counted;
  for (const std::string_view each : split(text, '\n')) {
    if (each.empty()) continue;
    ++counted.lines;
    const Result<ShdrLine> line = reader.read(each);
    if (!line) ADD_FAILURE() << file << ": " << line.error().what;
    if (!line) return counted;
    counted.refused += line->refused;
    counted.assets += line->form == ShdrLine::Form::asset ? 1U : 0U;
    counted.commands += line->form == ShdrLine::Form::command ? 1U : 0U;
    for (const ShdrObservation& one : line->observations)
      ++(one.kind == ShdrKind::condition ? counted.conditions : counted.values);
  }
  return counted;
}

TEST(Shdr, ReadsEveryLineOfTheRecordedDays) {
  const auto folder = recordings() / "nist_sms";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings at " << folder;
  Counted all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".txt.gz")) continue;
    const Counted day = count(entry.path());
    all.lines += day.lines;
    all.values += day.values;
    all.conditions += day.conditions;
    all.refused += day.refused;
  }
  // Counted with: zcat *.txt.gz | awk -F'|' '{print NF}' | sort | uniq -c
  EXPECT_EQ(all.lines, 262'349U);
  EXPECT_EQ(all.values, 257'811U);
  EXPECT_EQ(all.conditions, 4'538U);
  EXPECT_EQ(all.refused, 0U);
}

TEST(Shdr, ReadsTheRecordedOkumaAdapter) {
  const auto file = recordings() / "cppagent_demo/okuma_shdr.txt.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recording at " << file;
  const Counted okuma = count(file);
  // Counted with grep -c: 59 assets with two marks each, 9 commands.
  EXPECT_EQ(okuma.lines, 10'770U);
  EXPECT_GE(okuma.assets, 59U);
  EXPECT_EQ(okuma.commands, 9U);
  EXPECT_EQ(okuma.refused, 0U);
}

}  // namespace
}  // namespace millwright::net
