#include "net/opcua/trouble.hpp"

#include <open62541/types.h>

#include <array>

namespace millwright::net::opcua {
namespace {

struct Words {
  std::uint32_t status;
  std::string_view what, next_step;
};

constexpr std::string_view is_it_running =
    "Is the server running, and is the address right? Firewalls on the way must let its port pass.";
constexpr std::string_view trust_us =
    "Let the server trust millwright's certificate: it lies among the server's rejected "
    "certificates, or take it from this source's folder certificates/own.";
constexpr std::string_view credentials =
    "Check 'user' and the content of 'password_file', and that the server knows this user.";
constexpr std::string_view busy = "Close other clients of this server, or raise its limit.";

constexpr std::array word_list{
    Words{UA_STATUSCODE_BADCONNECTIONREJECTED, "does not answer: no connection", is_it_running},
    Words{UA_STATUSCODE_BADCONNECTIONCLOSED, "closed the connection", is_it_running},
    Words{UA_STATUSCODE_BADNOTCONNECTED, "closed the connection", is_it_running},
    Words{UA_STATUSCODE_BADSECURECHANNELCLOSED, "closed the connection", is_it_running},
    Words{UA_STATUSCODE_BADSERVERNOTCONNECTED, "closed the connection", is_it_running},
    Words{UA_STATUSCODE_BADTIMEOUT, "does not answer in time",
          "Is the network whole, and is the server not overloaded?"},
    Words{UA_STATUSCODE_BADTCPENDPOINTURLINVALID, "refuses the address",
          "Write 'endpoint' as the server spells it, with its path: opc.tcp://host:4840/path."},
    Words{UA_STATUSCODE_BADIDENTITYTOKENREJECTED, "refuses the sign-in", credentials},
    Words{UA_STATUSCODE_BADIDENTITYTOKENINVALID, "refuses the sign-in", credentials},
    Words{UA_STATUSCODE_BADUSERACCESSDENIED, "refuses the user or the password", credentials},
    Words{UA_STATUSCODE_BADUSERSIGNATUREINVALID, "refuses the sign-in", credentials},
    Words{UA_STATUSCODE_BADCERTIFICATEUNTRUSTED, "does not trust millwright's certificate",
          trust_us},
    Words{UA_STATUSCODE_BADSECURITYCHECKSFAILED, "refuses the encrypted connection", trust_us},
    Words{UA_STATUSCODE_BADCERTIFICATETIMEINVALID, "calls a certificate expired or not yet valid",
          "Check the clocks of both machines, and the dates of both certificates."},
    Words{UA_STATUSCODE_BADCERTIFICATEURIINVALID,
          "shows a certificate that belongs to another application",
          "Let the server make a certificate for its own application URI."},
    Words{UA_STATUSCODE_BADTOOMANYSESSIONS, "has no session left", busy},
    Words{UA_STATUSCODE_BADTOOMANYSUBSCRIPTIONS, "has no subscription left", busy},
    Words{UA_STATUSCODE_BADTOOMANYMONITOREDITEMS, "watches no more values", busy},
    Words{UA_STATUSCODE_BADNODEIDUNKNOWN, "has no such node",
          "Correct the address; 'millwright browse ENDPOINT' lists what the server has."},
    Words{UA_STATUSCODE_BADNODEIDINVALID, "calls this node id invalid",
          "Correct the address; 'millwright browse ENDPOINT' lists what the server has."},
    Words{UA_STATUSCODE_BADATTRIBUTEIDINVALID, "says that this node has no value",
          "Name a variable; 'millwright browse ENDPOINT' lists them."},
    Words{UA_STATUSCODE_BADINDEXRANGENODATA, "has no element with this index",
          "Correct the number after index=."},
    Words{UA_STATUSCODE_BADNOTREADABLE, "does not let this value be read",
          "Give this user the right to read it, in the server."},
    Words{UA_STATUSCODE_BADTCPMESSAGETYPEINVALID, "does not speak OPC UA",
          "Is this the right port? OPC UA servers mostly listen at 4840."},
    Words{UA_STATUSCODE_BADDECODINGERROR, "sent bytes that are no OPC UA",
          "Is this the right port? If it is, ask the server's maker."},
};

bool is_refusal(std::string_view next_step) {
  return next_step == credentials || next_step == trust_us || next_step == busy;
}

}  // namespace

Trouble to_trouble(const Error& error) {
  const std::size_t end = error.what.find('\n');
  const bool is_refusal = error.code == Code::refused;
  if (end == std::string::npos) return {error.what, "", is_refusal};
  return {error.what.substr(0, end), error.what.substr(end + 1), is_refusal};
}

Error fail(Code code, const Trouble& trouble, const char* file, int line) {
  const std::string text =
      trouble.next_step.empty() ? trouble.what : trouble.what + "\n" + trouble.next_step;
  return millwright::fail(trouble.is_refusal ? Code::refused : code, text, file, line);
}

Trouble words_of_status(std::uint32_t status, std::string_view subject) {
  for (const Words& words : word_list) {
    if (words.status == (status & 0xFFFF0000U))
      return {std::string(subject) + " " + std::string(words.what) + " (" + name_of_status(status) +
                  ")",
              std::string(words.next_step), is_refusal(words.next_step)};
  }
  return {std::string(subject) + " answers " + name_of_status(status),
          "Look into the server's log for the reason."};
}

std::string name_of_status(std::uint32_t status) {
  return UA_StatusCode_name(status & 0xFFFF0000U);
}

}  // namespace millwright::net::opcua
