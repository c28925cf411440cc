#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "keep/ledger/verify.hpp"

namespace millwright::app {

struct VerifySettings {
  std::filesystem::path data;
  std::string key;                     // as text; empty: the folder's own
  std::vector<std::string> trusted;    // files with checkpoints
  std::vector<std::string> witnesses;  // keys
};

struct VerifyReport {
  std::string data;
  keep::AuditReport ledger;
  bool has_ledger = false;
  std::uint64_t journal_from = 0, journal_to = 0;  // inputs whose checksums hold
  std::uint64_t history_rows = 0, history_tags = 0;
  std::vector<std::string> problems;  // of the journal and the history
  double seconds = 0;
  static constexpr auto describe() {
    using T = VerifyReport;
    return record("verify", field("data", &T::data, "", "The data folder."),
                  field("has_ledger", &T::has_ledger, "", "Whether there is one."),
                  field("ledger", &T::ledger, "", "What was found in it."),
                  field("journal_from", &T::journal_from, "", "First input of the journal."),
                  field("journal_to", &T::journal_to, "", "Last input of the journal."),
                  field("history_rows", &T::history_rows, "", "Readings in the history."),
                  field("history_tags", &T::history_tags, "", "Tags in the history."),
                  field("problems", &T::problems, "", "What is wrong beside the ledger."),
                  field("seconds", &T::seconds, "s", "How long it took."));
  }
  bool is_good() const { return ledger.problems.empty() && problems.empty(); }
};

// Checks what a data folder holds. The server may run meanwhile. Errors: invalid, not_found, for
// what was brought; what is wrong with the data stands in the report.
Result<VerifyReport> verify_data(const VerifySettings& settings);

}  // namespace millwright::app
