#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace millwright::faults {

// A number from the environment, for the long runs (README.md), or what the quick run takes.
inline std::uint64_t number_from(const char* name, std::uint64_t usual) {
  const char* const given = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (given == nullptr) return usual;
  std::uint64_t number = usual;
  std::from_chars(given, given + std::strlen(given), number);
  return number;
}
inline std::uint64_t rounds(std::uint64_t quick) {
  return number_from("MILLWRIGHT_ROUNDS", quick);
}
inline std::uint64_t first_seed() {
  return number_from("MILLWRIGHT_SEED", 1);
}

}  // namespace millwright::faults
