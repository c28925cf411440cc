#include "keep/ledger/record.hpp"

#include <algorithm>
#include <variant>

#include "math/merkle/merkle.hpp"
#include "model/described_bytes.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint8_t version = 1;
enum class Form : std::uint8_t { whole, digest };
constexpr std::size_t kind_bytes_max = 100;
// One idea has one word (docs/words.md): a field of this name names a person, and no other does.
constexpr std::string_view person_field = "who";

// Calls visit(described struct) for what a fact says; never for readings.
template <class W, class Visit>
void visit_said(W& what, const Visit& visit) {
  std::visit(
      [&](auto& family) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(family)>, Readings>)
          std::visit([&](auto& said) { visit(said); }, family);
      },
      what);
}

void write_head(Writer& out, const Record& record) {
  out.fixed(version);
  write_bytes(out, record.id);
  write_bytes(out, record.cause);
  write_bytes(out, record.happened);
  write_bytes(out, record.learned);
  out.text(record.kind);
}

Outcome check_attached(Reader& in, ByteView attached) {
  const auto size = TRY(in.fixed<std::uint64_t>());
  const ByteView digest = TRY(in.raw(sizeof(math::Hash)));
  const math::Hash found = math::sha256(attached);
  if (!in.is_at_end() || size != attached.size() ||
      !std::equal(found.begin(), found.end(), digest.begin()))
    return fail(Code::corrupt, "what is attached to a record is not what the record says");
  return Done{};
}

Result<Record> read_head(Reader& in) {
  if (TRY(in.fixed<std::uint8_t>()) != version)
    return fail(Code::corrupt,
                "a record of the ledger is of a form that this version does not know");
  Record record;
  TRY(read_bytes(in, record.id));
  TRY(read_bytes(in, record.cause));
  TRY(read_bytes(in, record.happened));
  TRY(read_bytes(in, record.learned));
  record.kind = TRY(in.text());
  if (record.kind.empty() || record.kind.size() > kind_bytes_max)
    return fail(Code::corrupt, "a record of the ledger has no kind");
  return record;
}

}  // namespace

bool is_event(const What& what) {
  return !std::holds_alternative<Readings>(what) && get<fact::Woke>(what) == nullptr &&
         get<fact::JobAnswered>(what) == nullptr && get<fact::SourceProgressed>(what) == nullptr;
}

std::string_view kind_of(const What& what) {
  std::string_view kind;
  visit_said(what, [&](const auto& said) { kind = std::decay_t<decltype(said)>::describe().name; });
  return kind;
}

void each_person(What& what, const std::function<void(std::string&)>& each) {
  visit_said(what, [&](auto& said) {
    each_field<std::decay_t<decltype(said)>>([&](const auto& f) {
      if constexpr (std::is_same_v<std::decay_t<decltype(said.*f.member)>, std::string>) {
        if (f.name == person_field) each(said.*f.member);
      }
    });
  });
}

Record make_record(const Fact& fact, const Refer& refer) {
  Record record{
      fact.id, fact.cause, fact.happened, fact.learned, std::string(kind_of(fact.what)), {},
      {},      {}};
  What what = fact.what;
  each_person(what, [&](std::string& name) {
    if (!name.empty()) name = refer(name);
  });
  Writer content(record.content);
  write_what(content, what);
  Writer leaf(record.leaf);
  write_head(leaf, record);
  const bool is_whole = record.content.size() <= leaf_content_max;
  leaf.fixed(is_whole ? Form::whole : Form::digest);
  if (is_whole) {
    leaf.raw(record.content);
    return record;
  }
  leaf.fixed(std::uint64_t{record.content.size()});
  leaf.raw(math::sha256(record.content));
  record.attached = record.content;
  return record;
}

Result<Record> read_record_head(ByteView leaf) {
  Reader in(leaf);
  return read_head(in);
}

Result<Record> read_record(ByteView leaf, ByteView attached) {
  Reader in(leaf);
  Record record = TRY(read_head(in));
  record.leaf.assign(leaf.begin(), leaf.end());
  record.attached.assign(attached.begin(), attached.end());
  const auto form = TRY(in.fixed<std::uint8_t>());
  if (form == static_cast<std::uint8_t>(Form::digest)) {
    TRY(check_attached(in, attached));
    record.content = record.attached;
    return record;
  }
  if (form != static_cast<std::uint8_t>(Form::whole) || !attached.empty())
    return fail(Code::corrupt, "a record of the ledger is neither whole nor a digest");
  const ByteView content = TRY(in.raw(in.left()));
  if (content.size() > leaf_content_max)
    return fail(Code::corrupt, "a record of the ledger is longer than it may be");
  record.content.assign(content.begin(), content.end());
  return record;
}

}  // namespace millwright::keep
