#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "math/codec/statistics.hpp"

namespace millwright::math {
namespace {

// Bits of the first byte of statistics.
constexpr unsigned all_good = 1;       // no uncertain and no bad rows
constexpr unsigned all_numbers = 2;    // every good row is a finite number
constexpr unsigned no_numbers = 4;     // no good row is
constexpr unsigned first_is_from = 8;  // the first good row is the first row
constexpr unsigned last_is_until = 16;
constexpr unsigned has_states = 32;
constexpr unsigned has_course = 64;

constexpr unsigned short_decimals_max = 9;
constexpr unsigned plain_tag = 15;
constexpr unsigned single_tag = 16;  // decimals of a 32-bit number

Error damaged(const char* what) {
  return fail(Code::corrupt, std::string("statistics are damaged: ") + what);
}

// A number as a short decimal where it is one: a tag, then the integer; else all its bits.
class ShortNumbers {
 public:
  explicit ShortNumbers(Bytes& out) : writer_(out) {}

  void put(double number) {
    if (put_as(number, tag_)) return;
    for (unsigned decimals = 0; decimals <= short_decimals_max; ++decimals)
      if (put_as(number, decimals) || put_as(number, decimals | single_tag)) return;
    writer_.fixed(static_cast<std::uint8_t>(plain_tag));
    writer_.fixed(number);
  }

 private:
  bool put_as(double number, unsigned tag) {
    const Scale scale{1, power_of_ten(tag % single_tag), tag >= single_tag};
    std::int64_t integer = 0;
    std::uint16_t misfit = 0;
    if (scalar_kernels().from_numbers(&number, 1, scale, &integer, &misfit) > 0) return false;
    tag_ = tag;
    writer_.fixed(static_cast<std::uint8_t>(tag));
    writer_.variable(zigzag(integer));
    return true;
  }

  Writer writer_;
  unsigned tag_ = 0;  // that fitted last
};

Result<double> short_number(Reader& in) {
  const unsigned tag = TRY(in.fixed<std::uint8_t>());
  if (tag == plain_tag) return in.fixed<double>();
  if (tag > (short_decimals_max | single_tag) || tag % single_tag > short_decimals_max)
    return damaged("a number is of an unknown kind");
  const std::int64_t integer = unzigzag(TRY(in.variable()));
  const Scale scale{1, power_of_ten(tag % single_tag), tag >= single_tag};
  double number = 0;
  scalar_kernels().scaled(&integer, 1, scale, &number);
  return number;
}

std::uint64_t distance(std::int64_t to, std::int64_t from) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}
std::int64_t behind(std::int64_t from, std::uint64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + distance);
}

unsigned head_of(const Statistics& s) {
  unsigned head = 0;
  if (s.uncertain == 0 && s.bad == 0) head |= all_good;
  if (s.numbers == s.good && s.good > 0) head |= all_numbers;
  if (s.numbers == 0) head |= no_numbers;
  if (s.good > 0 && s.first.at == s.from) head |= first_is_from;
  if (s.good > 0 && s.last.at == s.until) head |= last_is_until;
  if (s.states.are_known) head |= has_states;
  if (s.course) head |= has_course;
  return head;
}

// Of rows that are not all good: how many are of which status, and how long these held.
Outcome read_rows(Reader& in, const Rows& rows, Statistics& s) {
  s.uncertain = TRY(in.variable());
  s.bad = TRY(in.variable());
  const unsigned last = TRY(in.fixed<std::uint8_t>());
  const std::uint64_t uncertain_held = TRY(in.variable()), bad_held = TRY(in.variable());
  const std::uint64_t span = distance(rows.until, rows.from);
  if (s.uncertain > rows.count || s.bad > rows.count - s.uncertain || last > 2 ||
      uncertain_held > span || bad_held > span - uncertain_held)
    return damaged("more rows or time are not good than there are");
  s.last_status = static_cast<Status>(last);
  s.uncertain_held = static_cast<std::int64_t>(uncertain_held);
  s.bad_held = static_cast<std::int64_t>(bad_held);
  return Done{};
}

constexpr std::int64_t nanoseconds_of_a_millisecond = 1'000'000;

void write_course(const Statistics& s, Writer& writer) {
  writer.variable(static_cast<std::uint64_t>(s.course->longest_gap / nanoseconds_of_a_millisecond));
  if (!(s.min < s.max)) return;
  writer.variable(s.course->min_rows);
  writer.variable(s.course->max_rows);
  writer.fixed(s.course->sloped);
}

