#include "model/node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace millwright {
namespace {

Node yaml(std::string_view text) {
  Problems problems;
  Node node = read_yaml(text, NodeLimits{}, problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.list().front(), "file");
  return node;
}

// The problems of a text, one a line.
std::string told(std::string_view text, const NodeLimits& limits = {}) {
  Problems problems;
  const Node ignored = read_yaml(text, limits, problems);
  std::string out;
  for (const Problem& problem : problems.list())
    out += to_text(problem, "f") + "\n";
  return out;
}

std::string json_told(std::string_view text, const NodeLimits& limits = {}) {
  const auto node = read_json(text, limits);
  return node ? "" : node.error().what;
}

struct Wrong {
  std::string_view text, told;
};

TEST(Yaml, EveryValueKnowsItsLineAndColumn) {
  const Node root = yaml("plant:\n  path: a/b\n  list:\n    - 1\n    - {x: \"2\"}\n");
  EXPECT_EQ(root.at, (Position{1, 1}));
  const Node& plant = *root.find("plant");
  EXPECT_EQ(plant.find_entry("list")->at, (Position{3, 3}));
  const Node& list = *plant.find("list");
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].at, (Position{4, 7}));
  EXPECT_FALSE(list.items[0].is_quoted);
  const Node& quoted = *list.items[1].find("x");
  EXPECT_EQ(quoted.at, (Position{5, 11}));
  EXPECT_TRUE(quoted.is_quoted);
  EXPECT_EQ(quoted.text, "2");
}

TEST(Yaml, ColumnsCountCharactersAndNotBytes) {
  const Node root = yaml("{ä: ü, größe: x, ж: 𝄞, y: z}\n");
  EXPECT_EQ(root.find_entry("größe")->at, (Position{1, 8}));
  EXPECT_EQ(root.find("y")->at, (Position{1, 27}));
}

TEST(Yaml, AByteOrderMarkAndWindowsLineEndsAreTaken) {
  const Node root = yaml(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: two words\r\n");
  EXPECT_EQ(root.find_entry("a")->at, (Position{1, 1}));
  EXPECT_EQ(root.find("b")->text, "two words");
  EXPECT_EQ(root.find("b")->at, (Position{2, 4}));
}

TEST(Yaml, NothingIsNothingAndANullThatIsWrittenIsMarked) {
  const Node root = yaml("a:\nb: ~\nc: null\nd: 'null'\n");
  EXPECT_EQ(root.find("a")->kind, Node::Kind::null);
  EXPECT_EQ(root.find("a")->at, (Position{1, 1}));
  EXPECT_EQ(root.find("a")->text, "");
  EXPECT_EQ(root.find("b")->text, "null");
  EXPECT_EQ(root.find("c")->kind, Node::Kind::null);
  EXPECT_EQ(root.find("d")->kind, Node::Kind::scalar);
}

TEST(Yaml, BlocksOfTextAreText) {
  const Node root = yaml("a: |\n  5\n  a\ttab\nb: 'it''s'\nc: \"x\\\"y\"\n");
  EXPECT_EQ(root.find("a")->text, "5\na\ttab\n");
  EXPECT_TRUE(root.find("a")->is_quoted);
  EXPECT_EQ(root.find("b")->text, "it's");
  EXPECT_EQ(root.find("c")->text, "x\"y");
}

TEST(Yaml, ASyntaxErrorIsToldInWordsWhereAPersonWouldLook) {
  constexpr std::array<Wrong, 17> wrong{{
      {"a:\n\tb: 1\n", "f:2:1: found a tab,"},
      {"a:\n  b: 1\n c: 2\n", "f:3:2: found a line that does not fit the keys above it,"},
      {"a: b: c\n", "f:1:5: found a ':' where no key can stand,"},
      {"a: 1\nb:2\nc: 3\n", "f:2:2: found a ':' without a space after it,"},
      {"a: [1, 2\nb: 3\n", "f:1:4: found a bracket that is not closed up to line 2,"},
      {"a:\n  - {b: 1\n", "f:2:5: found a bracket that is never closed,"},
      {"[[1, 2]\n", "f:1:1: found a bracket that is never closed,"},
      {"a: [1, 2}\n", "f:1:9: found a closing bracket that does not fit,"},
      {"a: \"no end\nb: 2\n", "f:1:4: found a quote that is never closed,"},
      {"a: \"abc\nb: \"mm\"\n", "f:1:4: found a quote that is closed only in line 2,"},
      {"a: 'it's'\n", "f:1:8: found text after a closing quote,"},
      {"a: @home\n", "f:1:4: found a character that cannot begin a value,"},
      {"a: \"\\q\"\n", "f:1:7: found an escape that does not exist,"},
      {"a: - b\n", "f:1:4: found a '-' where no list can stand,"},
      {"a: 1\n---\nb: 2\n", "f:2:1: found text after the end of the document,"},
      {"? [a, b]\n: 1\n", "f:1:3: found a list or a map as a key,"},
      {"a: *b\n", "f:1:4: found an alias ('*'),"},
  }};
  for (const Wrong& w : wrong) {
    const std::string said = told(w.text);
    EXPECT_TRUE(said.starts_with(w.told)) << w.text << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }
}

TEST(Yaml, BytesThatAreNoTextAreRefusedWhereTheyStand) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(
      told("a: ä\nb: \xFF\n").starts_with("f:2:4: found the byte 0xFF, which is not UTF-8"));
  EXPECT_TRUE(told("a: \xC0\x80\n").starts_with("f:1:4: found the byte 0xC0"));      // overlong
  EXPECT_TRUE(told("a: \xED\xA0\x80\n").starts_with("f:1:4: found the byte 0xED"));  // surrogate
  EXPECT_TRUE(told("a: \xF4\x90\x80\x80\n").starts_with("f:1:4: found the byte 0xF4"));
  EXPECT_TRUE(told("a: b\0c\n"sv).starts_with("f:1:5: found the control character 0x00"));
  EXPECT_TRUE(told("a: \xE2\x82").starts_with("f:1:4: found the byte 0xE2"));  // cut off
}

