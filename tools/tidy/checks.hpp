#pragma once

#include <array>
#include <string_view>

#include "tree.hpp"

namespace millwright::tidy {

// Every check is a pure function of what is on disk.

// The tree of includes (base <- math, net, model <- flow <- branches <- app), heavy headers, and
// the layers of the screens.
Findings check_includes(const Tree& tree);

// Names of the standard library whose header only another header brings, today and here.
Findings check_headers(const Tree& tree);

// Lines of a file, of a module's header, of a component.
Findings check_sizes(const Tree& tree);

// Notes to oneself, code in comments, banners, licence headers, sleeping tests, throwing code.
Findings check_leftovers(const Tree& tree);

// Names that say nothing, for types, files and folders.
Findings check_names(const Tree& tree);

// Files that nothing builds, includes, imports or runs, and modules without their README or test.
Findings check_dead(const Tree& tree);

// Relative links and anchors in *.md.
Findings check_links(const Tree& tree);

// The tree of folders in docs/ARCHITECTURE.md against the disk.
Findings check_architecture(const Tree& tree);

// Paths of one person's machine.
Findings check_machine(const Tree& tree);

struct Check {
  std::string_view name;
  Findings (*run)(const Tree&);
};

constexpr std::array<Check, 9> checks = {{{"includes", check_includes},
                                          {"headers", check_headers},
                                          {"sizes", check_sizes},
                                          {"leftovers", check_leftovers},
                                          {"names", check_names},
                                          {"dead", check_dead},
                                          {"links", check_links},
                                          {"architecture", check_architecture},
                                          {"machine", check_machine}}};

}  // namespace millwright::tidy
