#include <malloc.h>

#include <cstdio>

#include "app/rooms.hpp"
#include "app/verbs.hpp"
#include "base/text.hpp"

namespace millwright::app {

std::vector<flow::Verb> own_verbs() {
  return {{"demo", "a virtual plant and its server in one", verb_demo},
          {"serve", "the server of a plant file", verb_serve},
          {"replay", "recorded days of machines, as if they were heard now", verb_replay},
          {"plant", "the virtual plant alone", verb_plant},
          {"check", "every mistake of a plant file, with its place", verb_check},
          {"backup", "everything of a plant in one file, while the server runs", verb_backup},
          {"restore", "a backup, checked and written into an empty folder", verb_restore},
          {"verify", "whether what was kept is as it was kept, and signed", verb_verify},
          {"doctor", "what would make the plant fail here, and what to do", verb_doctor},
          {"version", "this program and what it is built on", verb_version},
          {"link", "a one-time link to sign in", verb_link},
          {"token", "a token for a program", verb_token}};
}

namespace {

std::vector<flow::Verb> all_verbs() {
  std::vector<flow::Verb> verbs = own_verbs();
  for (flow::Room& room : own_rooms()) {
    for (flow::Verb& verb : room.verbs)
      verbs.push_back(std::move(verb));
  }
  return verbs;
}

void print_help(const std::vector<flow::Verb>& verbs) {
  std::printf("millwright: a smart factory in one program\n\nmillwright VERB [options]\n\n");
  for (const flow::Verb& verb : verbs)
    std::printf("  %-8s %s\n", verb.name.c_str(), verb.help.c_str());
  std::printf("\nmillwright VERB --help tells the options of a verb.\n");
}

int wrong_verb(const std::string& word, const std::vector<flow::Verb>& verbs) {
  std::vector<std::string_view> known;
  known.reserve(verbs.size());
  for (const flow::Verb& verb : verbs)
    known.push_back(verb.name);
  const auto near = nearest(word, known);
  std::fprintf(stderr, "millwright: there is no verb '%s'%s; millwright --help lists them\n",
               word.c_str(), near ? (": did you mean '" + std::string(*near) + "'?").c_str() : "");
  return 2;
}

int run(const std::vector<std::string>& words) {
  const std::vector<flow::Verb> verbs = all_verbs();
  const bool wants_help = words.empty() || words.front() == "--help" || words.front() == "-h";
  if (wants_help) {
    print_help(verbs);
    return words.empty() ? 2 : 0;
  }
  if (words.front() == "--version") {
    std::printf("millwright %s\n", MILLWRIGHT_VERSION);
    return 0;
  }
  for (const flow::Verb& verb : verbs) {
    if (verb.name == words.front()) return verb.run({words.begin() + 1, words.end()});
  }
  return wrong_verb(words.front(), verbs);
}

}  // namespace
}  // namespace millwright::app

int main(int count, char** words) {
  // What one thread took and another gave back lies idle in the first one's arena: with two of them
  // a server under load holds 30 MB less, and is no slower.
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): there is one thread yet
  return millwright::app::run(std::vector<std::string>(words + 1, words + count));
}
