#include "connect/opcua/judge.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "net/opcua/node_name.hpp"

namespace millwright::connect::opcua {
namespace {

using net::opcua::Sample;
using net::opcua::Stamp;
using net::opcua::Value;
using Type = Value::Type;

constexpr std::uint32_t quality_bits = 0xFFFF0000;  // the rest tells about the transport
constexpr std::uint32_t overflow_mask = 0x0C80, overflow_bits = 0x0480;  // Part 4, 7.39.1

template <class T>
std::string printed(T number) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::string(text.data(), end) : std::string();
}

bool is_real(Type type) {
  return type == Type::single || type == Type::number;
}

// A whole number from -2^63 to 2^64, when the value is one.
std::optional<std::pair<bool, std::uint64_t>> as_whole(const Value& value) {
  switch (value.type) {
    case Type::boolean:
    case Type::natural:
      return std::pair(false, value.bits);
    case Type::integer:
      return std::pair(value.integer() < 0, value.bits);
    case Type::single:
    case Type::number: {
      const double number = value.number();
      if (number != std::floor(number) || std::abs(number) > 0x1p63 || number == 0x1p63)
        return std::nullopt;
      return std::pair(number < 0, static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
    }
    default:
      return std::nullopt;
  }
}

// A double that holds the value exactly.
std::optional<double> as_exact(const Value& value) {
  if (is_real(value.type)) return value.number();
  const auto whole = as_whole(value);
  if (!whole) return std::nullopt;
  const auto [is_negative, bits] = *whole;
  const auto integer = static_cast<std::int64_t>(bits);
  const double number = is_negative ? static_cast<double>(integer) : static_cast<double>(bits);
  const bool is_exact = is_negative ? static_cast<std::int64_t>(number) == integer
                                    : number < 0x1p64 && static_cast<std::uint64_t>(number) == bits;
  return is_exact ? std::optional(number) : std::nullopt;
}

std::optional<Scalar> to_scalar(Kind kind, const Value& value) {
  if (kind == Kind::number || kind == Kind::single) {
    const auto number = as_exact(value);
    if (!number) return std::nullopt;
    const bool is_narrow = std::isnan(*number) || std::isinf(*number) ||
                           static_cast<double>(static_cast<float>(*number)) == *number;
    if (kind == Kind::single && !is_narrow) return std::nullopt;
    return Scalar::of(*number);
  }
  const auto whole = as_whole(value);
  if (!whole) return std::nullopt;
  const auto [is_negative, bits] = *whole;
  constexpr auto integer_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool fits = kind == Kind::integer   ? is_negative || bits <= integer_max
                    : kind == Kind::natural ? !is_negative
                                            : !is_negative && bits <= 1;
  return fits ? std::optional(Scalar{bits}) : std::nullopt;
}

std::optional<std::string> to_words(const Value& value) {
  switch (value.type) {
    case Type::text:
    case Type::time:
      return value.text;
    case Type::bytes:
      return net::opcua::to_base64(value.text);
    case Type::boolean:
      return value.boolean() ? "true" : "false";
    case Type::integer:
      return printed(value.integer());
    case Type::natural:
      return printed(value.natural());
    case Type::single:
      return printed(static_cast<float>(value.number()));
    case Type::number:
      return printed(value.number());
    default:
      return std::nullopt;
  }
}

void mark(Judged& row, Quality quality, Finding finding) {
  row.quality = quality;
  row.value_finding = finding;
  row.value = {};
  row.text.clear();
}

void judge_value(const Expected& expected, const Sample& sample, Judged& row) {
  const Value& value = sample.value;
  if (value.type == Type::nothing) return mark(row, quality::bad_no_data, Finding::empty);
  if (value.type == Type::other) return mark(row, quality::bad_type_mismatch, Finding::compound);
  if (expected.kind == Kind::text) {
    row.text = to_words(value).value_or("");
    return;
  }
  if (is_real(value.type) && !std::isfinite(value.number()))
    return mark(row, quality::bad_out_of_range, Finding::not_finite);
  const auto scalar = to_scalar(expected.kind, value);
  if (!scalar) return mark(row, quality::bad_type_mismatch, Finding::wrong_type);
  row.value = *scalar;
  if (!expected.range || !row.quality.is_good()) return;
  const double number = as_number(expected.kind, row.value);
  if (number < expected.range->first || number > expected.range->second) row.quality = out_of_units;
}

Finding judge_time(const Stamp& stamp, Instant now) {
  if (stamp.kind == Stamp::Kind::absent) return Finding::time_absent;
  if (stamp.kind == Stamp::Kind::out_of_reach || stamp.at < time_believed_from)
    return Finding::time_past;
  return stamp.at > now + time_ahead_max ? Finding::time_ahead : Finding::none;
}

std::string told(const Sample& sample) {
  std::string text(net::opcua::name_of(sample.value.type));
  const auto words = to_words(sample.value);
  if (words) text += " ('" + words->substr(0, 60) + "')";
  return text;
}

}  // namespace

Judged judge(const Expected& expected, const Sample& sample, Instant now) {
  Judged row;
  row.happened = sample.source.at;
  row.quality = Quality{sample.status & quality_bits};
  row.has_overflow = (sample.status & overflow_mask) == overflow_bits;
  const Finding time = judge_time(sample.source, now);
  if (time != Finding::none) row.happened = now;
  // A bad value says so itself, and needs neither a value nor a time of its own.
  if (row.quality.is_bad()) return row;
  judge_value(expected, sample, row);
  row.time_finding = time;
  if (time != Finding::none && !row.quality.is_bad()) row.quality = quality::uncertain_time;
  return row;
}

flow::TroubleWords words_of(Finding finding, const Expected& expected, const Sample& sample) {
  const std::string kind(word(expected.kind));
  switch (finding) {
    case Finding::wrong_type:
      return {"the server sends " + told(sample) + ", which does not fit a tag of kind " + kind,
              "Set the tag's 'kind' to what the server has, or correct its address."};
    case Finding::compound:
      return {"the server sends " + sample.value.text + ", and a tag takes one value",
              "For one element of an array write index=0; before the node id, for a part of a "
              "structure name the node of that part."};
    case Finding::not_finite:
      return {"the server sends a value that is no number (NaN or infinite)",
              "The sensor or the program in the machine divides by zero or is not set up: look "
              "there."};
    case Finding::empty:
      return {"the server calls the value good but sends none",
              "The machine has not set it yet, or its program is at fault: look there."};
    case Finding::time_absent:
      return {"the server gives no source time; the time of arrival is used",
              "Switch source timestamps on in the server."};
    case Finding::time_past:
      return {
          "the server's source time cannot be right (it lies before the year 2000, or beyond "
          "2262); "
          "the time of arrival is used",
          "Set the clock of the machine, and let it follow a time server."};
    case Finding::time_ahead:
      return {"the server's source time " +
                  (sample.source.kind == Stamp::Kind::given ? to_text(sample.source.at) : "") +
                  " lies in the future; the time of arrival is used",
              "Set the clock of the machine, and let it follow a time server."};
    case Finding::overflow:
      return {"the server's queue was too short: values between two messages are lost",
              "Raise 'queue' of this source, or lower its 'publishing_interval'."};
    case Finding::none:
      break;
  }
  return {};
}

}  // namespace millwright::connect::opcua
