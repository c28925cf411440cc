#pragma once

#include <map>
#include <string>
#include <vector>

#include "twin/plant/factory.hpp"

namespace millwright::scenario {

// What the virtual plant knows of its machines, from its simulator and not from what it tells.
enum class Doing : std::uint8_t { working, setup, stopped, starved, blocked, off };
std::string_view word_of(Doing doing);

struct TruePiece {
  Instant from, to;
  Doing doing;
  Duration length() const { return to - from; }
};
struct TrueRun {  // of one order
  std::string order, product;
  Instant from;
};
struct TrueMachine {
  std::string path;
  std::vector<TruePiece> pieces;     // without a gap, each another doing than the one before
  std::vector<Instant> good, scrap;  // when each part was finished
  std::vector<TrueRun> runs;         // of machines that have orders
  bool has_orders = false;
};

// The past of a life. Somebody missing while the others work is a stop, as it is for whoever waits.
std::vector<TrueMachine> truth_of(const twin::Life& life);

}  // namespace millwright::scenario
