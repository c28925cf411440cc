#pragma once

#include <optional>
#include <span>
#include <variant>

#include "math/codec/codec.hpp"
#include "math/codec/statistics.hpp"

namespace millwright::math {

// A block: the rows of a group of tags over one span of time, in one piece of bytes that never
// changes. Each column names its column of times, so that tags that are read together share one.
// Found, and its statistics read, without decoding. Format: docs/formats/block.md.

enum class Type : std::uint8_t { number, integer, natural, boolean, text, list };

// In the order of Type.
using ValuesIn = std::variant<std::span<const double>, std::span<const std::int64_t>,
                              std::span<const std::uint64_t>, std::span<const std::uint8_t>,
                              std::span<const std::string_view>, ListsIn>;

struct ColumnIn {
  std::uint64_t id = 0;
  std::span<const std::int64_t> times;   // in order, ns since 1970 UTC
  ValuesIn values;                       // one a row; what a bad row holds is kept too
  std::span<const std::uint32_t> codes;  // OPC UA status codes; none: all good
};

inline constexpr std::size_t block_columns_max = 16384;
inline constexpr std::size_t block_bytes_max = std::size_t{1} << 30;
inline constexpr std::int64_t block_time_max = std::int64_t{1} << 62;  // either side of 1970

// packed: read most, decoded a vector at a time. warm: planes behind zstd, for what is seldom read.
enum class Form : std::uint8_t { packed, warm };

// Appends one block. Columns of equal times share them, also when these lie apart in memory.
// Errors: invalid, with the id, when columns are empty, too long, out of order or twice there;
// full, when the block would be larger than block_bytes_max.
Outcome write_block(std::span<const ColumnIn> columns, Bytes& out, Form form = Form::packed,
                    const Kernels& kernels = best_kernels());

class Times : public Integers {
 public:
  std::int64_t from() const { return from_; }
  std::int64_t until() const { return until_; }
  Rows rows_of_vector(std::size_t vector) const;  // first and last time, without decoding
  // The first vector with a row at or after `at`; count() when there is none.
  std::size_t vector_at(std::int64_t at) const;

 private:
  friend class Block;
  Times(const Integers& integers, ByteView edges, std::int64_t from, std::int64_t until)
      : Integers(integers), edges_(edges), from_(from), until_(until) {}
  ByteView edges_;
  std::int64_t from_, until_;
};

struct Column {
  Type type = Type::number;
  std::size_t rows = 0;
  std::variant<Numbers, Integers, Texts, Lists> values;
  std::optional<Integers> codes;  // none: all good

  const Numbers& numbers() const { return std::get<Numbers>(values); }  // Shape: of that type.
  const Integers& integers() const { return std::get<Integers>(values); }
  const Texts& texts() const { return std::get<Texts>(values); }
  const Lists& lists() const { return std::get<Lists>(values); }
};

// A view of a block's bytes, which stay where they are (mapped files).
class Block {
 public:
  // Checks the header, and that everything lies within it. Errors: corrupt.
  static Result<Block> open(ByteView bytes, const Kernels& kernels = best_kernels());

  Form form() const { return form_; }
  ByteView bytes() const { return bytes_; }  // of this block alone, when more lies behind it
  std::size_t columns() const { return columns_count_; }
  std::size_t time_columns() const { return times_count_; }
  std::optional<std::size_t> find(std::uint64_t id) const;

  struct Described {
    std::uint64_t id = 0;
    Type type = Type::number;
    std::size_t times = 0;  // which column of times
    Rows rows;
    std::size_t stored_bytes = 0;  // of values, codes and statistics
  };
  // Shape (here and below): column < columns(), times < time_columns().
  Described describe(std::size_t column) const;
  Rows describe_times(std::size_t times) const;

  // Checks the bytes of that part alone. `room` holds them when they were unpacked (warm), and has
  // to live as long as what is returned. Errors: corrupt.
  Result<Times> times(std::size_t times, Bytes& room) const;
  Result<Column> column(std::size_t column, Bytes& room) const;
  Result<Statistics> statistics(std::size_t column) const;
  // Of each vector, in order; returns how many. Shape: out has room for column_vectors_max.
  Result<std::size_t> vector_statistics(std::size_t column, std::span<Statistics> out) const;

 private:
  Block(ByteView bytes, const Kernels& kernels) : bytes_(bytes), kernels_(&kernels) {}
  ByteView times_entry(std::size_t i) const;
  ByteView column_entry(std::size_t i) const;
  Outcome check_times(std::size_t i) const;
  Outcome check_column(std::size_t i) const;
  Result<ByteView> edges(std::size_t times) const;
  Result<ByteView> statistics_bytes(std::size_t column) const;
  Result<ByteView> unpacked(ByteView stored, std::size_t size, Bytes& room) const;

  ByteView bytes_;
  const Kernels* kernels_;
  Form form_ = Form::packed;
  std::size_t times_count_ = 0, columns_count_ = 0;
};

// The same rows in the other form. Errors: corrupt; and those of write_block.
Outcome rewrite_block(const Block& block, Form form, Bytes& out);

}  // namespace millwright::math
