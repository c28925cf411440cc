// GET and POST /api/v1/ledger/… (docs/formats/ledger.md). The paths `checkpoint` and `tile/…` are
// those of C2SP tlog-tiles: tools of others follow them.
#include <charconv>
#include <limits>
#include <memory>
#include <optional>

#include "flow/form.hpp"
#include "keep/ledger/answers.hpp"
#include "keep/ledger/ledger.hpp"
#include "keep/ledger/records_json.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint64_t records_unless_told = 100, records_max = 1000;
constexpr const char* text_type = "text/plain; charset=utf-8";
const std::pair<std::string, std::string> for_good{"Cache-Control",
                                                   "private, max-age=31536000, immutable"};

flow::Answer plain(std::string text) {
  flow::Answer answer;
  answer.content_type = text_type;
  answer.body = std::move(text);
  return answer;
}

Result<std::uint64_t> number(const flow::Question& question, std::string_view name,
                             std::optional<std::uint64_t> otherwise) {
  const std::string_view text = question.parameter(name);
  if (text.empty() && otherwise) return *otherwise;
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return value;
  return fail(Code::invalid,
              "'" + std::string(name) + "' is '" + std::string(text) + "': write a whole number");
}

std::vector<std::string> as_text(const std::vector<math::Hash>& hashes) {
  std::vector<std::string> texts;
  texts.reserve(hashes.size());
  for (const math::Hash& hash : hashes)
    texts.push_back(math::to_base64(hash));
  return texts;
}

Result<Store::Signed> newest(const Ledger& ledger) {
  Store::Signed signed_now = ledger.store().newest();
  if (!signed_now.note.empty()) return signed_now;
  return fail(Code::not_found,
              "nothing is signed yet: the first checkpoint comes within a minute of "
              "the first event");
}

LedgerStatus status_of(const Ledger& ledger, const std::vector<math::VerifierKey>& witnesses) {
  const Ledger::Figures figures = ledger.figures();
  const math::VerifierKey& key = ledger.store().key();
  LedgerStatus status{key.name,
                      math::to_text(key),
                      figures.records,
                      figures.signed_records,
                      figures.compared,
                      figures.different,
                      figures.waiting,
                      figures.trouble,
                      {}};
  for (const std::string& note : ledger.store().cosigned()) {
    const auto opened = math::open_checkpoint(note, key, witnesses);
    if (!opened) continue;
    for (const math::Signed& one : opened->witnesses)
      status.witnesses.push_back({witnesses[one.key].name, opened->checkpoint.tree.size,
                                  Instant(std::chrono::seconds(one.time)), note});
  }
  return status;
}

// The hashes or the records of a tile, as C2SP tlog-tiles has them.
Result<flow::Answer> tile_answer(const Ledger& ledger, std::string_view path) {
  const auto [tile, is_entries] = TRY(math::read_tile_path(path));
  flow::Answer answer;
  answer.content_type = "application/octet-stream";
  answer.headers.push_back(for_good);
  if (!is_entries) {
    for (const math::Hash& hash : TRY(ledger.store().tile(tile)))
      answer.body.append(hash.begin(), hash.end());
    return answer;
  }
  const std::uint64_t size = ledger.store().size();
  if (tile.index > size / math::tile_width || tile.index * math::tile_width + tile.width > size)
    return fail(Code::not_found, "there is no " + math::entries_path(tile) + " in a ledger of " +
                                     std::to_string(size) + " records");
  auto records = TRY(ledger.store().read_bundle(tile.index * math::tile_width));
  for (std::size_t i = 0; i < tile.width; ++i) {
    const Bytes& leaf = records[i].leaf;
    answer.body.push_back(static_cast<char>(leaf.size() >> 8U));
    answer.body.push_back(static_cast<char>(leaf.size() & 0xFFU));
    answer.body.append(leaf.begin(), leaf.end());
  }
  return answer;
}

