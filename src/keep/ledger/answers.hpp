#pragma once

// What the routes /api/v1/ledger/… answer.

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::keep {

struct WitnessRow {
  std::string name;
  std::uint64_t records = 0;
  Instant at;
  std::string note;
  static constexpr auto describe() {
    using T = WitnessRow;
    return record("ledger_witness", field("name", &T::name, "", "Who signed."),
                  field("records", &T::records, "", "The first so many records."),
                  field("at", &T::at, "", "When, as the witness says."),
                  field("note", &T::note, "", "The checkpoint with both signatures."));
  }
};

struct LedgerStatus {
  std::string origin, key;
  std::uint64_t records = 0, signed_records = 0, compared = 0, different = 0, waiting = 0;
  std::string trouble;
  std::vector<WitnessRow> witnesses;
  static constexpr auto describe() {
    using T = LedgerStatus;
    return record(
        "ledger_status", field("origin", &T::origin, "", "Name of the ledger."),
        field("key", &T::key, "", "The key that checks its checkpoints: keep a copy elsewhere."),
        field("records", &T::records, "", "On stable storage."),
        field("signed_records", &T::signed_records, "", "Under the newest checkpoint."),
        field("compared", &T::compared, "", "Facts of a replay that were there already."),
        field("different", &T::different, "", "Of these, not as the ledger has them."),
        field("waiting", &T::waiting, "", "Heard and not yet stored."),
        field("trouble", &T::trouble, "", "What is wrong, in words; empty when nothing is."),
        field("witnesses", &T::witnesses, "", "The newest checkpoint that each of them signed."));
  }
};

struct ProofAnswer {
  std::uint64_t record = 0, size = 0;
  std::string leaf, leaf_hash, root;
  std::vector<std::string> proof;
  std::string checkpoint;
  static constexpr auto describe() {
    using T = ProofAnswer;
    return ::millwright::record(
        "ledger_proof", field("record", &T::record, "", "Number of the record, from 0."),
        field("size", &T::size, "", "Records under the checkpoint."),
        field("leaf", &T::leaf, "", "The record's bytes, base 64."),
        field("leaf_hash", &T::leaf_hash, "", "SHA-256 of a zero byte and the record, base 64."),
        field("root", &T::root, "", "Root of the tree, base 64."),
        field("proof", &T::proof, "", "Hashes from the leaf to the root, base 64."),
        field("checkpoint", &T::checkpoint, "", "The signed checkpoint."));
  }
};

struct ConsistencyAnswer {
  std::uint64_t from = 0, to = 0;
  std::vector<std::string> proof;
  static constexpr auto describe() {
    using T = ConsistencyAnswer;
    return record("ledger_consistency", field("from", &T::from, "", "Size of the old tree."),
                  field("to", &T::to, "", "Size of the tree."),
                  field("proof", &T::proof, "", "Hashes of RFC 9162 section 2.1.4, base 64."));
  }
};

struct ForgetForm {
  std::string name;
  static constexpr auto describe() {
    return record("forget_form", required("name", &ForgetForm::name, "", "Whose name to erase."));
  }
};

}  // namespace millwright::keep
