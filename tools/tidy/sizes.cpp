#include <string>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::size_t file_lines_max = 400;
constexpr std::size_t module_header_lines_max = 150;
constexpr std::size_t component_lines_max = 200;

std::string too_long(std::string_view what, std::size_t lines, std::size_t most,
                     std::string_view instead) {
  return std::string(what) + " of " + std::to_string(lines) + " lines, at most " +
         std::to_string(most) + ": " + std::string(instead);
}

// watch/oee/oee.hpp: all that others may use of a module.
bool is_module_header(const File& file) {
  const std::string_view folder = file.folder();
  return file.is_under("src") && file.extension() == ".hpp" &&
         folder.substr(folder.rfind('/') + 1) == file.stem();
}

}  // namespace

Findings check_sizes(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files) {
    const std::size_t lines = file.lines.size();
    if ((file.is_cpp() || file.is_script()) && lines > file_lines_max) {
      found.push_back(
          {"sizes", path, 0,
           too_long("a file", lines, file_lines_max,
                    "divide it by what its parts answer, each with a name of its own")});
    }
    if (is_module_header(file) && lines > module_header_lines_max) {
      found.push_back({"sizes", path, 0,
                       too_long("a module's header", lines, module_header_lines_max,
                                "show less, or make two modules of it")});
    }
    if (file.extension() == ".svelte" && lines > component_lines_max) {
      found.push_back({"sizes", path, 0,
                       too_long("a component", lines, component_lines_max,
                                "move a part of it to parts/, its state to live/")});
    }
  }
  return found;
}

}  // namespace millwright::tidy
