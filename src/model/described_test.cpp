#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "model/described_bytes.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "model/described_typescript.hpp"

namespace millwright {
namespace {

enum class Colour : std::uint8_t { red, dark_green };
constexpr std::array<std::string_view, 2> colour_words{"red", "dark_green"};
constexpr std::span<const std::string_view> words_of(Colour) {
  return colour_words;
}

struct Part {
  std::string name;
  Colour colour = Colour::red;
  static constexpr auto describe() {
    return record("spare_part", required("name", &Part::name, "", "What it is."),
                  field("colour", &Part::colour, "", ""));
  }
};

struct Everything {
  bool is_on = false;
  std::uint8_t small = 3;
  std::int64_t whole = 0;
  double number = 1.5;
  std::string text;
  Instant at{};
  Duration held{};
  Quality quality;
  Colour colour = Colour::red;
  MachineId machine{0};
  std::optional<double> maybe;
  std::optional<Part> part;
  std::vector<Colour> colours;
  std::vector<std::optional<std::int64_t>> gaps;
  std::map<std::string, Part> parts;

  static constexpr auto describe() {
    using T = Everything;
    return record("everything", field("is_on", &T::is_on, "", ""),
                  field("small", &T::small, "", ""), field("whole", &T::whole, "", ""),
                  field("number", &T::number, "mm/s", "How fast."), field("text", &T::text, "", ""),
                  field("at", &T::at, "", ""), field("held", &T::held, "", ""),
                  field("quality", &T::quality, "", ""), field("colour", &T::colour, "", ""),
                  field("machine", &T::machine, "", ""), field("maybe", &T::maybe, "", ""),
                  field("part", &T::part, "", ""), field("colours", &T::colours, "", ""),
                  field("gaps", &T::gaps, "", ""), field("parts", &T::parts, "", ""));
  }
};

Everything filled() {
  Everything all;
  all.is_on = true;
  all.small = 255;
  all.whole = std::numeric_limits<std::int64_t>::min();
  all.number = -0.1;
  all.text = "a \"quoted\"\nline ü";
  all.at = instant(1'795'338'000'250'000'000);
  all.held = 90min;
  all.quality = quality::bad_no_data;
  all.colour = Colour::dark_green;
  all.machine = MachineId{7};
  all.maybe = 2.5;
  all.part = Part{"bolt", Colour::dark_green};
  all.colours = {Colour::red, Colour::dark_green};
  all.gaps = {1, std::nullopt, -3};
  all.parts["a"] = Part{"nut", Colour::red};
  return all;
}

Bytes bytes_of(const Everything& all) {
  Bytes bytes;
  Writer out(bytes);
  write_bytes(out, all);
  return bytes;
}

struct Settings {  // what a plant file can hold: no ids, no quality
  bool is_on = false;
  std::uint8_t small = 3;
  std::optional<std::int64_t> whole;
  double number = 1.5;
  std::string text = "before";
  Instant at{};
  Duration held{};
  Colour colour = Colour::red;
  std::vector<Part> parts;
  std::map<std::string, double> weights;
  static constexpr auto describe() {
    using T = Settings;
    return record("settings", field("is_on", &T::is_on, "", ""), field("small", &T::small, "", ""),
                  field("whole", &T::whole, "", ""), field("number", &T::number, "", ""),
                  field("text", &T::text, "", ""), field("at", &T::at, "", ""),
                  field("held", &T::held, "", ""), field("colour", &T::colour, "", ""),
                  field("parts", &T::parts, "", ""), field("weights", &T::weights, "", ""));
  }
};

// The settings of a text, and its problems, one a line.
std::string load_yaml(std::string_view text, Settings& settings) {
  Problems problems;
  const Node root = read_yaml(text, NodeLimits{}, problems);
  load(root, "", settings, problems);
  std::string out;
  for (const Problem& problem : problems.list())
    out += to_text(problem, "f") + "\n";
  return out;
}

std::string told(std::string_view text) {
  Settings settings;
  return load_yaml(text, settings);
}

TEST(DescribedBytes, WhatIsWrittenIsReadTheSame) {
  const Bytes bytes = bytes_of(filled());
  Reader in(bytes);
  Everything read;
  ASSERT_TRUE(read_bytes(in, read));
  EXPECT_TRUE(in.is_at_end());
  EXPECT_EQ(bytes_of(read), bytes);
  EXPECT_EQ(to_json(read), to_json(filled()));
}

TEST(DescribedBytes, BytesThatAreCutOffAnywhereAreRefused) {
  const Bytes bytes = bytes_of(filled());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader in(ByteView(bytes).first(size));
    Everything read;
    EXPECT_FALSE(read_bytes(in, read)) << size;
  }
}

TEST(DescribedBytes, AnUnknownWordOrTruthOrALengthBeyondTheEndIsCorrupt) {
  const auto code_of = []<class T>(const Bytes& bytes, T value) {
    Reader in(bytes);
    const Outcome outcome = read_bytes(in, value);
    return outcome ? Code::invalid : outcome.error().code;
  };
  EXPECT_EQ(code_of({2}, Colour::red), Code::corrupt);
  EXPECT_EQ(code_of({2}, false), Code::corrupt);
  EXPECT_EQ(code_of({7, 0, 0}, std::optional<bool>()), Code::corrupt);
  EXPECT_EQ(code_of({0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1}, std::vector<Colour>()), Code::corrupt);
}

TEST(DescribedJson, MembersStandInOrderInTheFormsOfTheInterface) {
  EXPECT_EQ(to_json(filled()),
            R"({"is_on":true,"small":255,"whole":-9223372036854775808,"number":-0.1,)"
            R"("text":"a \"quoted\"\nline ü","at":"2026-11-22T09:00:00.25Z","held":5400,)"
            R"("quality":2157641728,"colour":"dark_green","machine":7,"maybe":2.5,)"
            R"("part":{"name":"bolt","colour":"dark_green"},"colours":["red","dark_green"],)"
            R"("gaps":[1,null,-3],"parts":{"a":{"name":"nut","colour":"red"}}})");
}

