#include "model/quality.hpp"

#include <array>

namespace millwright {
namespace {

struct Reason {
  std::uint32_t code;
  std::string_view words;
};
// Codes of OPC UA Part 4 table 182 and Part 8 that devices send for values.
constexpr std::array<Reason, 17> reasons{{
    {0x40BC0000, "the time it came with cannot be right"},
    {0x408F0000, "the last value that was known"},
    {0x40900000, "the last usable value: the source no longer updates it"},
    {0x40930000, "the sensor is not accurate"},
    {0x40950000, "fewer sources than needed are good"},
    {0x80310000, "no communication with the device"},
    {0x80320000, "waiting for the first value"},
    {0x80340000, "the server does not know this node"},
    {0x803C0000, "the value does not fit its type or is not a number"},
    {0x803E0000, "the server has no such node for reading"},
    {0x80740000, "the value has another type than the tag"},
    {0x80890000, "the server's configuration is wrong for this node"},
    {0x808A0000, "the device is not connected"},
    {0x808B0000, "the device has failed"},
    {0x808C0000, "the sensor has failed"},
    {0x808D0000, "out of service"},
    {0x809B0000, "no data"},
}};

}  // namespace

std::string_view word_of(Quality quality) {
  if (quality.is_good()) return "good";
  return quality.is_uncertain() ? "uncertain" : "bad";
}

std::string_view reason_of(Quality quality) {
  for (const Reason& reason : reasons) {
    if (reason.code == (quality.code & 0xFFFF0000)) return reason.words;
  }
  if (quality.is_good()) return "";
  return quality.is_uncertain() ? "the source is not sure of it" : "the source says that it is bad";
}

}  // namespace millwright
