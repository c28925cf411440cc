#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/time.hpp"
#include "math/merkle/checkpoint.hpp"
#include "model/describe.hpp"

namespace millwright::keep {

// What an auditor brings: kept apart from the folder that is looked at.
struct Audit {
  std::optional<math::VerifierKey> key;        // none: the folder's own, which shows less
  std::vector<std::string> trusted;            // checkpoints that were kept from before
  std::vector<math::VerifierKey> witnesses{};  // whose cosignatures count
};

// What was found in the folder of a ledger. It is good when `problems` is empty.
struct AuditReport {
  std::string origin, key;
  std::uint64_t records = 0;                           // that check, from the first on
  std::uint64_t signed_records = 0;                    // of these, under the newest checkpoint
  std::string root;                                    // of the signed ones, base 64
  std::optional<Instant> from, to;                     // learned: the first and the last record
  std::uint64_t tiles = 0, trusted = 0, cosigned = 0;  // compared and found good
  std::uint64_t tiles_to_make = 0;     // missing in the last file: made at the start
  std::uint64_t unfinished_bytes = 0;  // at the end: a write that was cut off or is going on
  bool is_key_given = false;
  std::vector<std::string> problems;  // at most problems_max, each with its place

  static constexpr std::size_t problems_max = 100;
  static constexpr auto describe() {
    using T = AuditReport;
    return record(
        "audit_report", field("origin", &T::origin, "", "Name of the ledger."),
        field("key", &T::key, "", "The key that its checkpoints were checked with."),
        field("is_key_given", &T::is_key_given, "",
              "The key was brought, not taken from the folder."),
        field("records", &T::records, "", "Records that check."),
        field("signed_records", &T::signed_records, "", "Of these, under the newest checkpoint."),
        field("root", &T::root, "", "Root of the signed records, base 64."),
        field("from", &T::from, "", "When the first record was learned."),
        field("to", &T::to, "", "When the last record was learned."),
        field("tiles", &T::tiles, "", "Stored tiles that are as the records say."),
        field("tiles_to_make", &T::tiles_to_make, "", "Tiles that the next start makes again."),
        field("trusted", &T::trusted, "", "Checkpoints from before that the records begin with."),
        field("cosigned", &T::cosigned, "", "Signatures of witnesses that hold."),
        field("unfinished_bytes", &T::unfinished_bytes, "bytes", "After the last whole record."),
        field("problems", &T::problems, "", "What is wrong, and where."));
  }
};

// Reads every byte of a ledger again and believes none of it but the keys and checkpoints brought:
// every checksum, every record's form and order, what is attached, every tile, the root of every
// checkpoint, every signature. It needs no lock: a ledger that is written meanwhile is looked at up
// to where it stood. `progress`: bytes done and of all. Errors: those of the disk; what is wrong
// with the ledger stands in the report.
using AuditProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;
Result<AuditReport> verify_ledger(Files& files, const std::string& folder, const Audit& audit,
                                  const AuditProgress& progress = {});

}  // namespace millwright::keep
