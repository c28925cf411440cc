// The rows that the server says, as TypeScript.
//
//   wire_types              prints the interfaces
//   wire_types check FILE   ends with 1 and says why when the page's FILE does not understand them

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "model/described_typescript.hpp"
#include "watch/count/count.hpp"
#include "watch/data/health.hpp"
#include "watch/oee/oee.hpp"
#include "watch/state/state.hpp"
#include "wire_types.hpp"

namespace {

std::string rows() {
  std::string out;
  millwright::TypeScriptWriter writer(out);
  writer.add<millwright::watch::state::MachineRow>();
  writer.add<millwright::watch::count::CountRow>();
  writer.add<millwright::watch::data::SourceRow>();
  writer.add<millwright::watch::oee::OeeRow>();
  return out;
}

int check(const std::string& path) {
  std::ifstream in(path);
  if (!in.is_open()) {
    std::cerr << path << ": cannot be read\n";
    return 2;
  }
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto found = millwright::differences(rows(), page);
  for (const std::string& what : found)
    std::cout << path << ": " << what << '\n';
  return found.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    std::cout << rows();
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "check") return check(argv[2]);
  std::cerr << "use: wire_types | wire_types check FILE\n";
  return 2;
}
