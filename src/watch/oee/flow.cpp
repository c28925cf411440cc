#include "watch/oee/flow.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace millwright::watch::oee {
namespace {

std::vector<std::size_t> finishers_of(const std::vector<Passing>& machines) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < machines.size(); ++i)
    if (machines[i].finishes || machines.size() == 1) out.push_back(i);
  return out;
}

// A machine that feeds none, and that none feeds: nobody knows where it stands.
const Passing* outside(const std::vector<Passing>& machines, const std::set<std::string>& fed) {
  const auto found = std::find_if(machines.begin(), machines.end(), [&](const Passing& machine) {
    return machine.feeds.empty() && !fed.contains(machine.path);
  });
  return found == machines.end() ? nullptr : &*found;
}

}  // namespace

Flow flow_of(const std::vector<Passing>& machines) {
  Flow flow;
  flow.outlets = finishers_of(machines);
  if (!flow.outlets.empty()) {
    flow.steps = {flow.outlets};
    return flow;
  }
  std::set<std::string> here, fed;
  for (const Passing& machine : machines) {
    here.insert(machine.path);
    fed.insert(machine.feeds.begin(), machine.feeds.end());
  }
  if (const Passing* unknown = outside(machines, fed)) {
    flow.missing = "no machine with finishes: true here, and " + unknown->title +
                   " does not say what it feeds";
    return flow;
  }
  // Machines of one line that feed the same stand side by side.
  std::map<std::pair<std::string, std::set<std::string>>, std::vector<std::size_t>> steps;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const auto& feeds = machines[i].feeds;
    steps[{machines[i].line, {feeds.begin(), feeds.end()}}].push_back(i);
    const bool goes_on = std::any_of(feeds.begin(), feeds.end(),
                                     [&](const std::string& path) { return here.contains(path); });
    if (!goes_on) flow.outlets.push_back(i);
  }
  if (flow.outlets.empty()) {
    flow.missing = "the machines feed one another in a ring: none has finishes: true";
    return flow;
  }
  for (auto& [key, step] : steps)
    flow.steps.push_back(std::move(step));
  return flow;
}

}  // namespace millwright::watch::oee
