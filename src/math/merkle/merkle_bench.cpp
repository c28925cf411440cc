#include <benchmark/benchmark.h>

#include "math/merkle/merkle.hpp"
#include "math/merkle/note.hpp"
#include "math/merkle/test_tree.hpp"

namespace millwright::math {
namespace {

// Records of 120 bytes into a growing tree: two hashes a record.
void grow(benchmark::State& state) {
  const Bytes record(120, 7);
  Frontier frontier;
  for (auto _ : state)
    frontier.add(leaf_hash(record));
  benchmark::DoNotOptimize(frontier.root());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(grow);

void check_one_inclusion(benchmark::State& state) {
  const std::uint64_t size = 1'000'000;
  const TestTree tree = TestTree::numbered(size);
  const TreeHead head = tree.head(size);
  const auto proof = prove_inclusion(size / 3, size, tree.reader()).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(check_inclusion(size / 3, tree.leaf(size / 3), head, proof));
}
BENCHMARK(check_one_inclusion);

void prove_one_consistency(benchmark::State& state) {
  const std::uint64_t size = 1'000'000;
  const TestTree tree = TestTree::numbered(size);
  for (auto _ : state)
    benchmark::DoNotOptimize(prove_consistency(size / 3, size, tree.reader()));
}
BENCHMARK(prove_one_consistency);

void sign_and_check(benchmark::State& state) {
  const Signer signer = Signer::from_seed("plant.example", KeyKind::note, {1});
  const std::string text = "plant.example\n3\nAAAA\n";
  const std::vector<VerifierKey> keys{signer.key()};
  for (auto _ : state)
    benchmark::DoNotOptimize(check_note({text, {signer.sign(text)}}, keys));
}
BENCHMARK(sign_and_check);

}  // namespace
}  // namespace millwright::math