Result<flow::Answer> proof_answer(const Ledger& ledger, const flow::Question& question) {
  const Store::Signed signed_now = TRY(newest(ledger));
  const std::uint64_t record = TRY(number(question, "record", {}));
  const Record found = TRY(ledger.store().read(record));
  if (record >= signed_now.size)
    return fail(Code::not_found, "record " + std::to_string(record) +
                                     " is not signed yet: ask again within a minute");
  const auto nodes = ledger.store().nodes(signed_now.size);
  const auto proof = TRY(math::prove_inclusion(record, signed_now.size, nodes));
  if (question.parameter("format") == "text")
    return plain(math::to_text(math::RecordProof{record, proof, signed_now.note}));
  flow::Answer answer;
  answer.body = to_json(ProofAnswer{record, signed_now.size, math::to_base64(found.leaf),
                                    math::to_base64(math::leaf_hash(found.leaf)),
                                    math::to_base64(TRY(math::tree_root(signed_now.size, nodes))),
                                    as_text(proof), signed_now.note});
  return answer;
}

Result<flow::Answer> consistency_answer(const Ledger& ledger, const flow::Question& question) {
  const std::uint64_t from = TRY(number(question, "from", {}));
  const std::uint64_t to = TRY(number(question, "to", TRY(newest(ledger)).size));
  if (to > ledger.store().size())
    return fail(Code::not_found, "the ledger has " + std::to_string(ledger.store().size()) +
                                     " records, not " + std::to_string(to));
  const auto proof = TRY(math::prove_consistency(from, to, ledger.store().nodes(to)));
  flow::Answer answer;
  answer.body = to_json(ConsistencyAnswer{from, to, as_text(proof)});
  return answer;
}

Result<flow::Answer> records_answer(const Ledger& ledger, const flow::Question& question) {
  const std::uint64_t size = ledger.store().size();
  const std::uint64_t count =
      std::min(TRY(number(question, "count", records_unless_told)), records_max);
  const std::uint64_t from =
      TRY(number(question, "from", size - std::min(size, std::uint64_t{count})));
  std::vector<Record> records;
  while (records.size() < count && from + records.size() < size) {
    for (Record& record : TRY(ledger.store().read_bundle(from + records.size())))
      if (records.size() < count) records.push_back(std::move(record));
  }
  flow::Answer answer;
  answer.body = records_json(ledger.people(), from, records, size);
  return answer;
}

using AnswerFunction = std::function<Result<flow::Answer>(const flow::Question&)>;

flow::Route get(std::string path, std::string help, AnswerFunction answer) {
  flow::Route route;
  route.path = "/api/v1/ledger" + std::move(path);
  route.help = std::move(help);
  route.answer = std::move(answer);
  route.answer_schema = [](JsonWriter& out) { out.begin_object().end_object(); };
  return route;
}

flow::Route post(std::string path, flow::Permission permission, std::string help,
                 AnswerFunction answer) {
  flow::Route route = get(std::move(path), std::move(help), std::move(answer));
  route.method = flow::Method::post;
  route.permission = permission;
  route.body_bytes_max = math::note_bytes_max;
  return route;
}

