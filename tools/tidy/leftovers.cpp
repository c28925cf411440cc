#include <algorithm>
#include <array>
#include <cctype>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::size_t banner_length = 10;
constexpr std::size_t head_lines = 8;

struct Word {
  std::string_view word;
  std::string_view instead;
};
// Written in two halves, so that this file does not find itself.
constexpr std::array<Word, 5> notes = {{
    {"TO"
     "DO",
     "do it now, or open an issue and write nothing here"},
    {"FIX"
     "ME",
     "repair it now, or open an issue and write nothing here"},
    {"XX"
     "X",
     "say what is the matter in a sentence, or open an issue"},
    {"HA"
     "CK",
     "say in a sentence why it has to be so"},
    {"DO NOT "
     "SUBMIT",
     "take it out"},
}};

constexpr std::array<Word, 6> sleeps = {{
    {"sleep_for", ""},
    {"sleep_until", ""},
    {"usleep", ""},
    {"nanosleep", ""},
    {"waitForTimeout", ""},
    {"sleep", ""},
}};

constexpr std::array<std::string_view, 4> licences = {
    "Copy"
    "right",
    "SPDX-"
    "License",
    "Licensed "
    "under",
    "All rights "
    "reserved"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  return text;
}

// What a line comment says; "" when the line is more or less than a comment.
std::string_view comment_of(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("//")
             ? trimmed(line.substr(line.find_first_not_of('/') == std::string_view::npos
                                       ? line.size()
                                       : line.find_first_not_of('/')))
             : std::string_view();
}

// A sentence ends in '.', ':' or a word; a statement in ';' or a brace.
bool is_code(std::string_view comment) {
  if (comment.starts_with("#if") || comment.starts_with("#include ")) return true;
  if (comment.ends_with("{") || comment == "}" || comment == "};") return true;
  return comment.ends_with(";") &&
         (comment.find_first_of("(=") != std::string_view::npos || comment.starts_with("return"));
}

bool is_banner(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("//") && !line.starts_with("/*")) return false;
  std::size_t same = 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    same = line[i] == line[i - 1] && std::ispunct(static_cast<unsigned char>(line[i])) != 0
               ? same + 1
               : 1;
    if (same >= banner_length) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(const File& file, Findings& found) : file_(file), found_(found) {}

  void read() {
    for (at_ = 0; at_ < file_.lines.size(); ++at_) {
      const std::string_view line = file_.lines[at_];
      for (const Word& note : notes) {
        if (has_word(line, note.word))
          say("'" + std::string(note.word) + "' stays here: " + std::string(note.instead));
      }
      if (file_.is_cpp() || file_.is_script()) read_code(line);
    }
  }

 private:
  void say(std::string what) {
    found_.push_back({"leftovers", file_.path, at_ + 1, std::move(what)});
  }

  void read_code(std::string_view line) {
    // An example in a comment stands further right than its sentences; in a block that began as
    // code it is code.
    const bool is_example = line.find("//   ") != std::string_view::npos && !was_code_;
    const std::string_view comment = comment_of(line);
    if (is_code(comment) && !is_example) {
      say("code in a comment: delete it, git remembers");
      was_code_ = true;
    } else if (comment.empty()) {
      was_code_ = false;
    }
    if (trimmed(line) == "#if 0") say("code that is switched off: delete it, git remembers");
    if (is_banner(line)) say("a banner: divide the file instead");
    if (at_ < head_lines && std::ranges::any_of(licences, [&](std::string_view w) {
          return line.find(w) != line.npos;
        })) {
      say("a licence header: the file LICENSE speaks for all of them");
    }
    const std::string code = code_of(line);
    if (file_.is_under("src") && file_.extension() == ".cpp" && has_word(code, "throw") &&
        !catches()) {
      say("nothing throws out of a file: return fail(Code::..., \"a sentence\"), or CHECK for a "
          "bug");
    }
    if (has_word(code, "co_await") || has_word(code, "co_return"))
      say("no coroutines: a plain function and a queue");
    const bool is_for_oneself =
        code.find("console.") != std::string::npos || has_word(code, "debugger");
    if (file_.is_under("web/src") && is_for_oneself)
      say("help for oneself while trying: take it out");
    if (is_test() &&
        std::ranges::any_of(sleeps, [&](const Word& w) { return has_word(code, w.word); })) {
      say("a test that sleeps: advance the manual clock, or wait for a condition with a bound");
    }
    if (is_test() && is_numbered_test(code))
      say("a test by number: name it with the sentence that is true");
  }

  // A callback may stop a library of exceptions in the file that catches them.
  bool catches() const {
    return std::ranges::any_of(file_.lines, [](const std::string& line) {
      return code_of(line).find("catch (") != std::string::npos;
    });
  }

  bool is_test() const {
    return file_.stem().ends_with("_test") || file_.stem().ends_with(".test") ||
           file_.is_under("web/e2e");
  }

  // TEST(Oee, Test7) and TEST(Oee, 7).
  static bool is_numbered_test(std::string_view code) {
    if (!code.starts_with("TEST")) return false;
    const std::size_t comma = code.find(',');
    if (comma == std::string_view::npos) return false;
    std::string_view name = trimmed(code.substr(comma + 1));
    name = name.substr(0, name.find(')'));
    if (name.starts_with("Test") || name.starts_with("test")) name.remove_prefix(4);
    while (name.starts_with('_'))
      name.remove_prefix(1);
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  }

  const File& file_;
  Findings& found_;
  std::size_t at_ = 0;
  bool was_code_ = false;
};

}  // namespace

Findings check_leftovers(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files)
    Reader(file, found).read();
  return found;
}

}  // namespace millwright::tidy
