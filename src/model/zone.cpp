#include <date/tz.h>

#include <exception>
#include <vector>

#include "base/text.hpp"
#include "model/plant_rules.hpp"

namespace millwright {
namespace {

std::string nearest_of(const date::tzdb& zones, const std::string& zone) {
  std::vector<std::string_view> names;
  for (const date::time_zone& known : zones.zones)
    names.push_back(known.name());
  for (const std::string_view name : names) {  // "Berlin" means "Europe/Berlin"
    if (name.size() > zone.size() && name.ends_with(zone) &&
        name[name.size() - zone.size() - 1] == '/')
      return std::string(name);
  }
  return std::string(nearest(zone, names).value_or(""));
}

}  // namespace

Outcome check_zone(const std::string& zone, std::string& nearest_zone) {
  if (zone == "UTC") return Done{};
  try {
    const date::tzdb& zones = date::get_tzdb();
    try {
      date::locate_zone(zone);
      return Done{};
    } catch (const std::exception&) {
      nearest_zone = nearest_of(zones, zone);
      return fail(Code::not_found, "'" + zone + "' is no IANA time zone");
    }
  } catch (const std::exception&) {
    return fail(Code::offline, "UTC, for this computer has no time zones (install tzdata)");
  }
}

}  // namespace millwright
