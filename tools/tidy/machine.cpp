#include <array>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

// Written in two halves, so that this file does not find itself.
constexpr std::array<std::string_view, 5> own_paths = {
    "/wo"
    "rk/",
    "/ho"
    "me/",
    "/ro"
    "ot/",
    "/Us"
    "ers/",
    "C:\\"
    "Users"};

// A path begins after a space, a quote or the like: a URL's "…/home/" does not.
bool begins_path(std::string_view line, std::size_t at) {
  return at == 0 || std::string_view(" \t\"'`=(:<>").find(line[at - 1]) != std::string_view::npos;
}

}  // namespace

Findings check_machine(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string_view line = file.lines[i];
      for (const std::string_view own : own_paths) {
        const std::size_t at = line.find(own);
        if (at == std::string_view::npos || !begins_path(line, at)) continue;
        found.push_back(
            {"machine", path, i + 1,
             "'" + std::string(own) +
                 "…' is a path of one machine: take it from an argument, or make it relative"});
      }
    }
  }
  return found;
}

}  // namespace millwright::tidy