TEST(DescribedJson, WhatIsWrittenIsJsonThatCanBeRead) {
  const auto node = read_json(to_json(filled()), NodeLimits{});
  ASSERT_TRUE(node) << node.error().what;
  EXPECT_EQ(node->find("text")->text, filled().text);
  EXPECT_EQ(node->find("gaps")->items.size(), 3U);
}

TEST(DescribedLoad, EachKindOfValueIsRead) {
  Settings settings;
  EXPECT_EQ(
      load_yaml(
          R"({is_on: true, small: 7, whole: -12, number: +1e3, text: 40001, at: "2026-11-22T09:00:00.25Z",
                         held: 1 h 30 min, colour: dark_green, parts: [{name: bolt}], weights: {a: .5}})",
          settings),
      "");
  EXPECT_TRUE(settings.is_on);
  EXPECT_EQ(settings.small, 7);
  EXPECT_EQ(settings.whole, -12);
  EXPECT_EQ(settings.number, 1000);
  EXPECT_EQ(settings.text, "40001");
  EXPECT_EQ(settings.at, filled().at);
  EXPECT_EQ(settings.held, 90min);
  EXPECT_EQ(settings.colour, Colour::dark_green);
  EXPECT_EQ(settings.parts.at(0).name, "bolt");
  EXPECT_EQ(settings.weights.at("a"), 0.5);
}

TEST(DescribedLoad, AWrongValueLeavesTheDefaultAndANullIsAbsent) {
  Settings settings;
  EXPECT_NE(load_yaml("{small: 256, number: x, text: [], whole: x}", settings), "");
  EXPECT_EQ(settings.small, 3);
  EXPECT_EQ(settings.number, 1.5);
  EXPECT_EQ(settings.text, "before");
  EXPECT_FALSE(settings.whole.has_value());
  settings.whole = 5;
  EXPECT_EQ(load_yaml("whole: null", settings), "");
  EXPECT_FALSE(settings.whole.has_value());
  EXPECT_EQ(told("whole:\n"), "f:1:1: whole: found nothing, expected a whole number\n");
}

