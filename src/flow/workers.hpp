#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "flow/core.hpp"
#include "flow/inbox.hpp"
#include "flow/room.hpp"

namespace millwright::flow {

// Threads that run jobs. The answer enters the line as fact::JobAnswered; a job that fails, or
// whose kind nobody knows, is answered with no bytes and logged. What waits is bounded by the open
// jobs of the core.
class Workers {
 public:
  Workers(std::vector<JobKind> kinds, Inbox& inbox, const Clock& clock);
  ~Workers();

  void start(std::size_t threads);
  void add(Core::Started started);
  // Runs one waiting job here; false when none waits. For a line without threads.
  bool run_one();
  void stop();

 private:
  void loop();
  void run(const Core::Started& started);

  std::map<std::string, JobFunction> kinds_;
  Inbox& inbox_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable has_job_;
  std::deque<Core::Started> waiting_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace millwright::flow
