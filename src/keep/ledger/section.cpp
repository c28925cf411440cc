#include "keep/ledger/ledger.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::keep {
namespace {

constexpr const char* section_key = "ledger";
constexpr std::size_t witnesses_max = 64;

LedgerSection read_section(const Plant& plant, Problems& problems) {
  LedgerSection section;
  const auto found = plant.sections.find(section_key);
  if (found != plant.sections.end()) load(found->second, section_key, section, problems);
  return section;
}

}  // namespace

std::vector<math::VerifierKey> witnesses_of(const Plant& plant, Problems& problems) {
  std::vector<math::VerifierKey> keys;
  const LedgerSection section = read_section(plant, problems);
  for (std::size_t i = 0; i < section.witnesses.size() && !section.witnesses[i].empty(); ++i) {
    const Node* const list = plant.sections.at(section_key).find("witnesses");
    const auto refuse = [&](const std::string& expected) {
      problems.add({list->items[i].at, "ledger/witnesses/" + std::to_string(i + 1),
                    "'" + section.witnesses[i] + "'", expected, ""});
    };
    auto key = math::read_verifier_key(section.witnesses[i]);
    if (!key || key->kind != math::KeyKind::cosignature) {
      refuse("the key of a witness, NAME+ID+KEY of kind 4 (C2SP tlog-cosignature)" +
             (key ? "; this one signs notes" : ": " + key.error().what));
    } else if (keys.size() == witnesses_max) {
      refuse("at most 64 witnesses");
    } else {
      keys.push_back(*std::move(key));
    }
  }
  return keys;
}

flow::Room ledger_sections() {
  Section section;
  section.place = Section::Place::plant;
  section.key = section_key;
  section.help = "Who signs the checkpoints of the ledger beside millwright.";
  section.check = [](const Node&, const Plant& plant, const Machine*, Problems& problems) {
    witnesses_of(plant, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<LedgerSection>(out, SchemaFor::plant_file);
  };
  flow::Room room;
  room.name = "keep/ledger";
  room.sections.push_back(std::move(section));
  return room;
}

}  // namespace millwright::keep
