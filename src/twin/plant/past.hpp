#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "net/recording/recording.hpp"
#include "net/recording/socket.hpp"
#include "twin/plant/factory.hpp"

namespace millwright::twin {

// The past of the works: what its sensors and controllers would have said before its start.
constexpr Duration past_length_max = std::chrono::days(35);
constexpr Duration past_sensor_period = 10s;
constexpr Duration past_step = 1h;  // of event time: what is said before the next progress

// Makes a recording of it, an hour at a time: each sensor every ten seconds (what is measured once
// a part as it stands then), all else when it happens. The same life gives the same bytes.
class PastRecorder {
 public:
  // Errors: not_found, when the plant's time zone is unknown here.
  static Result<PastRecorder> open(const Life& life);

  bool has_ended() const { return has_ended_; }
  Instant reached() const { return reached_; }
  // Appends the next frames. The first call says what is so at the beginning.
  void next(Bytes& out);
  math::Totals totals() { return factory_.totals(); }  // for tests: the truth, since the beginning

 private:
  struct Device {  // a machine: its sensors have one column of times
    net::RecordedBlock block;
    std::vector<double> held;  // the value of each sensor as it stands
    std::size_t first_tag = 0;
  };
  PastRecorder(const Life& life, Factory factory);
  void take(const Reading& reading);
  void take_sensor(Device& device, std::size_t sensor, const Reading& reading);
  void flush();

  Factory factory_;
  Instant from_, until_, reached_;
  std::vector<Device> devices_;
  std::vector<bool> is_periodic_;  // by tag
  net::RecordedEvents events_;
  net::RecordingWriter writer_;
  bool has_begun_ = false, has_ended_ = false;
};

std::vector<net::RecordedTag> recorded_tags(const Works& works, const std::vector<Tag>& tags);

// Serves the recording on 127.0.0.1 to whoever asks, one after the other, on a thread of its own
// that gives way to the live works.
class PastServer {
 public:
  // Errors: refused, when the port is taken.
  static Result<std::unique_ptr<PastServer>> open(const Life& life, std::uint16_t port);
  ~PastServer();
  std::uint16_t port() const { return listener_.port(); }

 private:
  PastServer(Life life, net::RecordingListener listener)
      : life_(std::move(life)), listener_(std::move(listener)) {}
  void run() noexcept;
  Outcome serve(net::RecordingSocket& socket);

  Life life_;
  net::RecordingListener listener_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace millwright::twin
