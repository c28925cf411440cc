#include "net/http/connection.hpp"

namespace millwright::net {
namespace {

// A connection that has left HTTP and still takes one of the server's places until it is closed.
class SeatedStream final : public Stream {
 public:
  SeatedStream(std::unique_ptr<Stream> stream, std::shared_ptr<Hall> hall)
      : stream_(std::move(stream)), hall_(std::move(hall)), address_(stream_->remote().address) {}
  ~SeatedStream() override { leave(); }
  SeatedStream(const SeatedStream&) = delete;
  SeatedStream& operator=(const SeatedStream&) = delete;

  void read(std::span<std::uint8_t> into, Count done) override {
    stream_->read(into, std::move(done));
  }
  void write(std::vector<ByteView> parts, Finished done) override {
    stream_->write(std::move(parts), std::move(done));
  }
  void shut_down(Finished done) override { stream_->shut_down(std::move(done)); }
  void close() override {
    stream_->close();
    leave();
  }
  bool is_secure() const override { return stream_->is_secure(); }
  Endpoint remote() const override { return stream_->remote(); }
  Loop& loop() override { return stream_->loop(); }

 private:
  void leave() {
    if (hall_) hall_->leave_upgraded(address_);
    hall_ = nullptr;
  }

  std::unique_ptr<Stream> stream_;
  std::shared_ptr<Hall> hall_;  // Owners: see Hall. Null once it has left.
  std::string address_;
};

}  // namespace

std::unique_ptr<Stream> make_seated(std::unique_ptr<Stream> stream, std::shared_ptr<Hall> hall) {
  return std::make_unique<SeatedStream>(std::move(stream), std::move(hall));
}

std::optional<Refusal> Hall::enter(const std::string& address) {
  const std::lock_guard lock(mutex);
  const HttpLimits& limits = settings.limits;
  ++accepted;
  std::size_t& there = by_address[address];
  ++open;
  ++there;
  if (open + upgraded > limits.connections_max)
    return Refusal{503, "too many connections; try again later"};
  if (there > limits.connections_per_address_max && !is_loopback(address))
    return Refusal{429, "too many connections from " + address};
  return std::nullopt;
}

void Hall::leave(const std::string& address) {
  hand_over();
  leave_upgraded(address);
}

void Hall::hand_over() {
  const std::lock_guard lock(mutex);
  --open;
  ++upgraded;
  emptied.notify_all();
}

void Hall::leave_upgraded(const std::string& address) {
  const std::lock_guard lock(mutex);
  --upgraded;
  const auto there = by_address.find(address);
  CHECK(there != by_address.end());
  if (--there->second == 0) by_address.erase(there);
}

}  // namespace millwright::net
