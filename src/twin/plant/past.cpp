#include "twin/plant/past.hpp"

#include <algorithm>

#include "twin/plant/sensors.hpp"

namespace millwright::twin {
namespace {

net::RecordedKind recorded_kind(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return net::RecordedKind::boolean;
    case ValueType::integer:
      return net::RecordedKind::integer;
    case ValueType::natural:
      return net::RecordedKind::natural;
    case ValueType::number:
      return net::RecordedKind::number;
    case ValueType::text:
      break;
  }
  return net::RecordedKind::text;
}

net::RecordedEvent event_of(const Reading& reading) {
  net::RecordedEvent event{nanoseconds(reading.at), reading.tag, 0, {}};
  if (const auto* flag = std::get_if<bool>(&reading.value)) event.value = *flag;
  if (const auto* integer = std::get_if<std::int32_t>(&reading.value))
    event.value = std::int64_t{*integer};
  if (const auto* natural = std::get_if<std::uint32_t>(&reading.value))
    event.value = std::uint64_t{*natural};
  if (const auto* number = std::get_if<double>(&reading.value)) event.value = *number;
  if (const auto* text = std::get_if<std::string>(&reading.value)) event.value = *text;
  return event;
}

}  // namespace

std::vector<net::RecordedTag> recorded_tags(const Works& works, const std::vector<Tag>& tags) {
  std::vector<net::RecordedTag> out;
  for (const Tag& tag : tags) {
    std::string path(plant_path);
    path += '/';
    path += works.stations[tag.machine].path;
    path += '/';
    path += tag.name;
    out.push_back({std::move(path), recorded_kind(tag.type)});
  }
  return out;
}

Result<PastRecorder> PastRecorder::open(const Life& life) {
  if (life.past() < past_step || life.past() > past_length_max)
    return fail(Code::invalid, "a past is from " + to_text(past_step) + " to " +
                                   to_text(past_length_max) + " long");
  return PastRecorder(
      life, TRY(Factory::open(
                {.life = life, .first = life.past_from, .sensor_period = past_sensor_period})));
}

PastRecorder::PastRecorder(const Life& life, Factory factory)
    : factory_(std::move(factory)), from_(life.past_from), until_(life.start), reached_(from_) {
  std::size_t tag = 0;
  for (const Station& station : factory_.works().stations) {
    Device device;
    device.first_tag = tag + common_count;
    for (std::size_t c = 0; c < common_count; ++c)
      is_periodic_.push_back(false);
    for (const Sensor& sensor : sensors_of(station.type)) {
      is_periodic_.push_back(sensor.read == ReadWhen::periodic);
      const auto at = static_cast<std::uint32_t>(is_periodic_.size() - 1);
      device.block.columns.push_back({at, {}, {}});
      device.held.push_back(0);
    }
    tag = is_periodic_.size();
    devices_.push_back(std::move(device));
  }
}

void PastRecorder::next(Bytes& out) {
  if (has_ended_) return;
  writer_.write_to(out);
  const Sink sink = [this](const Reading& reading) { take(reading); };
  if (!has_begun_) {
    has_begun_ = true;
    writer_.begin({"The past of " + std::string(plant_path), from_, until_},
                  recorded_tags(factory_.works(), factory_.tags()));
    factory_.tell_all(sink);
  }
  reached_ = std::min(reached_ + past_step, until_);
  factory_.advance_to(reached_ - Duration(1), sink);
  flush();
  has_ended_ = reached_ == until_;
  if (has_ended_) {
    writer_.end(reached_);
  } else {
    writer_.reach(reached_);
  }
}

void PastRecorder::take(const Reading& reading) {
  Device& device = devices_[factory_.tags()[reading.tag].machine];
  if (reading.tag >= device.first_tag)
    return take_sensor(device, reading.tag - device.first_tag, reading);
  events_.rows.push_back(event_of(reading));
}

void PastRecorder::take_sensor(Device& device, std::size_t sensor, const Reading& reading) {
  device.held[sensor] = std::get<double>(reading.value);
  net::RecordedBlock& block = device.block;
  const std::int64_t at = nanoseconds(reading.at);
  if (is_periodic_[reading.tag] && (block.times.empty() || block.times.back() != at)) {
    block.times.push_back(at);
    for (std::size_t s = 0; s < device.held.size(); ++s)
      block.columns[s].values.push_back(device.held[s]);
  }
  if (!block.times.empty() && block.times.back() == at)
    block.columns[sensor].values.back() = device.held[sensor];
}

// Within a progress the blocks come machine by machine, then what happened.
void PastRecorder::flush() {
  for (Device& device : devices_) {
    if (device.block.times.empty()) continue;
    writer_.add(device.block);
    device.block.times.clear();
    for (net::RecordedColumn& column : device.block.columns)
      column.values.clear();
  }
  for (std::size_t at = 0; at < events_.rows.size(); at += net::recording_rows_max) {
    const std::size_t end = std::min(events_.rows.size(), at + net::recording_rows_max);
    const auto first = events_.rows.begin();
    writer_.add(net::RecordedEvents{
        {first + static_cast<std::ptrdiff_t>(at), first + static_cast<std::ptrdiff_t>(end)}});
  }
  events_.rows.clear();
}

}  // namespace millwright::twin
