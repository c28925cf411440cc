#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>
#include <vector>

#include "math/codec/block.hpp"
#include "math/codec/block_layout.hpp"
#include "math/codec/zstd.hpp"

namespace millwright::math {
namespace {

using TimeSpan = std::span<const std::int64_t>;

Error refused(const ColumnIn& column, const std::string& why) {
  return fail(Code::invalid, "column " + std::to_string(column.id) + " " + why);
}

std::size_t rows_of(const ValuesIn& values) {
  return std::visit(
      [](const auto& v) {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, ListsIn>)
          return v.lengths.size();
        else
          return v.size();
      },
      values);
}

Outcome check(const ColumnIn& column) {
  const std::size_t rows = column.times.size();
  if (rows == 0) return refused(column, "has no rows");
  if (rows > column_rows_max)
    return refused(column, "has " + std::to_string(rows) + " rows; a block takes 8192");
  if (rows_of(column.values) != rows || (!column.codes.empty() && column.codes.size() != rows))
    return refused(column, "has not as many values or status codes as times");
  if (column.times.front() <= -block_time_max || column.times.back() >= block_time_max)
    return refused(column, "has a time that lies more than 146 years off 1970");
  if (const auto* const lists = std::get_if<ListsIn>(&column.values)) {
    std::size_t values = 0;
    for (const std::uint32_t length : lists->lengths)
      values += length;
    if (values != lists->values.size())
      return refused(column, "has lists whose lengths do not add up to their values");
  }
  return Done{};
}

// Equal times are one column of times, wherever they lie.
class SharedTimes {
 public:
  std::size_t place_of(TimeSpan times) {
    for (std::size_t i = known_.size(); i-- > 0 && known_.size() - i <= nearby_max;)
      if (known_[i].data() == times.data() && known_[i].size() == times.size()) return i;
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(times.data()), times.size_bytes());
    const std::uint32_t hash = crc32c(bytes);
    const auto [from, until] = places_.equal_range(hash);
    for (auto at = from; at != until; ++at)
      if (std::equal(times.begin(), times.end(), known_[at->second].begin(),
                     known_[at->second].end()))
        return at->second;
    places_.emplace(hash, known_.size());
    known_.push_back(times);
    return known_.size() - 1;
  }
  const std::vector<TimeSpan>& known() const { return known_; }

 private:
  static constexpr std::size_t nearby_max = 4;
  std::vector<TimeSpan> known_;
  std::unordered_multimap<std::uint32_t, std::size_t> places_;
};

ValuesIn part_of(const ValuesIn& values, std::size_t from, std::size_t count) {
  return std::visit(
      [&](const auto& v) -> ValuesIn {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, ListsIn>) {
          const auto lengths = v.lengths.subspan(from, count);
          const auto before = v.lengths.first(from);
          return ListsIn{
              lengths,
              v.values.subspan(std::accumulate(before.begin(), before.end(), std::size_t{0}),
                               std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}))};
        } else {
          return v.subspan(from, count);
        }
      },
      values);
}

// Of the column, and when it has more than one vector of each of these.
void write_all_statistics(const ColumnIn& column, Bytes& out) {
  Bytes vectors;
  Statistics whole;
  const std::size_t rows = column.times.size();
  for (std::size_t from = 0; from < rows; from += vector_rows) {
    const std::size_t count = std::min(vector_rows, rows - from);
    const auto codes = column.codes.empty() ? column.codes : column.codes.subspan(from, count);
    const Statistics part = std::visit(
        [&](const auto& v) { return statistics_of(column.times.subspan(from, count), v, codes); },
        part_of(column.values, from, count));
    write_statistics(part, vectors);
    whole.append(part);
  }
  if (rows > vector_rows) write_statistics(whole, out);
  out.insert(out.end(), vectors.begin(), vectors.end());
}

// Codes and values as they are before they are stored. Returns how many bytes the codes take.
Result<std::size_t> write_plain(const ColumnIn& column, Bytes& out, Encoding how) {
  const std::size_t before = out.size();
  const auto is_nought = [](std::uint32_t code) { return code == 0; };
  if (!std::all_of(column.codes.begin(), column.codes.end(), is_nought)) {
    const std::vector<std::int64_t> codes(column.codes.begin(), column.codes.end());
    write_integers(codes, out, how);
  }
  const std::size_t codes_size = out.size() - before;
  switch (static_cast<Type>(column.values.index())) {
    case Type::number:
      write_numbers(std::get<0>(column.values), out, how);
      break;
    case Type::integer:
      write_integers(std::get<1>(column.values), out, how);
      break;
    case Type::natural:
      write_naturals(std::get<2>(column.values), out, how);
      break;
    case Type::boolean:
      write_booleans(std::get<3>(column.values), out, how);
      break;
    case Type::text:
      TRY(write_texts(std::get<4>(column.values), out, how));
      break;
    case Type::list:
      TRY(write_lists(std::get<5>(column.values), out, how));
      break;
  }
  return codes_size;
}

class BlockWriter {
 public:
  BlockWriter(Bytes& out, Form form, const Kernels& kernels)
      : out_(out), start_(out.size()), form_(form), kernels_(&kernels) {}

  Outcome write(std::span<const ColumnIn> columns);

 private:
  std::size_t at() const { return out_.size() - start_; }
  ByteView since(std::size_t from) const { return ByteView(out_).subspan(start_ + from); }
  template <class T>
  void set(std::size_t place, T value) {
    layout::set(out_.data() + start_, place, value);
  }
  void set_size(std::size_t place, std::size_t size) {
    set(place, static_cast<std::uint32_t>(size));
  }
  void write_times(std::size_t entry, TimeSpan times);
  Outcome write_column(std::size_t entry, const ColumnIn& column, std::size_t times);
  struct Plain {  // before it is stored
    std::size_t codes = 0, size = 0;
  };
  template <class Write>
  Result<Plain> store(const Write& write);

