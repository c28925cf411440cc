#pragma once

#include <string>
#include <vector>

#include "keep/ledger/people.hpp"
#include "keep/ledger/record.hpp"

namespace millwright::keep {

// Records from number `from` on, of `size`, as JSON: what each says in the words of its fact, with
// names where they are known; null where this version does not know the fact.
std::string records_json(const People& people, std::uint64_t from,
                         const std::vector<Record>& records, std::uint64_t size);

}  // namespace millwright::keep
