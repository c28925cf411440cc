#include "wire_types.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "keep/history/answers.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_typescript.hpp"
#include "serve/access/answers.hpp"
#include "serve/plant/answers.hpp"
#include "watch/count/count.hpp"
#include "watch/data/health.hpp"
#include "watch/oee/answers.hpp"
#include "watch/order/answers.hpp"
#include "watch/order/board.hpp"
#include "watch/state/answers.hpp"
#include "watch/state/state.hpp"
#include "watch/stop/answers.hpp"
#include "watch/stop/stop.hpp"

namespace millwright {
namespace {

constexpr std::string_view head =
    "// Made by tools/wire_types from the descriptions of the server's structs: change those.\n\n"
    "/** RFC 3339, UTC. */\n"
    "export type InstantText = string & { readonly of: 'instant' };\n\n";

// The words of a state for pages that list them, in the order of the server.
void add_list(std::string& out, std::string_view name, std::span<const std::string_view> words) {
  out.append("export const ").append(name).append(" = [");
  for (const std::string_view word : words)
    out.append(word == words.front() ? "'" : ", '").append(word).append("'");
  out += "] as const;\n\n";
}

// The views of the live socket and their rows; web/e2e/tests/wire.mjs tells when one is missing.
class ViewList {
 public:
  explicit ViewList(TypeScriptWriter& writer) : writer_(writer) {}

  template <Described Row>
  void add(std::string_view view) {
    writer_.add<Row>();
    list_.append("  readonly ").append(view).append(": ");
    list_.append(typescript_name_of<Row>()).append(";\n");
  }
  std::string text() const {
    return "/** Rows of each view of the live socket. */\nexport interface Views {\n" + list_ +
           "}\n";
  }

 private:
  TypeScriptWriter& writer_;
  std::string list_;
};

void add_answers(TypeScriptWriter& writer) {
  writer.add<serve::Health>();
  writer.add<serve::Who>();
  writer.add<serve::PlantAnswer>();
  writer.add<serve::FoundTags>();
  writer.add<watch::state::States>();
  writer.add<watch::oee::SpanRows>();
  writer.add<watch::oee::LossRow>();
  writer.add<watch::oee::Cycles>();
  writer.add<watch::order::OrderRows>();
  writer.add<watch::order::ShownRun>();
  writer.add<watch::order::Imported>();
  writer.add<watch::stop::Work>();
  writer.add<keep::StoreAnswer>();
}

void add_forms(TypeScriptWriter& writer) {
  constexpr auto page = TypeScriptWriter::From::page;
  writer.add<serve::SignIn>(page);
  writer.add<watch::count::CountForm>(page);
  writer.add<watch::order::OrderForm>(page);
  writer.add<watch::order::MoveForm>(page);
  writer.add<watch::stop::ExplainForm>(page);
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Result<std::string> wire_types() {
  std::string out(head);
  add_list(out, "machine_states", words_of(MachineState{}));
  add_list(out, "order_states", words_of(OrderState{}));
  TypeScriptWriter writer(out);
  ViewList views(writer);
  views.add<watch::state::MachineRow>("machines");
  views.add<watch::count::CountRow>("counts");
  views.add<watch::data::SourceRow>("sources");
  views.add<keep::TagRow>("tags");
  views.add<watch::order::OrderRow>("orders");
  views.add<watch::order::RunRow>("runs");
  views.add<watch::stop::StopRow>("stops");
  views.add<watch::oee::OeeRow>("oee");
  add_answers(writer);
  add_forms(writer);
  if (!writer.clashes().empty())
    return fail(Code::invalid, "two structs go by the name " + writer.clashes().front() +
                                   ": give one of them another in its describe()");
  return out + views.text();
}

Outcome write_when_different(const std::string& path, std::string_view text) {
  if (text_of(path) == text) return Done{};
  std::error_code trouble;
  const std::filesystem::path whole(path);
  if (whole.has_parent_path()) std::filesystem::create_directories(whole.parent_path(), trouble);
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (out) std::filesystem::rename(part, path, trouble);
  if (!out || trouble)
    return fail(Code::offline, path + ": cannot be written: is its folder yours, is there room?");
  return Done{};
}

}  // namespace millwright
