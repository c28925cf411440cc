#include <open62541/client.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

#include "net/opcua/open.hpp"

namespace millwright::net::opcua {
namespace {

constexpr std::string_view policy_prefix = "http://opcfoundation.org/UA/SecurityPolicy#";
constexpr std::string_view no_policy = "None";
// Best first.
constexpr std::array<std::string_view, 3> policies{"Basic256Sha256", "Aes256_Sha256_RsaPss",
                                                   "Aes128_Sha256_RsaOaep"};
constexpr std::size_t password_bytes_max = 1024;

std::string_view policy_of(const UA_String& uri) {
  std::string_view policy = view(uri);
  if (policy.substr(0, policy_prefix.size()) == policy_prefix)
    policy.remove_prefix(policy_prefix.size());
  return policy.empty() ? no_policy : policy;
}

UA_MessageSecurityMode mode_of(Security security) {
  switch (security) {
    case Security::sign:
      return UA_MESSAGESECURITYMODE_SIGN;
    case Security::encrypt:
      return UA_MESSAGESECURITYMODE_SIGNANDENCRYPT;
    case Security::none:
      break;
  }
  return UA_MESSAGESECURITYMODE_NONE;
}

std::string_view word_of(UA_MessageSecurityMode mode) {
  if (mode == UA_MESSAGESECURITYMODE_SIGN) return "sign";
  return mode == UA_MESSAGESECURITYMODE_SIGNANDENCRYPT ? "encrypt" : "none";
}

Result<std::string> read_password(const SessionSettings& settings) {
  std::ifstream in(settings.password_file);
  std::string line;
  if (settings.password_file.empty() || !std::getline(in, line) || line.size() > password_bytes_max)
    return fail(Code::not_found,
                Trouble{"the password of user '" + settings.user + "' cannot be read from '" +
                            settings.password_file.string() + "'",
                        "Write it into that file, on one line, readable for the user that "
                        "millwright runs as."});
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

// Lower is better; nothing when we do not speak it.
std::optional<std::size_t> rank(const UA_EndpointDescription& offer, Security security) {
  const std::string_view transport = view(offer.transportProfileUri);
  const bool is_binary =
      transport.empty() || transport.find("uatcp-uasc-uabinary") != std::string_view::npos;
  if (!is_binary || offer.securityMode != mode_of(security)) return std::nullopt;
  const std::string_view policy = policy_of(offer.securityPolicyUri);
  if (security == Security::none)
    return policy == no_policy ? std::optional<std::size_t>(0) : std::nullopt;
  const auto found = std::find(policies.begin(), policies.end(), policy);
  if (found == policies.end()) return std::nullopt;
  return static_cast<std::size_t>(found - policies.begin());
}

const UA_UserTokenPolicy* token_of(const UA_EndpointDescription& offer, bool has_user) {
  const UA_UserTokenType wanted = has_user ? UA_USERTOKENTYPE_USERNAME : UA_USERTOKENTYPE_ANONYMOUS;
  for (std::size_t i = 0; i < offer.userIdentityTokensSize; ++i) {
    if (offer.userIdentityTokens[i].tokenType == wanted) return &offer.userIdentityTokens[i];
  }
  return nullptr;
}

std::string told(const UA_GetEndpointsResponse& offers) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(offers.endpointsSize, 20); ++i) {
    const UA_EndpointDescription& offer = offers.endpoints[i];
    text += text.empty() ? "" : ", ";
    text += word_of(offer.securityMode);
    if (offer.securityMode != UA_MESSAGESECURITYMODE_NONE)
      text += " (" + std::string(policy_of(offer.securityPolicyUri)) + ")";
  }
  return text.empty() ? "nothing" : text;
}

Result<const UA_EndpointDescription*> choose(const UA_GetEndpointsResponse& offers,
                                             const SessionSettings& settings) {
  const UA_EndpointDescription* best = nullptr;
  std::size_t best_rank = policies.size();
  bool is_mode_offered = false;
  for (std::size_t i = 0; i < offers.endpointsSize; ++i) {
    const UA_EndpointDescription& offer = offers.endpoints[i];
    const auto its_rank = rank(offer, settings.security);
    if (!its_rank) continue;
    is_mode_offered = true;
    if (*its_rank >= best_rank || token_of(offer, !settings.user.empty()) == nullptr) continue;
    best = &offer;
    best_rank = *its_rank;
  }
  if (best != nullptr) return best;
  const auto wanted = std::string(security_words[static_cast<std::size_t>(settings.security)]);
  if (!is_mode_offered)
    return fail(Code::refused,
                Trouble{settings.endpoint + " offers no connection with security '" + wanted +
                            "'; it offers " + told(offers),
                        "Set 'security' to one of these, or switch it on in the server."});
  if (settings.user.empty())
    return fail(Code::refused, Trouble{settings.endpoint + " takes no anonymous clients",
                                       "Set 'user' and 'password_file' of this source."});
  return fail(Code::refused, Trouble{settings.endpoint + " takes no user with a password",
                                     "Remove 'user' of this source, or allow it in the server."});
}

// Over a bare channel: discovery needs no session and no certificate (Part 4, 5.4).
Outcome discover(const SessionSettings& settings, const std::atomic<bool>& is_stopping,
                 UA_GetEndpointsResponse& offers) {
  const auto connection = TRY(Connection::make(settings, nullptr, {}, is_stopping));
  // Told beforehand which end point to use, the library does not choose one by itself.
  UA_EndpointDescription& known = connection->config().endpoint;
  known.endpointUrl = UA_String_fromChars(settings.endpoint.c_str());
  known.securityMode = UA_MESSAGESECURITYMODE_NONE;
  known.securityPolicyUri =
      UA_String_fromChars((std::string(policy_prefix) + std::string(no_policy)).c_str());
  UA_GetEndpointsRequest request;
  UA_GetEndpointsRequest_init(&request);
  request.endpointUrl = borrowed(settings.endpoint);
  for (unsigned i = 0; i < Session::connects_max; ++i) {
    // The library may change the channel while it looks for other addresses of the server; then
    // the answer was lost with the old channel.
    TRY(connection->connect(settings.endpoint, Connection::Aim::channel));
    TRY(connection->call(request, UA_TYPES[UA_TYPES_GETENDPOINTSREQUEST], offers,
                         UA_TYPES[UA_TYPES_GETENDPOINTSRESPONSE]));
    if (offers.responseHeader.serviceResult == UA_STATUSCODE_GOOD) return Done{};
  }
  return fail(Code::refused,
              words_of_status(offers.responseHeader.serviceResult, settings.endpoint));
}

// The first certificate of a chain.
std::string_view leaf_of(std::string_view chain) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(chain[i]); };
  if (chain.size() < 4 || byte(0) != 0x30 || byte(1) != 0x82) return chain;
  return chain.substr(0, 4U + ((std::size_t{byte(2)} << 8U) | byte(3)));
}

