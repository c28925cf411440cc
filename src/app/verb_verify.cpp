#include <cstdio>

#include "app/verbs.hpp"
#include "app/verify.hpp"
#include "app/words.hpp"
#include "model/described_json.hpp"

namespace millwright::app {
namespace {

using Whole = unsigned long long;

void print_ledger(const keep::AuditReport& ledger) {
  std::printf("ledger %s: %llu records check", ledger.origin.c_str(), Whole{ledger.records});
  if (ledger.from)
    std::printf(", learned from %s to %s", to_text(*ledger.from).c_str(),
                to_text(*ledger.to).c_str());
  std::printf("\n  signed: %llu records, root %s\n", Whole{ledger.signed_records},
              ledger.root.c_str());
  std::printf("  key: %s (%s)\n", ledger.key.c_str(),
              ledger.is_key_given ? "as it was brought"
                                  : "the folder's own: compare it with your copy, or give it with "
                                    "--key");
  std::printf("  %llu tiles, %llu checkpoints from before and %llu signatures of witnesses hold\n",
              Whole{ledger.tiles}, Whole{ledger.trusted}, Whole{ledger.cosigned});
  if (ledger.unfinished_bytes > 0)
    std::printf("  %llu bytes at the end are of a write that goes on, or was cut off\n",
                Whole{ledger.unfinished_bytes});
}

void print_report(const VerifyReport& report) {
  if (report.has_ledger) print_ledger(report.ledger);
  if (!report.has_ledger) std::printf("no ledger in %s\n", report.data.c_str());
  if (report.journal_to >= report.journal_from && report.journal_to > 0)
    std::printf("journal: inputs %llu to %llu check\n", Whole{report.journal_from},
                Whole{report.journal_to});
  if (report.history_rows > 0)
    std::printf("history: %llu readings of %llu tags; the heads of their blocks check\n",
                Whole{report.history_rows}, Whole{report.history_tags});
  for (const auto* problems : {&report.ledger.problems, &report.problems})
    for (const std::string& problem : *problems)
      std::printf("WRONG: %s\n", problem.c_str());
  std::printf("%s, in %.1f s\n",
              report.is_good() ? "all is as it was kept" : "this is not as it was kept",
              report.seconds);
}

}  // namespace

int verb_verify(const std::vector<std::string>& words) {
  Words verb(
      "millwright verify",
      "Reads what a data folder holds and tells whether it is as it was kept: every record of "
      "the ledger, its tiles, its signed checkpoint and those from before, and every record of "
      "the journal. The server may run meanwhile. Exit code 1 when anything is wrong.");
  std::string data;
  VerifySettings settings;
  bool wants_json = false;
  verb.text("--data", data,
            "the data folder; found by itself where it is ./data or that of the installed service");
  verb.text(
      "--key", settings.key,
      "the ledger's public key as you kept it, NAME+ID+KEY: the one in the folder shows less");
  verb.texts("--checkpoint", settings.trusted,
             "a file with a checkpoint that you kept from before; may be given again");
  verb.texts("--witness", settings.witnesses,
             "the key of a witness, NAME+ID+KEY, whose signatures are to be counted; may be given "
             "again");
  verb.flag("--json", wants_json, "prints what was found as JSON");
  if (const auto code = verb.read(words)) return *code;
  settings.data = data_of_server(data);
  const auto report = verify_data(settings);
  if (!report) return say_failed(report.error());
  if (wants_json) {
    std::printf("%s\n", to_json(*report).c_str());
  } else {
    print_report(*report);
  }
  return report->is_good() ? 0 : 1;
}

}  // namespace millwright::app
