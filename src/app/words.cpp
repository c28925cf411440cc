#include "app/words.hpp"

#include <csignal>
#include <cstdio>

#include "app/notify.hpp"
#include "base/log.hpp"

namespace millwright::app {

std::optional<int> read_words(CLI::App& verb, const std::vector<std::string>& words) {
  std::vector<std::string> backwards(words.rbegin(), words.rend());
  try {
    verb.parse(backwards);
  } catch (const CLI::ParseError& stopped) {
    const int code = verb.exit(stopped);
    return code == 0 ? 0 : 2;
  }
  return std::nullopt;
}

void add_serve_words(CLI::App& verb, ServeWords& words) {
  verb.add_option("--data", words.data, "folder that holds everything of the plant")
      ->capture_default_str();
  verb.add_option("--listen", words.listen,
                  "HOST:PORT of the pages and the API; port 0 is chosen by the system")
      ->capture_default_str();
  verb.add_option("--host-name", words.host_names,
                  "a name by which browsers may reach the server, beside localhost and addresses; "
                  "may be repeated");
  verb.add_flag(
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
