#include "keep/ledger/records_json.hpp"

#include "math/merkle/merkle.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

void write_said(JsonWriter& out, const What& what) {
  std::visit(
      [&](const auto& family) {
        if constexpr (std::is_same_v<std::decay_t<decltype(family)>, Readings>) {
          out.null();
        } else {
          std::visit([&](const auto& said) { write_json(out, said); }, family);
        }
      },
      what);
}

}  // namespace

std::string records_json(const People& people, std::uint64_t from,
                         const std::vector<Record>& records, std::uint64_t size) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("size", size).key("records").begin_list();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    out.begin_object().member("record", from + i).member("id", record.id.value);
    out.member("cause", record.cause.value);
    out.member("happened", std::string_view(to_text(record.happened)));
    out.member("learned", std::string_view(to_text(record.learned)));
    out.member("kind", std::string_view(record.kind));
    out.member("leaf_hash", std::string_view(math::to_base64(math::leaf_hash(record.leaf))));
    out.key("said");
    Reader in(record.content);
    auto what = read_what(in);
    if (what) {
      each_person(*what, [&](std::string& name) { name = people.name_of(name).value_or(name); });
      write_said(out, *what);
    } else {
      out.null();
    }
    out.end_object();
  }
  out.end_list().end_object();
  return text;
}

}  // namespace millwright::keep
