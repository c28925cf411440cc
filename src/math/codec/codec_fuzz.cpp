// Any bytes as a column: both sets of kernels read the same from them, within their bounds. And any
// values as a column: they come back to the bit.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "math/codec/codec.hpp"

using namespace millwright;
using namespace millwright::math;

namespace {

constexpr std::size_t head_bytes = 3;

template <class Column, class Value>
void read_column(ByteView bytes, std::size_t rows) {
  const auto slow = Column::open(bytes, rows, scalar_kernels());
  const auto fast = Column::open(bytes, rows, best_kernels());
  CHECK(slow.has_value() == fast.has_value());
  if (!slow) return;
  std::array<Value, vector_rows> a{}, b{};
  for (std::size_t v = 0; v < slow->count(); ++v) {
    const auto read_slow = slow->decode(v, std::span<Value>(a));
    const auto read_fast = fast->decode(v, std::span<Value>(b));
    CHECK(read_slow.has_value() == read_fast.has_value());
    if (!read_slow) continue;
    for (std::size_t i = 0; i < slow->rows_of(v); ++i) {
      if constexpr (std::is_same_v<Value, double>)
        CHECK(std::bit_cast<std::uint64_t>(a[i]) == std::bit_cast<std::uint64_t>(b[i]));
      else
        CHECK(a[i] == b[i]);
    }
    if constexpr (std::is_same_v<Value, double> || std::is_same_v<Value, std::int64_t>)
      CHECK(slow->summary(v).has_value() == fast->summary(v).has_value());
  }
}

void read_any(unsigned type, ByteView bytes, std::size_t rows) {
  switch (type % 5) {
    case 0:
      return read_column<Numbers, double>(bytes, rows);
    case 1:
      return read_column<Integers, std::int64_t>(bytes, rows);
    case 2:
      return read_column<Integers, std::uint8_t>(bytes, rows);
    case 3:
      return read_column<Texts, std::string_view>(bytes, rows);
    default:
      return read_column<Lists, std::uint32_t>(bytes, rows);
  }
}

template <class Value>
std::vector<Value> values_of(ByteView bytes) {
  std::vector<Value> values(std::min(bytes.size() / sizeof(Value), column_rows_max));
  if (!values.empty())
    std::memcpy(static_cast<void*>(values.data()), bytes.data(), values.size() * sizeof(Value));
  return values;
}

void write_and_read(unsigned type, ByteView bytes) {
  const Encoding how{&best_kernels(), type % 2 == 0 ? Layout::bits : Layout::planes};
  Bytes out;
  const auto integers = values_of<std::int64_t>(bytes);
  if (integers.empty()) return;
  const auto numbers = values_of<double>(bytes);
  if (type % 3 == 0) write_times(integers, out, how);
  if (type % 3 == 1) write_integers(integers, out, how);
  if (type % 3 == 2) write_numbers(numbers, out, how);
  for (std::size_t v = 0; v * vector_rows < integers.size(); ++v) {
    std::array<std::int64_t, vector_rows> again{};
    if (type % 3 == 2) {
      std::array<double, vector_rows> read{};
      CHECK(Numbers::open(out, numbers.size()).value().decode(v, read).has_value());
      std::memcpy(again.data(), read.data(), sizeof again);
    } else {
      const Integers column = Integers::open(out, integers.size()).value();
      CHECK(column.decode(v, std::span<std::int64_t>(again)).has_value());
    }
    const std::size_t rows = std::min(vector_rows, integers.size() - v * vector_rows);
    CHECK(std::memcmp(again.data(), integers.data() + v * vector_rows, rows * 8) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < head_bytes) return 0;
  const ByteView bytes(data + head_bytes, size - head_bytes);
  const std::size_t rows = 1 + (data[1] | std::size_t{data[2]} << 8) % column_rows_max;
  if (data[0] < 128)
    read_any(data[0], bytes, rows);
  else
    write_and_read(data[0], bytes);
  return 0;
}
