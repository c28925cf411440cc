#include "twin/plant/life.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::twin {
namespace {

constexpr NodeLimits life_limits{.bytes_max = 65536, .nodes_max = 1000, .depth_max = 8};

Instant whole_minute(Instant at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

}  // namespace

Result<std::optional<Shift>> special_at(Instant at, Duration before, Duration after) {
  Shift special{whole_minute(at - before), whole_minute(at + after)};
  for (const Shift& shift : TRY(shifts(at - 3 * 24h, 7))) {
    if (shift.from <= at && at < shift.to) return std::optional<Shift>();
    if (shift.to <= at) special.from = std::max(special.from, shift.to);
    if (shift.from > at) special.to = std::min(special.to, shift.from);
  }
  return std::optional(special);
}

Result<Life> begin_life(std::uint64_t seed, Instant start, Duration past) {
  Life life{.seed = seed, .start = start, .past_from = start - past};
  if (const auto special = TRY(special_at(start, special_before, special_after)))
    life.special_shifts.push_back(*special);
  return life;
}

Outcome show_again(Life& life, Instant now) {
  if (life.special_shifts.size() >= special_shifts_max) return Done{};
  for (const Shift& held : life.special_shifts)
    if (held.from <= now && now < held.to) return Done{};
  auto special = TRY(special_at(now, {}, special_after));
  if (!special) return Done{};
  for (const Shift& held : life.special_shifts)
    special->from = std::max(special->from, held.to);
  if (special->from < special->to) life.special_shifts.push_back(*special);
  return Done{};
}

Result<std::optional<KeptLife>> read_life(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::optional<KeptLife>{};
  std::ostringstream text;
  text << in.rdbuf();
  const auto node = read_json(text.str(), life_limits);
  KeptLife kept;
  Problems problems;
  if (node) load(*node, "", kept, problems);
  const bool makes_sense = kept.life.past_from <= kept.life.start &&
                           kept.life.special_shifts.size() <= special_shifts_max;
  if (!node || !problems.empty() || !makes_sense)
    return fail(Code::corrupt, file.string() + " does not say which works it keeps" +
                                   (node ? "" : " (" + node.error().what + ")") +
                                   ": restore it, or remove it to begin another one");
  return std::optional(std::move(kept));
}

Outcome write_life(const std::filesystem::path& file, const KeptLife& kept) {
  const std::filesystem::path beside = file.string() + ".new";
  std::ofstream out(beside, std::ios::trunc);
  out << to_json(kept) << '\n';
  out.close();
  std::error_code trouble;
  if (out) std::filesystem::rename(beside, file, trouble);
  if (!out || trouble) return fail(Code::refused, "cannot write " + file.string());
  return Done{};
}

}  // namespace millwright::twin
