#include "watch/state/rules.hpp"

#include <algorithm>

#include "model/described_load.hpp"

namespace millwright::watch::state {
namespace {

// Reads the conditions of one machine; all share its inputs.
class RulesReader {
 public:
  RulesReader(const Machine& machine, Rules& rules, Problems& problems)
      : where_("machines/" + machine.path + "/state"), rules_(rules), problems_(problems) {
    for (const TagDescription& tag : machine.tags)
      tags_.push_back({tag.name, type_of(tag.kind)});
  }

  const std::string& where() const { return where_; }

  std::optional<Condition> condition(const Node* list, std::size_t index,
                                     std::string_view list_name, const std::string& text) {
    const Node* node =
        list == nullptr || index >= list->items.size() ? nullptr : list->items[index].find("when");
    if (node == nullptr) return std::nullopt;  // Reported as a missing key.
    auto read = read_condition(text, tags_, rules_.inputs);
    if (auto* good = std::get_if<Condition>(&read)) return std::move(*good);
    Mistake& mistake = std::get<Mistake>(read);
    Position at = node->at;
    at.column += static_cast<std::uint32_t>(mistake.offset) + (node->is_quoted ? 1U : 0U);
    problems_.add(
        {at, where_ + "/" + std::string(list_name) + "/" + std::to_string(index + 1) + "/when",
         std::move(mistake.found), std::move(mistake.expected), std::move(mistake.nearest)});
    return std::nullopt;
  }

 private:
  std::string where_;
  std::vector<KnownTag> tags_;
  Rules& rules_;
  Problems& problems_;
};

void check_section(const StateSection& section, const Node& node, const std::string& where,
                   Problems& problems) {
  const auto place = [&](std::string_view key) {
    const Node* found = node.find(key);
    return found == nullptr ? node.at : found->at;
  };
  if (section.no_data_after < Duration::zero())
    problems.add({place("no_data_after"), where + "/no_data_after",
                  "'" + to_text(section.no_data_after) + "'", "a time of 0 s or more", ""});
  if (section.expects_every && *section.expects_every <= Duration::zero())
    problems.add({place("expects_every"), where + "/expects_every",
                  "'" + to_text(*section.expects_every) + "'", "a time above 0 s", ""});
  if (section.rules.empty() && node.find("rules") != nullptr)
    problems.add({place("rules"), where + "/rules", "no rule", "at least one rule", ""});
  if (section.rules.size() > Rules::rules_max || section.mode.size() > Rules::rules_max)
    problems.add({node.at, where, "more rules",
                  "at most " + std::to_string(Rules::rules_max) + " rules", ""});
}

// A machine that is meant to stand still and does is planned; one that works or cannot be seen is
// not.
bool is_standstill(MachineState state) {
  return state == MachineState::idle || state == MachineState::stopped ||
         state == MachineState::blocked || state == MachineState::starved;
}

}  // namespace

Rules read_rules(const Node& section_node, const Machine& machine, Problems& problems) {
  Rules rules;
  RulesReader reader(machine, rules, problems);
  StateSection section;
  load(section_node, reader.where(), section, problems);
  check_section(section, section_node, reader.where(), problems);
  rules.no_data_after = std::max(section.no_data_after, Duration::zero());
  rules.expects_every = section.expects_every;
  rules.otherwise = section.otherwise;
  const Node* state_list = section_node.find("rules");
  for (std::size_t i = 0; i < std::min(section.rules.size(), Rules::rules_max); ++i) {
    StateRule& rule = section.rules[i];
    auto when = reader.condition(state_list, i, "rules", rule.when);
    if (when)
      rules.states.push_back(
          {std::move(*when), rule.state, rule.why.empty() ? rule.when : std::move(rule.why)});
  }
  const Node* mode_list = section_node.find("mode");
  for (std::size_t i = 0; i < std::min(section.mode.size(), Rules::rules_max); ++i) {
    auto when = reader.condition(mode_list, i, "mode", section.mode[i].when);
    if (when) rules.modes.push_back({std::move(*when), section.mode[i].mode});
  }
  return rules;
}

Answer answer(const Rules& rules, std::span<const Seen> seen) {
  Answer out;
  for (const Rules::ForMode& rule : rules.modes) {
    const Truth truth = judge(rule.when, seen).truth;
    if (truth == Truth::no) continue;
    if (truth == Truth::yes) out.mode = rule.mode;
    break;
  }
  out.state = rules.otherwise;
  out.why = "no rule holds";
  for (const Rules::ForState& rule : rules.states) {
    const Judgement judgement = judge(rule.when, seen);
    if (judgement.truth == Truth::no) continue;
    if (judgement.truth == Truth::unknown) {
      out.state = MachineState::nodata;
      out.lacking = judgement.lacking;
      return out;
    }
    out.state = rule.state;
    out.why = rule.why;
    break;
  }
  if (out.mode == MachineMode::planned && is_standstill(out.state)) {
    out.state = MachineState::planned;
    out.why = "planned stop";
  }
  return out;
}

}  // namespace millwright::watch::state