std::vector<flow::Route> reading_routes(Ledger& ledger) {
  std::vector<flow::Route> routes;
  routes.push_back(get("/checkpoint", "The newest signed checkpoint (C2SP tlog-checkpoint).",
                       [&ledger](const flow::Question&) -> Result<flow::Answer> {
                         return plain(TRY(newest(ledger)).note);
                       }));
  routes.push_back(get("/key", "The key that the checkpoints are signed with (C2SP signed-note).",
                       [&ledger](const flow::Question&) -> Result<flow::Answer> {
                         return plain(math::to_text(ledger.store().key()) + "\n");
                       }));
  routes.push_back(get("/tile/{path...}", "Hashes and records as static files (C2SP tlog-tiles).",
                       [&ledger](const flow::Question& question) {
                         return tile_answer(ledger, question.parameter("path"));
                       }));
  routes.back().parameters = {{"path", "0/x001/x234/067, entries/067.p/8", true}};
  routes.push_back(
      get("/proof", "That a record is in the ledger, under the newest checkpoint.",
          [&ledger](const flow::Question& question) { return proof_answer(ledger, question); }));
  routes.back().parameters = {{"record", "number of the record, from 0", true},
                              {"format", "json (when absent) or text (C2SP tlog-proof)"}};
  routes.back().answer_schema = [](JsonWriter& out) {
    write_schema<ProofAnswer>(out, SchemaFor::api);
  };
  routes.push_back(get(
      "/consistency", "That the ledger begins as it was at an earlier size.",
      [&ledger](const flow::Question& question) { return consistency_answer(ledger, question); }));
  routes.back().parameters = {{"from", "size of the old checkpoint", true},
                              {"to", "size of the new one; the newest when absent"}};
  routes.back().answer_schema = [](JsonWriter& out) {
    write_schema<ConsistencyAnswer>(out, SchemaFor::api);
  };
  routes.push_back(
      get("/records", "Records in words, with names where they were not erased.",
          [&ledger](const flow::Question& question) { return records_answer(ledger, question); }));
  routes.back().parameters = {{"from", "number of the first; the newest when absent"},
                              {"count", "at most 1000; 100 when absent"}};
  return routes;
}

using Witnesses = std::shared_ptr<const std::vector<math::VerifierKey>>;  // owners: the routes

std::vector<flow::Route> witness_routes(Ledger& ledger, const Witnesses& witnesses) {
  std::vector<flow::Route> routes;
  routes.push_back(get("", "How the ledger is, and who else signed it.",
                       [&ledger, witnesses](const flow::Question&) -> Result<flow::Answer> {
                         flow::Answer answer;
                         answer.body = to_json(status_of(ledger, *witnesses));
                         return answer;
                       }));
  routes.back().answer_schema = [](JsonWriter& out) {
    write_schema<LedgerStatus>(out, SchemaFor::api);
  };
  routes.push_back(
      post("/cosignature", flow::Permission::write,
           "Takes a witness's signature of a checkpoint; answers the checkpoint with it.",
           [&ledger, witnesses](const flow::Question& question) -> Result<flow::Answer> {
             return plain(TRY(ledger.cosign(question.body, *witnesses)));
           }));
  routes.push_back(post("/checkpoint", flow::Permission::write,
                        "Signs what is stored now, for a hand-over; answers the checkpoint.",
                        [&ledger](const flow::Question&) -> Result<flow::Answer> {
                          TRY(ledger.sign_now());
                          return plain(TRY(newest(ledger)).note);
                        }));
  routes.push_back(post("/forget", flow::Permission::administer,
                        "Erases a person's name from the ledger; its records stay provable.",
                        [&ledger](const flow::Question& question) -> Result<flow::Answer> {
                          const auto form = TRY(flow::read_form<ForgetForm>(question));
                          TRY(ledger.people().erase(form.name));
                          flow::Answer answer;
                          answer.body = "{}";
                          return answer;
                        }));
  return routes;
}

}  // namespace

std::vector<flow::Route> ledger_routes(Ledger& ledger, std::vector<math::VerifierKey> witnesses) {
  std::vector<flow::Route> routes = reading_routes(ledger);
  const auto shared = std::make_shared<const std::vector<math::VerifierKey>>(std::move(witnesses));
  for (flow::Route& route : witness_routes(ledger, shared))
    routes.push_back(std::move(route));
  return routes;
}

flow::Room ledger_room(Ledger& ledger) {
  flow::Room room;
  room.name = "keep/ledger";
  room.stage = [&ledger](const flow::Directory&) { return ledger_stage(ledger); };
  room.line_routes = [&ledger](const flow::LineContext& line) {
    Problems ignored;  // the plant file was found good when it was imported
    return ledger_routes(ledger, witnesses_of(*line.plant, ignored));
  };
  return room;
}

}  // namespace millwright::keep
