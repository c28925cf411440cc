#include "app/rooms.hpp"

#include "connect/host/host.hpp"
#include "connect/lineprotocol/lineprotocol.hpp"
#include "connect/opcua/opcua.hpp"
#include "connect/recording/recording.hpp"
#include "connect/replay/replay.hpp"
#include "keep/history/limits.hpp"
#include "keep/ledger/ledger.hpp"
#include "serve/plant/plant.hpp"
#include "watch/count/count.hpp"
#include "watch/data/data.hpp"
#include "watch/oee/oee.hpp"
#include "watch/order/order.hpp"
#include "watch/state/state.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::app {

std::vector<flow::Room> own_rooms() {
  std::vector<flow::Room> rooms;
  rooms.push_back(connect::opcua::room());
  rooms.push_back(connect::host::room());
  rooms.push_back(connect::replay::room());
  rooms.push_back(connect::recording::room());
  rooms.push_back(watch::data::room());
  rooms.push_back(watch::state::room());
  rooms.push_back(watch::count::room());
  rooms.push_back(watch::order::room());
  rooms.push_back(watch::stop::room());
  rooms.push_back(watch::oee::room());
  rooms.push_back(connect::lineprotocol::room());
  rooms.push_back(keep::history_sections());
  rooms.push_back(keep::ledger_sections());
  rooms.push_back(serve::plant_room());
  return rooms;
}

std::vector<Section> sections() {
  std::vector<Section> out;
  for (flow::Room& room : own_rooms()) {
    for (Section& section : room.sections)
      out.push_back(std::move(section));
  }
  return out;
}

}  // namespace millwright::app
