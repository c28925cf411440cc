#include "model/described_load.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.hpp"

namespace millwright::detail {
namespace {

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

bool is_plain(const Node& node) {
  return node.kind == Node::Kind::scalar && !node.is_quoted;
}

void expect_near(const Node& node, const std::string& where, std::string_view expected,
                 std::string nearest_word, Problems& problems) {
  if (node.kind == Node::Kind::refused) return;
  std::string found = found_in(node);
  if (node.kind == Node::Kind::scalar && node.is_quoted) found += " in quotes, which is text";
  problems.add({node.at, where, std::move(found), std::string(expected), std::move(nearest_word)});
}

template <class T>
bool reads_whole(std::string_view text, T& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && !text.empty();
}

// The number that was meant by "1,5" or "1 500".
std::string meant_number(std::string_view text) {
  std::string without(text);
  std::erase_if(without, [](char c) { return c == ' ' || c == '_' || c == '\''; });
  std::replace(without.begin(), without.end(), ',', '.');
  double number = 0;
  return reads_whole(without, number) && std::isfinite(number) ? without : "";
}

constexpr std::array<std::string_view, 5> true_words{"yes", "on", "y", "1", "true"};
constexpr std::array<std::string_view, 5> false_words{"no", "off", "n", "0", "false"};

std::string meant_truth(std::string_view text) {
  const auto is_meant = [&](std::string_view word) { return same_letters(word, text); };
  if (std::any_of(true_words.begin(), true_words.end(), is_meant)) return "true";
  if (std::any_of(false_words.begin(), false_words.end(), is_meant)) return "false";
  constexpr std::array<std::string_view, 2> words{"true", "false"};
  return std::string(nearest(lower(text), words).value_or(""));
}

}  // namespace

void expect(const Node& node, const std::string& where, std::string_view expected,
            Problems& problems) {
  expect_near(node, where, expected, "", problems);
}

void unknown_word(const Node& node, const std::string& where,
                  std::span<const std::string_view> known, Problems& problems) {
  if (problems.is_full()) return expect(node, where, "another word", problems);
  std::string near_word;
  if (node.kind == Node::Kind::scalar) near_word = nearest(node.text, known).value_or("");
  expect_near(node, where, "one of " + listed(known), std::move(near_word), problems);
}

void unknown_key(const Node::Entry& entry, const std::string& where,
                 std::span<const std::string_view> known, Problems& problems) {
  if (entry.key.empty()) return;  // the reader has said it
  Node key;
  key.kind = Node::Kind::scalar;
  key.text = entry.key;
  Problem problem{entry.at, where, "the unknown key " + found_in(key), "", ""};
  if (entry.key.find(':') != std::string::npos) {
    problem.expected = "a space after the ':'";
  } else if (!problems.is_full()) {  // of what is only counted the words are not made
    problem.expected = "one of " + listed(known);
    problem.nearest = nearest(entry.key, known).value_or("");
  }
  problems.add(std::move(problem));
}

void missing_key(const Node& node, const std::string& where, std::string_view key,
                 std::string_view help, Problems& problems) {
  if (help.ends_with('.')) help.remove_suffix(1);
  std::string expected = "'" + std::string(key) + "'";
  if (!help.empty()) expected += ": " + std::string(help);
  problems.add({node.at, where, "no '" + std::string(key) + "'", std::move(expected), ""});
}

bool load_bool(const Node& node, const std::string& where, bool& value, Problems& problems) {
  if (is_plain(node) && (node.text == "true" || node.text == "false")) {
    value = node.text == "true";
    return true;
  }
  expect_near(node, where, "true or false",
              node.kind == Node::Kind::scalar ? meant_truth(node.text) : "", problems);
  return false;
}

bool load_integer(const Node& node, const std::string& where, std::int64_t& value,
                  Problems& problems) {
  if (is_plain(node) && reads_whole(node.text, value)) return true;
  std::string meant = node.kind == Node::Kind::scalar ? meant_number(node.text) : "";
  std::int64_t whole = 0;
  if (!reads_whole(meant, whole)) meant.clear();
  expect_near(node, where, "a whole number", std::move(meant), problems);
  return false;
}

bool load_number(const Node& node, const std::string& where, double& value, Problems& problems) {
  double number = 0;
  if (is_plain(node) && reads_whole(node.text, number) && std::isfinite(number)) {
    value = number;
    return true;
  }
  expect_near(node, where, "a number",
              node.kind == Node::Kind::scalar ? meant_number(node.text) : "", problems);
  return false;
}

bool load_text(const Node& node, const std::string& where, std::string& value, Problems& problems) {
  if (node.kind == Node::Kind::scalar) {  // 40001 is an address, too: as it is written
    value = node.text;
    return true;
  }
  expect(node, where, "text", problems);
  return false;
}

bool load_duration(const Node& node, const std::string& where, Duration& value,
                   Problems& problems) {
  if (node.kind == Node::Kind::scalar) {
    if (const auto duration = to_duration(node.text)) {
      value = *duration;
      return true;
    }
  }
  double number = 0;
  const bool is_bare = is_plain(node) && reads_whole(node.text, number);
  const std::string count = is_bare ? node.text : "250";
  expect(node, where,
         "a duration with its unit (ns, us, ms, s, min, h, d), such as " + count + " ms or " +
             count + " s",
         problems);
  return false;
}

bool load_instant(const Node& node, const std::string& where, Instant& value, Problems& problems) {
  if (node.kind == Node::Kind::scalar) {
    if (const auto at = to_instant(node.text)) {
      value = *at;
      return true;
    }
  }
  expect(node, where, "a time such as 2026-11-22T08:57:11Z (years 1700 to 2200)", problems);
  return false;
}

}  // namespace millwright::detail