Outcome read_course(Reader& in, Statistics& s) {
  Course course{s.integral, s.numbers, s.numbers, 0};
  constexpr std::uint64_t gap_max = std::uint64_t{1} << 43U;  // milliseconds; 2^62 ns and a bit
  const std::uint64_t gap = TRY(in.variable());
  if (gap > gap_max) return damaged("a gap is longer than time is");
  course.longest_gap = static_cast<std::int64_t>(gap) * nanoseconds_of_a_millisecond;
  if (s.min < s.max) {
    course.min_rows = TRY(in.variable());
    course.max_rows = TRY(in.variable());
    course.sloped = TRY(in.fixed<double>());
    if (course.min_rows > s.numbers || course.max_rows > s.numbers)
      return damaged("more rows are extremes than there are");
  }
  s.course = course;
  return Done{};
}

Outcome read_states(Reader& in, States& states) {
  states.are_known = true;
  states.count = TRY(in.fixed<std::uint8_t>());
  if (states.count > states_max) return damaged("there are more than 16 states");
  for (std::size_t i = 0; i < states.count; ++i) {
    states.state[i].value = unzigzag(TRY(in.variable()));
    states.state[i].held = static_cast<std::int64_t>(TRY(in.variable()));
  }
  return Done{};
}

}  // namespace

void write_statistics(const Statistics& s, Bytes& out) {
  Writer writer(out);
  const unsigned head = head_of(s);
  writer.fixed(static_cast<std::uint8_t>(head));
  if ((head & all_good) == 0) {
    writer.variable(s.uncertain);
    writer.variable(s.bad);
    writer.fixed(s.last_status);
    writer.variable(static_cast<std::uint64_t>(s.uncertain_held));
    writer.variable(static_cast<std::uint64_t>(s.bad_held));
  }
  if (s.good > 0) {
    if ((head & first_is_from) == 0) writer.variable(distance(s.first.at, s.from));
    if ((head & last_is_until) == 0) writer.variable(distance(s.until, s.last.at));
    if ((head & (all_numbers | no_numbers)) == 0) writer.variable(s.numbers);
    writer.variable(s.transitions);
    ShortNumbers numbers(out);
    numbers.put(s.first.value);
    numbers.put(s.last.value);
    if (s.numbers > 0) {
      numbers.put(s.min);
      numbers.put(s.max);
      numbers.put(s.sum);
      if (s.min < s.max)
        writer.fixed(s.integral);
      else
        numbers.put(s.integral);
    }
  }
  if (s.course) write_course(s, writer);
  if (s.states.are_known) {
    writer.fixed(s.states.count);
    for (std::size_t i = 0; i < s.states.count; ++i) {
      writer.variable(zigzag(s.states.state[i].value));
      writer.variable(static_cast<std::uint64_t>(s.states.state[i].held));
    }
  }
}

Result<Statistics> read_statistics(Reader& in, const Rows& rows) {
  Statistics s{.from = rows.from, .until = rows.until};
  const unsigned head = TRY(in.fixed<std::uint8_t>());
  if (head >= 128) return damaged("their first byte is unknown");
  if ((head & all_good) == 0) TRY(read_rows(in, rows, s));
  s.good = rows.count - s.uncertain - s.bad;
  s.good_held = rows.until - rows.from - s.uncertain_held - s.bad_held;
  if (s.good > 0) {
    s.first.at = rows.from;
    s.last.at = rows.until;
    if ((head & first_is_from) == 0) s.first.at = behind(rows.from, TRY(in.variable()));
    if ((head & last_is_until) == 0) s.last.at = behind(rows.until, ~TRY(in.variable()) + 1);
    s.numbers = (head & all_numbers) != 0 ? s.good : 0;
    if ((head & (all_numbers | no_numbers)) == 0) s.numbers = TRY(in.variable());
    if (s.numbers > s.good) return damaged("there are more numbers than good rows");
    s.transitions = TRY(in.variable());
    s.first.value = TRY(short_number(in));
    s.last.value = TRY(short_number(in));
  }
  if (s.numbers > 0) {
    s.min = TRY(short_number(in));
    s.max = TRY(short_number(in));
    s.sum = TRY(short_number(in));
    s.integral = s.min < s.max ? TRY(in.fixed<double>()) : TRY(short_number(in));
  }
  if ((head & has_course) != 0) TRY(read_course(in, s));
  if ((head & has_states) != 0) TRY(read_states(in, s.states));
  return s;
}

}  // namespace millwright::math
