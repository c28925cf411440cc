#include <algorithm>
#include <deque>
#include <vector>

#include "math/codec/block.hpp"

namespace millwright::math {
namespace {

// The values of one column, decoded.
struct Decoded {
  Bytes room;  // texts lie in it
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;
  std::vector<std::uint64_t> naturals;
  std::vector<std::uint8_t> booleans;
  std::vector<std::string_view> texts;
  std::vector<std::uint32_t> lengths, codes;
};

template <class View, class T>
Outcome decode_all(const View& column, std::vector<T>& out) {
  out.resize(column.rows());
  for (std::size_t v = 0; v < column.count(); ++v)
    TRY(column.decode(v, std::span(out).subspan(v * vector_rows)));
  return Done{};
}

Result<ValuesIn> decode_values(const Column& column, Decoded& to) {
  switch (column.type) {
    case Type::number:
      TRY(decode_all(column.numbers(), to.numbers));
      return ValuesIn(std::span<const double>(to.numbers));
    case Type::integer:
      TRY(decode_all(column.integers(), to.integers));
      return ValuesIn(std::span<const std::int64_t>(to.integers));
    case Type::natural:
      TRY(decode_all(column.integers(), to.naturals));
      return ValuesIn(std::span<const std::uint64_t>(to.naturals));
    case Type::boolean:
      TRY(decode_all(column.integers(), to.booleans));
      return ValuesIn(std::span<const std::uint8_t>(to.booleans));
    case Type::text:
      TRY(decode_all(column.texts(), to.texts));
      return ValuesIn(std::span<const std::string_view>(to.texts));
    case Type::list:
      break;
  }
  const Lists& lists = column.lists();
  to.lengths.resize(lists.rows());
  for (std::size_t v = 0; v < lists.count(); ++v)
    TRY(lists.decode(v, std::span(to.lengths).subspan(v * vector_rows)));
  if (lists.has_values()) TRY(decode_all(lists.values(), to.numbers));
  return ValuesIn(ListsIn{to.lengths, to.numbers});
}

}  // namespace

Outcome rewrite_block(const Block& block, Form form, Bytes& out) {
  std::vector<std::vector<std::int64_t>> times(block.time_columns());
  for (std::size_t i = 0; i < times.size(); ++i) {
    Bytes room;
    const Times column = TRY(block.times(i, room));
    TRY(decode_all(static_cast<const Integers&>(column), times[i]));
  }
  std::deque<Decoded> decoded;
  std::vector<ColumnIn> columns;
  for (std::size_t i = 0; i < block.columns(); ++i) {
    Decoded& to = decoded.emplace_back();
    const Column column = TRY(block.column(i, to.room));
    const Block::Described described = block.describe(i);
    if (column.codes) TRY(decode_all(*column.codes, to.codes));
    columns.push_back(
        {described.id, times[described.times], TRY(decode_values(column, to)), to.codes});
  }
  return write_block(columns, out, form);
}

}  // namespace millwright::math
