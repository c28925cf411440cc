#include "app/words.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/notify.hpp"
#include "base/log.hpp"

namespace millwright::app {

struct Words::Inside {
  CLI::App app;

  template <class Value>
  CLI::Option* add(const char* name, Value& value, const char* help, Need need = Need::optional) {
    CLI::Option* const option = app.add_option(name, value, help);
    if (need == Need::required) option->required();
    return option;
  }
};

Words::Words(const std::string& name, const std::string& help)
    : inside_(new Inside{CLI::App(help, name)}) {}
Words::~Words() = default;

void Words::text(const char* name, std::string& value, const char* help, Need need) {
  CLI::Option* const option = inside_->add(name, value, help, need);
  if (!value.empty()) option->capture_default_str();
}
void Words::texts(const char* name, std::vector<std::string>& values, const char* help) {
  inside_->add(name, values, help);
}
void Words::path(const char* name, std::filesystem::path& value, const char* help, Need need) {
  inside_->add(name, value, help, need);
}
void Words::number(const char* name, double& value, Range range, const char* help) {
  inside_->add(name, value, help)
      ->check(CLI::Range(range.least, range.greatest))
      ->capture_default_str();
}
void Words::whole(const char* name, std::uint64_t& value, const char* help) {
  inside_->add(name, value, help)->capture_default_str();
}
void Words::port(const char* name, std::uint16_t& value, const char* help) {
  inside_->add(name, value, help)->capture_default_str();
}
void Words::flag(const char* name, bool& value, const char* help) {
  inside_->app.add_flag(name, value, help);
}
void Words::choice(const char* name, std::string& value, const std::vector<std::string>& of,
                   const char* help) {
  inside_->add(name, value, help)->check(CLI::IsMember(of))->capture_default_str();
}

std::optional<int> Words::read(const std::vector<std::string>& words) {
  std::vector<std::string> backwards(words.rbegin(), words.rend());
  try {
    inside_->app.parse(backwards);
  } catch (const CLI::ParseError& stopped) {
    const int code = inside_->app.exit(stopped);
    return code == 0 ? 0 : 2;
  }
  return std::nullopt;
}

bool Words::has(const char* name) const {
  return inside_->app.count(name) > 0;
}

void add_serve_words(Words& verb, ServeWords& words) {
  verb.text("--data", words.data, "folder that holds everything of the plant");
  verb.text("--listen", words.listen,
            "HOST:PORT of the pages and the API; port 0 is chosen by the system");
  verb.texts("--host-name", words.host_names,
             "a name by which browsers may reach the server, beside localhost and addresses; may "
             "be repeated");
  verb.flag(
      "--trust-loopback", words.trust_loopback,
      "for tests: requests from this machine come in as admin; refused unless bound to loopback");
}

Outcome take_serve_words(const ServeWords& words, ServerSettings& settings) {
  settings.data = words.data;
  settings.host_names = words.host_names;
  settings.listen = TRY(net::to_endpoint(words.listen));
  if (words.trust_loopback) settings.loopback = serve::Loopback::trusted;
  return Done{};
}

std::filesystem::path data_of_server(const std::string& given) {
  if (!given.empty()) return given;
  for (const char* folder : {"data", "data/demo", installed_data}) {
    if (std::filesystem::exists(std::filesystem::path(folder) / "access")) return folder;
  }
  return "data";
}

int say_failed(const Error& error) {
  std::fprintf(stderr, "millwright: %s\n", error.what.c_str());
  return 1;
}

int run_server(const ServerSettings& settings) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread: all inherit it
  const auto server = Server::open(settings);
  if (!server) return say_failed(server.error());
  const auto link = (*server)->sign_in_link();
  if (!link) return say_failed(link.error());
  std::printf("millwright is at http://%s  sign in once with %s\n",
              net::to_text({settings.listen.address, (*server)->port()}).c_str(), link->c_str());
  std::fflush(stdout);
  notify_system("READY=1\nSTATUS=listening on " +
                net::to_text({settings.listen.address, (*server)->port()}));
  int signal = 0;
  sigwait(&ends, &signal);
  notify_system("STOPPING=1");
  log::info("stopping");
  return 0;
}

}  // namespace millwright::app
