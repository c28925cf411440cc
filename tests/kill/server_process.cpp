#include "server_process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>

namespace millwright::kill {
namespace {

[[noreturn]] void become(const std::string& program, const std::string& plant,
                         const std::string& folder, int words) {
  const std::string data = folder + "/data";
  ::dup2(words, STDOUT_FILENO);
  const int log = ::open((folder + "/server.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0640);
  if (log >= 0) ::dup2(log, STDERR_FILENO);
  ::execl(program.c_str(), program.c_str(), "serve", plant.c_str(), "--data", data.c_str(),
          "--listen", "127.0.0.1:0", "--trust-loopback", nullptr);
  ::_exit(127);
}

}  // namespace

Result<ServerProcess> ServerProcess::start(const std::string& program, const std::string& plant,
                                           const std::string& folder) {
  std::array<int, 2> pipe{};
  CHECK(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t id = ::fork();
  CHECK(id >= 0);
  if (id == 0) become(program, plant, folder, pipe[1]);
  ::close(pipe[1]);
  ServerProcess server(id, pipe[0]);
  constexpr std::string_view mark = "http://127.0.0.1:";
  std::string said;
  for (char c = 0; ::read(pipe[0], &c, 1) == 1;) {
    said += c;
    if (c != '\n') continue;
    const std::size_t at = said.find(mark);
    if (at == std::string::npos) continue;
    std::from_chars(said.data() + at + mark.size(), said.data() + said.size(), server.port_);
    return server;
  }
  return fail(Code::offline, "the server ended before it said its address: see " + folder +
                                 "/server.log. It said: " + said);
}

ServerProcess::~ServerProcess() {
  if (id_ > 0) {
    signal(SIGKILL);
    wait();
  }
  if (words_ >= 0) ::close(words_);
}

void ServerProcess::signal(int number) const {
  ::kill(id_, number);
}

bool ServerProcess::wait() {
  int status = 0;
  ::waitpid(std::exchange(id_, -1), &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace millwright::kill
