// Conditions as a person, or anyone, may type them: the reader refuses or reads, and what it reads
// can be judged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "watch/state/condition.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright::watch::state;
  const std::vector<KnownTag> tags{{"execution", ValueType::text},
                                   {"speed", ValueType::number},
                                   {"door", ValueType::boolean},
                                   {"spindle/load", ValueType::number}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Input> inputs;
  const auto read = read_condition(text, tags, inputs);
  if (const auto* mistake = std::get_if<Mistake>(&read)) {
    if (mistake->offset > size || mistake->expected.empty()) std::abort();
    return 0;
  }
  const Condition& condition = std::get<Condition>(read);
  std::vector<Seen> seen(inputs.size());
  const Truth unknown = judge(condition, seen).truth;
  for (Seen& s : seen)
    s = {true, 0xFFFFFFFF};
  const Truth known = judge(condition, seen).truth;
  if (known == Truth::unknown) std::abort();  // All is known, so the answer is.
  (void)unknown;
  return 0;
}