TEST(Yaml, AnchorsTypeMarksAndAliasesAreProblemsAndTheRestIsRead) {
  Problems problems;
  const Node root = read_yaml("a: &x 5\nb: *x\nc: !!str 7\nd: 8\n", NodeLimits{}, problems);
  ASSERT_EQ(problems.count(), 3U);
  EXPECT_EQ(problems.list()[0].found, "the anchor '&x'");
  EXPECT_EQ(problems.list()[1].at, (Position{2, 4}));
  EXPECT_EQ(root.find("b")->kind, Node::Kind::refused);
  EXPECT_EQ(root.find("d")->text, "8");
}

TEST(Yaml, AKeyTwiceIsToldAndTheFirstIsKept) {
  Problems problems;
  const Node root = read_yaml("m:\n  - name: x\n    c: 1\n    c: 2\n", NodeLimits{}, problems);
  ASSERT_EQ(problems.count(), 1U);
  EXPECT_EQ(
      to_text(problems.list()[0], "f"),
      "f:4:5: m/x: found the key 'c' a second time, expected each key once (it stands in line "
      "3 already)");
  EXPECT_EQ(root.find("m")->items[0].find("c")->text, "1");
}

TEST(Yaml, LimitsHoldBeforeTheDocumentIsBuilt) {
  NodeLimits limits;
  limits.bytes_max = 10;
  EXPECT_TRUE(told("a: 123456789\n", limits).starts_with("f:1:1: found 13 bytes"));
  limits = {};
  limits.nodes_max = 5;
  EXPECT_EQ(told("[1, 2, 3, 4]", limits), "");
  EXPECT_TRUE(told("[1, 2, 3, 4, 5]", limits).starts_with("f:1:14: found more than 5 values"));
  limits = {};
  limits.depth_max = 3;
  EXPECT_EQ(told("[[[1]]]", limits), "");
  EXPECT_TRUE(told("[[[[1]]]]", limits).starts_with("f:1:4: 1/1: found more than 3 levels"));
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  EXPECT_NE(told(deep).find("found more than 32 levels"), std::string::npos);
  for (const char c : {'[', '{'})
    EXPECT_NE(told(std::string(5'000, c)).find("a bracket that is never closed"),
              std::string::npos);
}

TEST(Yaml, OneLongLineCostsNoMoreThanManyShortOnes) {
  std::string text = "[ä";
  for (int i = 0; i < 20'000; ++i)
    text += ", ä";
  Problems problems;
  const Node root = read_yaml(text + "]", NodeLimits{}, problems);
  EXPECT_EQ(root.items.size(), 20'001U);
  EXPECT_EQ(root.items.back().at, (Position{1, 60'002}));
}

TEST(Problems, OnesBeyondTheLimitAreCounted) {
  Problems problems;
  for (std::size_t i = 0; i < Problems::problems_max + 5; ++i)
    problems.add({});
  EXPECT_EQ(problems.list().size(), Problems::problems_max);
  EXPECT_EQ(problems.count(), Problems::problems_max + 5);
}

TEST(Problems, WhatWasFoundIsShortAndOnOneLine) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = "a\nb";
  EXPECT_EQ(found_in(node), "'a b'");
  node.text = std::string(59, 'x') + "ää";
  EXPECT_EQ(found_in(node), "'" + std::string(59, 'x') + "…'");
}

TEST(Json, EveryValueKnowsItsLineAndColumn) {
  const auto root = read_json("{\"ä\": \"ü\",\n \"n\": [1.50, -3, true, null, {}]}", NodeLimits{});
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("ä")->at, (Position{1, 7}));
  EXPECT_TRUE(root->find("ä")->is_quoted);
  const Node& list = *root->find("n");
  EXPECT_EQ(list.at, (Position{2, 7}));
  EXPECT_EQ(list.items[0].text, "1.50");
  EXPECT_EQ(list.items[1].at, (Position{2, 14}));
  EXPECT_EQ(list.items[2].text, "true");
  EXPECT_EQ(list.items[3].kind, Node::Kind::null);
  EXPECT_EQ(list.items[3].text, "null");
  EXPECT_EQ(list.items[4].at, (Position{2, 30}));
}

TEST(Json, AnErrorSaysLineAndColumn) {
  EXPECT_EQ(json_told("{\"a\": 1,\n \"a\": 2}"),
            "line 2, column 2: the key 'a' stands here a second time");
  EXPECT_TRUE(json_told("{\"a\": 1,\n \"b\": }").starts_with("line 2, column 7: unexpected '}'"));
  EXPECT_EQ(json_told("[1e999]"), "line 1, column 6: number overflow parsing '1e999'");
  for (const char* text :
       {"", "[1,2", "\"x\" y", "{\"a\": NaN}", "{'a': 1}", "[1,]", "\"\xFF\"", "nul"})
    EXPECT_NE(json_told(text), "") << text;
}

TEST(Json, LimitsHold) {
  NodeLimits limits;
  limits.bytes_max = 4;
  EXPECT_NE(json_told("[1, 2]", limits), "");
  limits = {};
  limits.nodes_max = 3;
  EXPECT_EQ(json_told("[1, 2]", limits), "");
  EXPECT_NE(json_told("[1, 2, 3]", limits), "");
  EXPECT_NE(json_told(std::string(100'000, '[')), "");
}

}  // namespace
}  // namespace millwright