void warn(const UA_EndpointDescription& chosen, const SessionSettings& settings,
          std::vector<Trouble>& warnings) {
  const UA_UserTokenPolicy* token = token_of(chosen, !settings.user.empty());
  const UA_String& policy =
      token->securityPolicyUri.length > 0 ? token->securityPolicyUri : chosen.securityPolicyUri;
  if (!settings.user.empty() && settings.security != Security::encrypt &&
      policy_of(policy) == no_policy)
    warnings.push_back({settings.endpoint + " takes the password as plain text: who listens on the "
                                            "network can read it",
                        "Set 'security: encrypt', and switch it on in the server."});
}

}  // namespace

Result<Opened> open_connection(const SessionSettings& settings,
                               const std::atomic<bool>& is_stopping) {
  Owned<UA_GetEndpointsResponse> offers(UA_TYPES[UA_TYPES_GETENDPOINTSRESPONSE]);
  TRY(discover(settings, is_stopping, *offers));
  const UA_EndpointDescription* chosen = TRY(choose(*offers, settings));
  const Certificates certificates(settings.certificates);
  std::optional<OwnCertificate> own;
  std::vector<std::string> trusted;
  if (settings.security != Security::none || !settings.user.empty()) own = TRY(certificates.own());
  if (settings.security != Security::none) {
    TRY(certificates.check({leaf_of(view(chosen->serverCertificate)),
                            view(chosen->server.applicationUri), settings.endpoint}));
    trusted = TRY(certificates.trusted());
  }
  Opened opened;
  warn(*chosen, settings, opened.warnings);
  opened.connection = TRY(Connection::make(settings, own ? &*own : nullptr, trusted, is_stopping));
  UA_ClientConfig& config = opened.connection->config();
  UA_EndpointDescription_copy(chosen, &config.endpoint);
  if (!settings.user.empty()) {
    const std::string password = TRY(read_password(settings));
    UA_ClientConfig_setAuthenticationUsername(&config, settings.user.c_str(), password.c_str());
  }
  TRY(opened.connection->connect(settings.endpoint, Connection::Aim::session));
  return opened;
}

}  // namespace millwright::net::opcua
