#include "app/verify.hpp"

#include <chrono>

#include "app/progress.hpp"
#include "keep/history/outside.hpp"
#include "keep/journal/copy.hpp"
#include "keep/ledger/store.hpp"

namespace millwright::app {
namespace {

Result<keep::Audit> read_audit(Files& files, const VerifySettings& settings) {
  keep::Audit audit;
  if (!settings.key.empty()) audit.key = TRY(math::read_verifier_key(settings.key));
  for (const std::string& name : settings.trusted) {
    const Bytes bytes = TRY(read_whole(files, name, math::note_bytes_max));
    audit.trusted.emplace_back(bytes.begin(), bytes.end());
  }
  for (const std::string& key : settings.witnesses)
    audit.witnesses.push_back(TRY(math::read_verifier_key(key)));
  return audit;
}

// Reads every record of the journal; each has a checksum.
void verify_journal(const std::filesystem::path& folder, VerifyReport& report) {
  auto journal = keep::JournalCopy::open(folder);
  if (!journal) return report.problems.push_back(journal.error().what);
  const auto taken = journal->take([](keep::JournalCopy::File&&) -> Outcome { return Done{}; });
  if (!taken) return report.problems.push_back(taken.error().what);
  report.journal_from = taken->snapshot.value + 1;
  report.journal_to = taken->last.value;
}

// Reads and decodes every column; each has a checksum.
void verify_history(const std::filesystem::path& folder, VerifyReport& report) {
  if (!keep::has_history(folder)) return;
  const auto verified = keep::verify_history(folder);
  if (!verified) return report.problems.push_back(verified.error().what);
  const auto summary = keep::summary_of_history(folder);
  if (!summary) return report.problems.push_back(summary.error().what);
  report.history_rows = summary->rows;
  report.history_tags = summary->tags;
}

}  // namespace

Result<VerifyReport> verify_data(const VerifySettings& settings) {
  const auto began = std::chrono::steady_clock::now();
  if (!std::filesystem::is_directory(settings.data))
    return fail(Code::not_found, "there is no data folder " + settings.data.string());
  Files files;
  const keep::Audit audit = TRY(read_audit(files, settings));
  VerifyReport report;
  report.data = settings.data.string();
  const std::filesystem::path ledger = settings.data / "ledger";
  report.has_ledger = std::filesystem::exists(ledger);
  if (report.has_ledger) {
    Progress progress("checking the ledger");
    report.ledger = TRY(keep::verify_ledger(
        files, ledger.string(), audit,
        [&](std::uint64_t done, std::uint64_t all) { progress.say(done, all); }));
  } else if (audit.key || !audit.trusted.empty()) {
    report.problems.push_back("there is no ledger in " + settings.data.string());
  }
  if (std::filesystem::exists(settings.data / "journal"))
    verify_journal(settings.data / "journal", report);
  verify_history(settings.data / "history", report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

}  // namespace millwright::app
