#include <cstdio>

#include "app/data_folder.hpp"
#include "app/plant_import.hpp"
#include "app/rooms.hpp"
#include "app/verbs.hpp"
#include "app/words.hpp"
#include "base/text.hpp"

namespace millwright::app {

int verb_serve(const std::vector<std::string>& words) {
  Words verb("millwright serve",
             "Connects the sources of a plant file, keeps what they say and shows it.");
  ServeWords serve;
  ServerSettings settings;
  add_serve_words(verb, serve);
  verb.path("PLANT", settings.plant_file, "the plant file", Words::Need::required);
  verb.text("--clock-from", settings.clock_endpoint,
            "opc.tcp:// address of a virtual plant whose clock is the time (see millwright "
            "plant --clock)");
  if (const auto code = verb.read(words)) return *code;
  const Outcome taken = take_serve_words(serve, settings);
  if (!taken) return say_failed(taken.error());
  return run_server(settings);
}

int verb_link(const std::vector<std::string>& words) {
  Words verb("millwright link", "Prints a link that signs in once, within 30 minutes.");
  ServeWords serve;
  serve.data.clear();  // found by itself when not given
  add_serve_words(verb, serve);
  if (const auto code = verb.read(words)) return *code;
  const std::filesystem::path data = data_of_server(serve.data);
  if (const auto about = read_data_folder(data); about && *about && !verb.has("--listen"))
    serve.listen = (*about)->listen;
  const auto store = serve::AccessStore::open(data / "access", serve::Loopback::asked);
  if (!store) return say_failed(store.error());
  const auto code = (*store)->make_code();
  if (!code) return say_failed(code.error());
  std::printf("http://%s/sign-in#%s\n", serve.listen.c_str(), code->c_str());
  return 0;
}

int verb_token(const std::vector<std::string>& words) {
  Words verb("millwright token",
             "Makes a token for a program, which sends it as 'Authorization: Bearer TOKEN'.");
  ServeWords serve;
  std::string name;
  std::string role = "writer";
  serve.data.clear();  // found by itself when not given
  add_serve_words(verb, serve);
  verb.text("NAME", name, "name of the program", Words::Need::required);
  verb.choice("--role", role, {"viewer", "writer", "admin"}, "viewer, writer or admin");
  if (const auto code = verb.read(words)) return *code;
  const auto store =
      serve::AccessStore::open(data_of_server(serve.data) / "access", serve::Loopback::asked);
  if (!store) return say_failed(store.error());
  flow::Role kind = flow::Role::writer;
  if (role == "viewer") kind = flow::Role::viewer;
  if (role == "admin") kind = flow::Role::admin;
  const auto token = (*store)->make_token(name, kind);
  if (!token) return say_failed(token.error());
  std::printf("%s\n", token->c_str());
  return 0;
}

}  // namespace millwright::app
