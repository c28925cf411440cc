#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millwright::serve {

// Threads that answer questions. Bound: waiting_max questions; beyond it add() refuses. Pieces of
// answers that have begun are always taken: a connection waits for one at most. Thread: any.
class Readers {
 public:
  Readers(std::size_t threads, std::size_t waiting_max);
  ~Readers();
  bool add(std::function<void()> work);
  void go_on(std::function<void()> work);  // with an answer; dropped at the end of the program

 private:
  void loop();

  std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::function<void()>> waiting_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace millwright::serve
