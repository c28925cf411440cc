#pragma once

// One client of open62541 and the waiting for its answers. For the .cpp files of this folder alone.
// Include <open62541/…> before it: our headers name no library.

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "net/opcua/certificates.hpp"
#include "net/opcua/foreign.hpp"
#include "net/opcua/session.hpp"

namespace millwright::net::opcua {

using Clock = std::chrono::steady_clock;

class Connection {
 public:
  // `own` may be absent: then nothing is signed or encrypted.
  static Result<std::unique_ptr<Connection>> make(const SessionSettings& settings,
                                                  const OwnCertificate* own,
                                                  const std::vector<std::string>& trusted,
                                                  const std::atomic<bool>& is_stopping);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  UA_Client* client() { return client_; }
  UA_ClientConfig& config() { return *UA_Client_getConfig(client_); }

  // Opens a channel alone, or a channel with a session.
  enum class Aim : std::uint8_t { channel, session };
  Outcome connect(const std::string& endpoint, Aim aim);

  // Lets the library work once. Errors: offline or timed_out.
  Outcome pump(Duration wait);
  // Ends the session: every later pump fails with this.
  void end(Trouble why);

  struct Answer {
    Answer(void* empty, const UA_DataType& its_type) : response(empty), type(&its_type) {}
    ~Answer() { UA_delete(response, type); }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    void* response;
    const UA_DataType* type;
    bool is_done = false;
  };
  // An answer that is waited for; lives as long as the connection, or until forget().
  Answer& expect(const UA_DataType& type);
  void forget(const Answer& answer);
  static void take_answer(UA_Client* client, void* answer, UA_UInt32 request, void* response);
  // Pumps until the answer is there. `sent` is what sending said.
  template <class Response>
  Outcome await(UA_StatusCode sent, Answer& answer, Response& response);

  // Asks and waits. A bad service result is in the response's header, not an error here.
  template <class Request, class Response>
  Outcome call(const Request& request, const UA_DataType& request_type, Response& response,
               const UA_DataType& response_type) {
    Answer& answer = expect(response_type);
    const UA_StatusCode sent = __UA_Client_AsyncService(
        client_, &request, &request_type, take_answer, &response_type, &answer, nullptr);
    return await(sent, answer, response);
  }

 private:
  Connection(const SessionSettings& settings, const std::atomic<bool>& is_stopping)
      : subject_(settings.endpoint), timeout_(settings.timeout), is_stopping_(is_stopping) {}
  static void log(void* connection, UA_LogLevel level, UA_LogCategory category, const char* format,
                  va_list values);
  static void hear_state(UA_Client* client, UA_SecureChannelState channel, UA_SessionState session,
                         UA_StatusCode status);
  Outcome wait_for(Answer& answer);
  Error over(UA_StatusCode status) const;

  std::string subject_;
  Duration timeout_;
  const std::atomic<bool>& is_stopping_;
  UA_Logger logger_{};
  UA_Client* client_ = nullptr;
  std::list<Answer> answers_;
  Trouble ended_;
  UA_SecureChannelState channel_ = UA_SECURECHANNELSTATE_CLOSED;
  unsigned connects_ = 0;
};

template <class Response>
Outcome Connection::await(UA_StatusCode sent, Answer& answer, Response& response) {
  if (sent != UA_STATUSCODE_GOOD) return over(sent);
  TRY(wait_for(answer));
  std::swap(response, *static_cast<Response*>(answer.response));
  forget(answer);
  return Done{};
}

}  // namespace millwright::net::opcua
