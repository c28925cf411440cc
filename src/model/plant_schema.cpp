#include "model/described_json.hpp"
#include "model/plant.hpp"

namespace millwright {
namespace {

using Place = Section::Place;

void write_sections(JsonWriter& out, std::span<const Section> sections, Place place) {
  for (const Section& section : sections) {
    if (section.place != place) continue;
    out.key(section.key).begin_object();
    if (section.write_schema) section.write_schema(out);
    if (!section.help.empty()) out.member("description", std::string_view(section.help));
    out.end_object();
  }
}

// A list of records, each with the keys that modules bring.
template <Described T>
void write_list(JsonWriter& out, std::span<const Section> sections, Place place,
                std::string_view help) {
  out.begin_object().member("type", "array").key("items").begin_object();
  detail::write_record_schema<T>(out, SchemaFor::plant_file, [&](JsonWriter& properties) {
    write_sections(properties, sections, place);
  });
  if (place == Place::source) {
    out.key("oneOf").begin_list();
    for (const Section& section : sections) {
      if (section.place != place) continue;
      out.begin_object().key("required").begin_list().value(section.key).end_list().end_object();
    }
    out.end_list();
  }
  out.end_object().member("description", help).end_object();
}

bool has_source_kind(std::span<const Section> sections) {
  for (const Section& section : sections) {
    if (section.place == Place::source) return true;
  }
  return false;
}

}  // namespace

std::string plant_schema(std::span<const Section> sections) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  out.member("title", "millwright plant file");
  out.member("type", "object");
  out.key("properties").begin_object();
  out.key("plant").begin_object();
  write_schema<PlantIdentity>(out, SchemaFor::plant_file);
  out.member("description", "What the plant is called and where it stands.").end_object();
  out.key("machines");
  write_list<Machine>(out, sections, Place::machine, "The machines, as area/line/machine.");
  out.key("sources");
  if (has_source_kind(sections)) {
    write_list<Source>(out, sections, Place::source, "Where values come from.");
  } else {
    out.begin_object().member("type", "array").member("maxItems", 0).end_object();
  }
  write_sections(out, sections, Place::plant);
  out.end_object();
  out.key("required").begin_list().value("plant").end_list();
  out.member("additionalProperties", false);
  out.end_object();
  return text;
}

}  // namespace millwright
