#include <cstdio>
#include <string_view>

#include "checks.hpp"

// tidy ROOT [CHECK]: prints what is not as docs and style ask, one finding a line. Ends with 1 when
// there is one.
int main(int argc, char** argv) {
  using namespace millwright::tidy;
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "use: tidy ROOT [CHECK]\n");
    return 2;
  }
  const std::string_view wanted = argc == 3 ? argv[2] : "";
  const Tree tree = read_tree(argv[1]);
  bool is_known = false;
  std::size_t count = 0;
  for (const Check& check : checks) {
    if (!wanted.empty() && wanted != check.name) continue;
    is_known = true;
    for (const Finding& finding : check.run(tree)) {
      std::printf("%s:%zu: %s\n", finding.file.c_str(), finding.line, finding.what.c_str());
      ++count;
    }
  }
  if (!is_known) {
    std::fprintf(stderr, "there is no check '%s'. The checks are:", argv[2]);
    for (const Check& check : checks)
      std::fprintf(stderr, " %s", check.name.data());
    std::fprintf(stderr, "\n");
    return 2;
  }
  return count == 0 ? 0 : 1;
}
