#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/server.hpp"

namespace millwright::app {

// What a verb takes, and the help that follows from it: CLI11 behind a plain face, since its header
// takes a compiler seconds. A name without dashes is a place ("PLANT"), one with them an option.
// What is given by reference outlives read().
class Words {
 public:
  enum class Need : std::uint8_t { optional, required };
  struct Range {
    double least, greatest;
  };

  Words(const std::string& name, const std::string& help);
  ~Words();

  void text(const char* name, std::string& value, const char* help, Need need = Need::optional);
  void texts(const char* name, std::vector<std::string>& values, const char* help);
  void path(const char* name, std::filesystem::path& value, const char* help,
            Need need = Need::optional);
  void number(const char* name, double& value, Range range, const char* help);
  void whole(const char* name, std::uint64_t& value, const char* help);
  void port(const char* name, std::uint16_t& value, const char* help);
  void flag(const char* name, bool& value, const char* help);
  void choice(const char* name, std::string& value, const std::vector<std::string>& of,
              const char* help);

  // The exit code when the verb is not to run: 0 after --help, 2 for wrong use.
  std::optional<int> read(const std::vector<std::string>& words);
  // Whether an option was given. After read().
  bool has(const char* name) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// Options that every verb with a server has.
struct ServeWords {
  std::string data = "data", listen = "127.0.0.1:8080";
  bool trust_loopback = false;
  std::vector<std::string> host_names;
};
void add_serve_words(Words& verb, ServeWords& words);
// Errors: invalid, with the option.
Outcome take_serve_words(const ServeWords& words, ServerSettings& settings);

// Where the installed service keeps its data.
inline constexpr const char* installed_data = "/var/lib/millwright";

// The data folder of a server that runs here, for verbs that speak to it: as given, else `data`,
// else that of the demo, else that of the installed service.
std::filesystem::path data_of_server(const std::string& given);

// Prints an error and gives exit code 1.
int say_failed(const Error& error);

// Opens the server, prints the line with its address and the sign-in link, and waits for SIGINT or
// SIGTERM.
int run_server(const ServerSettings& settings);

}  // namespace millwright::app
