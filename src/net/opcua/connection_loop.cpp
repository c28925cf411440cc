#include <open62541/client.h>
#include <open62541/client_config_default.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "base/check.hpp"
#include "base/log.hpp"
#include "net/opcua/connection.hpp"

namespace millwright::net::opcua {
namespace {

constexpr Duration clock_step = 20ms;  // how soon a stop is noticed
constexpr UA_UInt32 session_timeout_milliseconds = 60'000;
constexpr UA_UInt32 close_milliseconds = 500;  // for a polite good-bye

UA_UInt32 milliseconds(Duration wait) {
  return static_cast<UA_UInt32>(
      std::chrono::duration_cast<std::chrono::milliseconds>(wait).count());
}

// The library would ask for a password on the terminal.
UA_StatusCode no_password(UA_ClientConfig*, UA_ByteString*) {
  return UA_STATUSCODE_BADSECURITYCHECKSFAILED;
}

Outcome fill(UA_ClientConfig& config, const OwnCertificate* own,
             const std::vector<std::string>& trusted) {
  UA_StatusCode status = UA_STATUSCODE_GOOD;
  if (own == nullptr) {
    status = UA_ClientConfig_setDefault(&config);
  } else {
    config.clientDescription.applicationUri = UA_String_fromChars(own->application_uri.c_str());
    std::vector<UA_ByteString> list;
    std::transform(trusted.begin(), trusted.end(), std::back_inserter(list), borrowed);
    status = UA_ClientConfig_setDefaultEncryption(&config, borrowed(own->certificate),
                                                  borrowed(own->key), list.data(), list.size(),
                                                  nullptr, 0);
  }
  if (status != UA_STATUSCODE_GOOD)
    return fail(Code::refused,
                Trouble{"the OPC UA library cannot be set up: " + name_of_status(status),
                        "Check the certificate files of this source."});
  return Done{};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::make(const SessionSettings& settings,
                                                     const OwnCertificate* own,
                                                     const std::vector<std::string>& trusted,
                                                     const std::atomic<bool>& is_stopping) {
  std::unique_ptr<Connection> made(new Connection(settings, is_stopping));
  made->logger_ = {log, made.get(), nullptr};
  UA_ClientConfig config{};
  config.logging = &made->logger_;
  config.clientContext = made.get();
  config.timeout = milliseconds(settings.timeout);
  config.requestedSessionTimeout = session_timeout_milliseconds;
  config.stateCallback = hear_state;
  config.privateKeyPasswordCallback = no_password;
  config.noNewSession = true;
  const Outcome filled = fill(config, own, trusted);
  if (!filled) {
    UA_ClientConfig_clear(&config);
    return filled.error();
  }
  config.localConnectionConfig.localMaxMessageSize = Session::message_bytes_max;
  UA_LocalizedText_clear(&config.clientDescription.applicationName);
  config.clientDescription.applicationName = UA_LOCALIZEDTEXT_ALLOC("en", "millwright");
  made->client_ = UA_Client_newWithConfig(&config);
  CHECK(made->client_ != nullptr);
  return made;
}

Connection::~Connection() {
  if (client_ == nullptr) return;
  // A server that is gone is not waited for; one that is there hears that we leave.
  config().timeout = close_milliseconds;
  if (!ended_.what.empty()) UA_Client_disconnectSecureChannelAsync(client_);
  UA_Client_delete(client_);
}

Outcome Connection::connect(const std::string& endpoint, Aim aim) {
  const auto deadline = Clock::now() + 2 * timeout_;
  UA_StatusCode status = aim == Aim::session
                             ? UA_Client_connectAsync(client_, endpoint.c_str())
                             : UA_Client_connectSecureChannelAsync(client_, endpoint.c_str());
  if (status != UA_STATUSCODE_GOOD) return over(status);
  while (Clock::now() < deadline) {
    TRY(pump(clock_step));
    UA_SecureChannelState channel{};
    UA_SessionState session{};
    UA_Client_getState(client_, &channel, &session, &status);
    const bool is_open = channel == UA_SECURECHANNELSTATE_OPEN;
    if (is_open && (aim == Aim::channel || session == UA_SESSIONSTATE_ACTIVATED)) {
      // From here on we see for ourselves when a connection ends, and open a new one.
      if (aim == Aim::session) config().noReconnect = true;
      return Done{};
    }
  }
  return over(UA_STATUSCODE_BADTIMEOUT);
}

Outcome Connection::pump(Duration wait) {
  if (!ended_.what.empty()) return fail(Code::offline, ended_);
  if (is_stopping_) return fail(Code::offline, Trouble{"millwright is stopping", ""});
  const UA_StatusCode status = UA_Client_run_iterate(client_, milliseconds(wait));
  if (status != UA_STATUSCODE_GOOD) {
    const Error error = over(status);
    end(to_trouble(error));
    return error;
  }
  if (!ended_.what.empty()) return fail(Code::offline, ended_);
  return Done{};
}

void Connection::end(Trouble why) {
  if (ended_.what.empty()) ended_ = std::move(why);
}

Connection::Answer& Connection::expect(const UA_DataType& type) {
  void* response = UA_new(&type);
  CHECK(response != nullptr);
  return answers_.emplace_back(response, type);
}

void Connection::forget(const Answer& answer) {
  answers_.remove_if([&](const Answer& known) { return &known == &answer; });
}

// The library clears its response after the call: ours and its change places.
void Connection::take_answer(UA_Client*, void* answer, UA_UInt32, void* response) {
  auto& taken = *static_cast<Answer*>(answer);
  std::swap_ranges(static_cast<char*>(taken.response),
                   static_cast<char*>(taken.response) + taken.type->memSize,
                   static_cast<char*>(response));
  taken.is_done = true;
}

Outcome Connection::wait_for(Answer& answer) {
  const auto deadline = Clock::now() + timeout_;
  while (!answer.is_done) {
    if (Clock::now() >= deadline) {
      end(words_of_status(UA_STATUSCODE_BADTIMEOUT, subject_));
      return over(UA_STATUSCODE_BADTIMEOUT);
    }
    TRY(pump(clock_step));
  }
  return Done{};
}

Error Connection::over(UA_StatusCode status) const {
  const Code code = status == UA_STATUSCODE_BADTIMEOUT ? Code::timed_out : Code::offline;
  return fail(code, words_of_status(status, subject_));
}

void Connection::log(void* connection, UA_LogLevel level, UA_LogCategory, const char* format,
                     va_list values) {
  if (level < UA_LOGLEVEL_WARNING) return;
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, values);
  log::say(log::Level::debug, static_cast<Connection*>(connection)->subject_ + ": " + text.data());
}

// Each new TCP connection counts: a server that accepts and closes would be dialled for ever.
void Connection::hear_state(UA_Client* client, UA_SecureChannelState channel, UA_SessionState,
                            UA_StatusCode) {
  auto& self = *static_cast<Connection*>(UA_Client_getContext(client));
  if (channel == UA_SECURECHANNELSTATE_CONNECTING && self.channel_ != channel &&
      ++self.connects_ >= Session::connects_max)
    UA_Client_getConfig(client)->noReconnect = true;
  self.channel_ = channel;
}

}  // namespace millwright::net::opcua