TEST(DescribedLoad, EachWrongValueSaysWhatIsExpectedAndWhatWasMeant) {
  constexpr std::array<std::array<std::string_view, 2>, 14> wrong{{
      {"is_on: Yes", "found 'Yes', expected true or false; did you mean 'true'?"},
      {"is_on: ture", "found 'ture', expected true or false; did you mean 'true'?"},
      {"is_on: 'true'", "found 'true' in quotes, which is text, expected true or false"},
      {"small: 300", "found '300', expected a whole number from 0 to 255"},
      {"small: -1", "found '-1', expected a whole number from 0 to 255"},
      {"whole: 1.5", "found '1.5', expected a whole number"},
      {"whole: 9223372036854775808", "found '9223372036854775808', expected a whole number"},
      {"number: .nan", "found '.nan', expected a number"},
      {"number: inf", "found 'inf', expected a number"},
      {"number: 1e999", "found '1e999', expected a number"},
      {"number: 1 500,5", "found '1 500,5', expected a number; did you mean '1500.5'?"},
      {"number: '5'", "found '5' in quotes, which is text, expected a number"},
      {"held: 250", "expected a duration with its unit (ns, us, ms, s, min, h, d), such as 250 ms"},
      {"at: 22.11.2026", "expected a time such as 2026-11-22T08:57:11Z"},
  }};
  for (const auto& [text, expected] : wrong)
    EXPECT_NE(told(text).find(expected), std::string::npos) << text << " -> " << told(text);
  for (const char* held : {"nan s", "inf s", "1e300 d", "5 lightyears", "s", "-"})
    EXPECT_NE(told(std::string("held: ") + held), "") << held;
}

TEST(DescribedLoad, UnknownAndMissingKeysAreNamedWithTheListItemTheyStandIn) {
  EXPECT_EQ(
      told("parts:\n  - name: bolt\n    color: red\n  - colour: red\n"),
      "f:3:5: parts/bolt: found the unknown key 'color', expected one of name, colour; did you "
      "mean 'colour'?\n"
      "f:4:5: parts/2: found no 'name', expected 'name': What it is\n");
  EXPECT_EQ(told("{held:5 s}"),
            "f:1:2: found the unknown key 'held:5 s', expected a space after the ':'\n");
}

TEST(DescribedTypeScript, InterfacesHaveTheFormsOfTheJson) {
  std::string out;
  write_typescript<Everything>(out);
  EXPECT_EQ(out, R"(export interface SparePart {
  /** What it is. */
  readonly name: string;
  readonly colour: 'red' | 'dark_green';
}

export interface Everything {
  readonly is_on: boolean;
  readonly small: number;
  readonly whole: number;
  /** How fast. Unit: mm/s. */
  readonly number: number;
  readonly text: string;
  readonly at: InstantText;
  readonly held: number;
  readonly quality: number;
  readonly colour: 'red' | 'dark_green';
  readonly machine: number;
  readonly maybe: number | null;
  readonly part: SparePart | null;
  readonly colours: readonly ('red' | 'dark_green')[];
  readonly gaps: readonly (number | null)[];
  readonly parts: Readonly<Record<string, SparePart>>;
}

)");
}

TEST(DescribedTypeScript, ARecordThatIsUsedTwiceIsWrittenOnce) {
  std::string out;
  TypeScriptWriter writer(out);
  writer.add<Part>();
  writer.add<Everything>();
  EXPECT_EQ(out.find("interface SparePart"), out.rfind("interface SparePart"));
}

struct OtherPart {
  int size = 0;
  static constexpr auto describe() {
    return record("spare_part", field("size", &OtherPart::size, "", ""));
  }
};

TEST(DescribedTypeScript, TwoStructsOfOneNameAreToldAndTheFirstStays) {
  std::string out;
  TypeScriptWriter writer(out);
  writer.add<Part>();
  writer.add<Part>();
  EXPECT_TRUE(writer.clashes().empty());
  writer.add<OtherPart>();
  EXPECT_EQ(writer.clashes(), std::vector<std::string>{"SparePart"});
  EXPECT_EQ(out.find("size"), std::string::npos);
}

TEST(DescribedTypeScript, AFormOfThePageMayLeaveOutWhatIsNotRequired) {
  std::string out;
  TypeScriptWriter(out).add<Part>(TypeScriptWriter::From::page);
  EXPECT_NE(out.find("readonly name: string;"), std::string::npos) << out;
  EXPECT_NE(out.find("readonly colour?: 'red'"), std::string::npos) << out;
}

}  // namespace
}  // namespace millwright
