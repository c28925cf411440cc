// What the server and the page say to each other, as TypeScript.
//
//   wire_types              prints it
//   wire_types write FILE   writes it to FILE, when FILE holds anything else

#include <iostream>

#include "wire_types.hpp"

int main(int argc, char** argv) {
  const bool writes = argc == 3 && std::string_view(argv[1]) == "write";
  if (argc != 1 && !writes) {
    std::cerr << "use: wire_types | wire_types write FILE\n";
    return 2;
  }
  const millwright::Result<std::string> text = millwright::wire_types();
  if (!text) {
    std::cerr << "wire_types: " << text.error().what << '\n';
    return 1;
  }
  if (!writes) {
    std::cout << *text;
    return 0;
  }
  const millwright::Outcome written = millwright::write_when_different(argv[2], *text);
  if (!written) std::cerr << "wire_types: " << written.error().what << '\n';
  return written ? 0 : 1;
}
