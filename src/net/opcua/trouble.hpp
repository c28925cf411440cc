#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace millwright::net::opcua {

// What is so, and what a person can do about it. An Error of this folder carries both as two lines
// of its text.
struct Trouble {
  std::string what, next_step;
  bool is_refusal = false;  // the other side is there, and does not want us

  friend bool operator==(const Trouble&, const Trouble&) = default;
};

Trouble to_trouble(const Error& error);
Error fail(Code code, const Trouble& trouble, const char* file = __builtin_FILE(),
           int line = __builtin_LINE());

// A status code of OPC UA in words. `subject` begins the sentence: "opc.tcp://press:4840".
Trouble words_of_status(std::uint32_t status, std::string_view subject);
// "BadNodeIdUnknown".
std::string name_of_status(std::uint32_t status);

}  // namespace millwright::net::opcua