  Bytes& out_;
  std::size_t start_;
  Form form_;
  const Kernels* kernels_;
};

// `write` appends in a layout, and returns how many bytes of it are codes. Warm columns take
// whichever layout zstd makes shorter.
template <class Write>
Result<BlockWriter::Plain> BlockWriter::store(const Write& write) {
  if (form_ == Form::packed) {
    const std::size_t from = out_.size();
    const std::size_t codes = TRY(write(out_, Layout::bits));
    return Plain{codes, out_.size() - from};
  }
  Bytes bits, planes, packed_bits, packed_planes;
  const Plain of_bits{TRY(write(bits, Layout::bits)), bits.size()};
  const Plain of_planes{TRY(write(planes, Layout::planes)), planes.size()};
  deflate_zstd(bits, packed_bits);
  deflate_zstd(planes, packed_planes);
  const bool is_planes = packed_planes.size() < packed_bits.size();
  const Bytes& shorter = is_planes ? packed_planes : packed_bits;
  out_.insert(out_.end(), shorter.begin(), shorter.end());
  return is_planes ? of_planes : of_bits;
}

void BlockWriter::write_times(std::size_t entry, TimeSpan times) {
  set(entry + layout::times_from, times.front());
  set(entry + layout::times_until, times.back());
  set_size(entry + layout::times_rows, times.size());
  const std::size_t offset = at();
  set_size(entry + layout::times_offset, offset);
  Writer writer(out_);
  for (std::size_t from = 0; times.size() > vector_rows && from < times.size();
       from += vector_rows) {
    writer.fixed(times[from]);
    writer.fixed(times[std::min(from + vector_rows, times.size()) - 1]);
  }
  set(entry + layout::times_crc_edges, crc32c(since(offset)));
  const std::size_t stored = at();
  const auto plain = store([&](Bytes& to, Layout layout) -> Result<std::size_t> {
    math::write_times(times, to, {kernels_, layout});
    return std::size_t{0};
  });
  set_size(entry + layout::times_stored, at() - stored);
  set_size(entry + layout::times_size, plain.value().size);
  set(entry + layout::times_crc, crc32c(since(stored)));
}

Outcome BlockWriter::write_column(std::size_t entry, const ColumnIn& column, std::size_t times) {
  set(entry + layout::column_id, column.id);
  set(entry + layout::column_times, static_cast<std::uint16_t>(times));
  set(entry + layout::column_type, static_cast<std::uint8_t>(column.values.index()));
  const std::size_t offset = at();
  set_size(entry + layout::column_offset, offset);
  write_all_statistics(column, out_);
  set_size(entry + layout::column_statistics, at() - offset);
  set(entry + layout::column_crc_statistics, crc32c(since(offset)));
  const std::size_t stored = at();
  const auto plain = store([&](Bytes& to, Layout layout) {
    return write_plain(column, to, {kernels_, layout});
  });
  if (!plain) return refused(column, "cannot be written: " + plain.error().what);
  set_size(entry + layout::column_stored, at() - stored);
  set_size(entry + layout::column_codes, plain->codes);
  set_size(entry + layout::column_values, plain->size - plain->codes);
  set(entry + layout::column_crc, crc32c(since(stored)));
  if (at() > block_bytes_max) return fail(Code::full, "a block is larger than 1 GiB");
  return Done{};
}

Outcome BlockWriter::write(std::span<const ColumnIn> columns) {
  if (columns.empty() || columns.size() > block_columns_max)
    return fail(Code::invalid,
                "a block has 1 to 16384 columns, not " + std::to_string(columns.size()));
  SharedTimes shared;
  std::vector<std::size_t> order(columns.size()), times;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return columns[a].id < columns[b].id; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const ColumnIn& column = columns[order[i]];
    if (i > 0 && columns[order[i - 1]].id == column.id) return refused(column, "is there twice");
    TRY(check(column));
    const std::size_t known = shared.known().size();
    times.push_back(shared.place_of(column.times));
    if (shared.known().size() > known && !std::is_sorted(column.times.begin(), column.times.end()))
      return refused(column, "has times that are not in order");
  }
  const std::size_t header =
      layout::header_bytes + (shared.known().size() + columns.size()) * layout::entry_bytes;
  out_.resize(start_ + header);
  std::copy(layout::magic.begin(), layout::magic.end(), out_.data() + start_);
  set_size(layout::header_size_at, header);
  set(layout::form_at, static_cast<std::uint16_t>(form_));
  set(layout::times_count_at, static_cast<std::uint16_t>(shared.known().size()));
  set_size(layout::columns_count_at, columns.size());
  std::size_t entry = layout::header_bytes;
  for (const TimeSpan span : shared.known()) {
    write_times(entry, span);
    entry += layout::entry_bytes;
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    TRY(write_column(entry, columns[order[i]], times[i]));
    entry += layout::entry_bytes;
  }
  set_size(layout::block_size_at, at());
  set(layout::crc_at, crc32c(since(0).subspan(layout::crc_from, header - layout::crc_from)));
  return Done{};
}

}  // namespace

Outcome write_block(std::span<const ColumnIn> columns, Bytes& out, Form form,
                    const Kernels& kernels) {
  const std::size_t before = out.size();
  Outcome written = BlockWriter(out, form, kernels).write(columns);
  if (!written) out.resize(before);
  return written;
}

}  // namespace millwright::math
