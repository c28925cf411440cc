#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/fact/fact.hpp"

namespace millwright::keep {

// One event as the ledger has it (docs/formats/ledger.md).
struct Record {
  FactId id, cause;
  Instant happened, learned;
  std::string kind;      // "state_changed": the name of the described struct
  Bytes content;         // canonical bytes of the fact, with references in the place of names
  Bytes leaf, attached;  // what the tree hashes; the content, when the leaf has only its digest
};

// Content up to here stands in the leaf itself: an entry bundle of C2SP takes leaves of 65,535
// bytes.
inline constexpr std::size_t leaf_content_max = 32'768;

// Readings are the history's; Woke, JobAnswered and SourceProgressed tell of our own work alone.
bool is_event(const What& what);
std::string_view kind_of(const What& what);

// Calls `each` for each name of a person in a fact; it may change it.
void each_person(What& what, const std::function<void(std::string&)>& each);

// What a name is replaced with. Empty names stay empty.
using Refer = std::function<std::string(const std::string& name)>;
Record make_record(const Fact& fact, const Refer& refer);
// Takes a leaf apart. Errors: corrupt, with what is wrong: also when what is attached is not what
// the leaf says.
Result<Record> read_record(ByteView leaf, ByteView attached);
// The same without the content: what is attached is not looked at.
Result<Record> read_record_head(ByteView leaf);

}  // namespace millwright::keep
