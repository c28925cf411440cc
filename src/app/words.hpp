#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/server.hpp"

namespace millwright::app {

// Reads the words of a verb. The exit code when the verb is not to run: 0 after --help, 2 for wrong
// use.
std::optional<int> read_words(CLI::App& verb, const std::vector<std::string>& words);

// Options that every verb with a server has.
struct ServeWords {
  std::string data = "data", listen = "127.0.0.1:8080";
  bool trust_loopback = false;
  std::vector<std::string> host_names;
};
void add_serve_words(CLI::App& verb, ServeWords& words);
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
