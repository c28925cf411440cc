#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "connect/opcua/judge.hpp"
#include "flow/clock.hpp"
#include "flow/inbox.hpp"
#include "flow/troubles.hpp"
#include "model/ids.hpp"
#include "net/opcua/client.hpp"

namespace millwright::connect::opcua {

// One tag that a source is asked for.
struct FeedTag {
  TagId id;
  std::string path;
  Expected expected;
};

// What a client hears becomes readings and facts in the inbox. Thread: the client's, and after the
// client has ended its owner's.
class Feed final : public net::opcua::Listener {
 public:
  static constexpr std::size_t rows_waiting_max = 200'000;  // when the inbox is full

  Feed(flow::Inbox& inbox, const flow::Clock& clock, SourceId source, std::string address,
       std::vector<FeedTag> tags);

  void connected(std::size_t watched, const std::vector<net::opcua::Trouble>& warnings) override;
  void lost(const net::opcua::Trouble& why) override;
  void refused(const net::opcua::Refusal& refusal) override;
  void accepted(std::size_t) override {}
  void sample(std::size_t item, const net::opcua::Sample& sample) override;
  void alive() override;

  // Nobody will hear this source for now.
  void stop();

 private:
  struct State {
    Instant newest = Instant::min();    // time of the newest row
    Instant happened = Instant::min();  // the row that came last
    Scalar value;
    Quality quality;
    Instant lost = Instant::min();  // of the row that said that it is not known any more
  };
  void add(std::size_t item, const Judged& row);
  void lose_all(Instant since);
  void lose(std::size_t item, Instant at, Quality quality);
  void note(std::size_t item, Finding finding, const net::opcua::Sample& sample, Instant now);
  void flush(Instant now);
  void drop_oldest();
  void tell_dropped(Instant now);

  flow::Inbox& inbox_;
  const flow::Clock& clock_;
  SourceId source_;
  std::string address_;
  std::vector<FeedTag> tags_;
  std::vector<State> states_;
  flow::Troubles troubles_;
  Readings batch_;
  std::deque<Readings> waiting_;  // for room in the inbox, oldest first
  std::size_t rows_waiting_ = 0;
  std::uint64_t dropped_ = 0;
  Instant dropped_told_;
  Instant alive_at_;
  bool is_connected_ = false, is_lost_told_ = false;
  std::string lost_why_;
};

}  // namespace millwright::connect::opcua
