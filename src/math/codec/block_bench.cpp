// A group of 20 tags that share their times, as one block: bytes a value with everything in it.
#include <benchmark/benchmark.h>

#include <vector>

#include "math/codec/block.hpp"
#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

// Twelve analog tags, a part counter, a meter, a state, two booleans, three set-points.
struct Machine {
  std::vector<std::int64_t> times = examples::times(1, column_rows_max);
  std::vector<std::vector<double>> numbers;
  std::vector<std::int64_t> state;
  std::vector<std::vector<std::uint8_t>> booleans;
  std::vector<ColumnIn> columns;

  Machine() {
    std::uint64_t seed = 0;
    const std::size_t rows = column_rows_max;
    for (const auto& shape :
         {examples::Analog{45, 0.005, 0.02, 0.03, 1}, examples::Analog{70, 0.005, 0.05, 0.05, 1},
          examples::Analog{22, 0.002, 0.01, 0.03, 1}, examples::Analog{2.5, 0.05, 0.02, 0.05, 3},
          examples::Analog{1.2, 0.05, 0.01, 0.02, 3}, examples::Analog{6, 0.02, 0.02, 0.2, 2},
          examples::Analog{12, 0.02, 0.1, 0.3, 2}, examples::Analog{180, 0.02, 0.3, 0.5, 2},
          examples::Analog{40, 0.02, 0.5, 1.5, 1}, examples::Analog{1500, 0.02, 2, 4, 1},
          examples::Analog{8, 0.02, 0.05, 0.2, 2}, examples::Analog{55, 0.01, 0.1, 0.1, 1}})
      numbers.push_back(examples::widened(examples::analog(++seed, rows, shape)));
    numbers.push_back(examples::counter(++seed, rows, 30));
    numbers.push_back(examples::meter(++seed, rows));
    numbers.push_back(examples::held(++seed, rows, 40, 3000, 0.5));
    numbers.push_back(examples::held(++seed, rows, 9, 5000, 5));
    numbers.push_back(examples::held(++seed, rows, 3, 9000));
    for (const double value : examples::held(++seed, rows, 6, 300))
      state.push_back(static_cast<std::int64_t>(value));
    for (const double held_rows : {120.0, 900.0}) {
      auto& boolean = booleans.emplace_back();
      for (const double value : examples::held(++seed, rows, 2, held_rows))
        boolean.push_back(value > 0 ? 1 : 0);
    }
    for (const auto& column : numbers)
      columns.push_back({columns.size(), times, std::span<const double>(column), {}});
    columns.push_back({columns.size(), times, std::span<const std::int64_t>(state), {}});
    for (const auto& column : booleans)
      columns.push_back({columns.size(), times, std::span<const std::uint8_t>(column), {}});
  }
  std::size_t values() const { return columns.size() * column_rows_max; }
};

const Machine& machine() {
  static const Machine one;
  return one;
}

Bytes block_of(Form form) {
  Bytes bytes;
  CHECK(write_block(machine().columns, bytes, form).has_value());
  return bytes;
}

void write(benchmark::State& state) {
  const Form form = state.range(0) == 0 ? Form::packed : Form::warm;
  Bytes out;
  for (auto _ : state) {
    out.clear();
    CHECK(write_block(machine().columns, out, form).has_value());
  }
  state.counters["bytes/value"] =
      static_cast<double>(out.size()) / static_cast<double>(machine().values());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(machine().values()));
  state.SetLabel(form == Form::packed ? "packed" : "warm");
}

void read(benchmark::State& state) {
  const Bytes bytes = block_of(state.range(0) == 0 ? Form::packed : Form::warm);
  Bytes room;
  std::array<double, vector_rows> numbers;
  for (auto _ : state) {
    const Block block = Block::open(bytes).value();
    for (std::size_t i = 0; i < block.columns(); ++i) {
      const Column column = block.column(i, room).value();
      if (column.type != Type::number) continue;
      for (std::size_t v = 0; v < column.numbers().count(); ++v) {
        CHECK(column.numbers().decode(v, numbers).has_value());
        benchmark::DoNotOptimize(numbers.data());
        benchmark::ClobberMemory();
      }
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(machine().numbers.size() * column_rows_max));
  state.SetLabel(state.range(0) == 0 ? "packed, 17 of its columns" : "warm, 17 of its columns");
}

void statistics_of_columns(benchmark::State& state) {
  const Bytes bytes = block_of(Form::packed);
  const Block block = Block::open(bytes).value();
  for (auto _ : state)
    for (std::size_t i = 0; i < block.columns(); ++i)
      benchmark::DoNotOptimize(block.statistics(i).value().sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(block.columns()));
}

void gather_statistics(benchmark::State& state) {
  for (auto _ : state)
    for (const auto& column : machine().numbers)
      benchmark::DoNotOptimize(
          statistics_of(machine().times, std::span<const double>(column), {}).sum);
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(machine().numbers.size() * column_rows_max));
}

BENCHMARK(write)->Arg(0)->Arg(1);
BENCHMARK(read)->Arg(0)->Arg(1);
BENCHMARK(statistics_of_columns);
BENCHMARK(gather_statistics);

}  // namespace
}  // namespace millwright::math
