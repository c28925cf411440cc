#include "net/opcua/session.hpp"

#include <open62541/client_highlevel_async.h>

#include <algorithm>

#include "base/text.hpp"
#include "net/opcua/open.hpp"
#include "net/opcua/watching.hpp"

namespace millwright::net::opcua {
namespace {

// Server_NamespaceArray and the limits of Part 5, 6.3.11, in the order in which they are read.
constexpr std::array<std::uint32_t, 4> about_server{
    UA_NS0ID_SERVER_NAMESPACEARRAY,
    UA_NS0ID_SERVER_SERVERCAPABILITIES_OPERATIONLIMITS_MAXNODESPERREAD,
    UA_NS0ID_SERVER_SERVERCAPABILITIES_OPERATIONLIMITS_MAXNODESPERBROWSE,
    UA_NS0ID_SERVER_SERVERCAPABILITIES_OPERATIONLIMITS_MAXMONITOREDITEMSPERCALL};

std::size_t limit_of(const UA_DataValue& value, std::size_t otherwise) {
  if (!UA_Variant_hasScalarType(&value.value, &UA_TYPES[UA_TYPES_UINT32])) return otherwise;
  const std::uint32_t limit = *static_cast<const UA_UInt32*>(value.value.data);
  return limit == 0 ? otherwise : std::min<std::size_t>(limit, otherwise);
}

NodeClass class_of(UA_NodeClass kind) {
  if (kind == UA_NODECLASS_OBJECT) return NodeClass::object;
  if (kind == UA_NODECLASS_VARIABLE) return NodeClass::variable;
  return kind == UA_NODECLASS_METHOD ? NodeClass::method : NodeClass::other;
}

}  // namespace

struct Session::Inside {
  std::string subject;
  std::vector<std::string> namespaces;
  std::size_t nodes_per_read = nodes_per_call_default, items_per_call = items_per_call_default;
  std::unique_ptr<Watching> watching;  // outlives the connection, which calls it to the end
  Opened opened;
  Clock::time_point heard = Clock::now();
  Connection::Answer* sign_of_life = nullptr;  // asked for and not yet there

  Connection& connection() { return *opened.connection; }
  Outcome learn_server();
  Outcome read_some(std::span<const NodeName> nodes, std::vector<Sample>& out);
  Outcome ask_sign_of_life();
  Outcome take_sign_of_life();
  void take_page(const UA_BrowseResult& page, std::vector<Child>& out) const;
};

Session::Session(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Session::~Session() = default;

const std::vector<Trouble>& Session::warnings() const {
  return inside_->opened.warnings;
}
const std::vector<std::string>& Session::namespaces() const {
  return inside_->namespaces;
}

Result<std::unique_ptr<Session>> Session::open(const SessionSettings& settings,
                                               const std::atomic<bool>& is_stopping) {
  auto inside = std::make_unique<Inside>();
  inside->subject = settings.endpoint;
  inside->opened = TRY(open_connection(settings, is_stopping));
  TRY(inside->learn_server());
  return std::unique_ptr<Session>(new Session(std::move(inside)));
}

Outcome Session::Inside::learn_server() {
  std::array<UA_ReadValueId, about_server.size()> nodes{};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].nodeId = UA_NODEID_NUMERIC(0, about_server[i]);
    nodes[i].attributeId = UA_ATTRIBUTEID_VALUE;
  }
  // One by one: a server may allow no more than one node a read.
  std::vector<std::unique_ptr<Owned<UA_ReadResponse>>> answers;
  for (UA_ReadValueId& node : nodes) {
    UA_ReadRequest request;
    UA_ReadRequest_init(&request);
    request.nodesToRead = &node;
    request.nodesToReadSize = 1;
    auto& answer = answers.emplace_back(
        std::make_unique<Owned<UA_ReadResponse>>(UA_TYPES[UA_TYPES_READRESPONSE]));
    TRY(connection().call(request, UA_TYPES[UA_TYPES_READREQUEST], **answer,
                          UA_TYPES[UA_TYPES_READRESPONSE]));
  }
  const auto value = [&](std::size_t i) {
    UA_ReadResponse& answer = **answers[i];
    return answer.resultsSize == 1 ? answer.results[0] : UA_DataValue{};
  };
  const UA_Variant list = value(0).value;
  if (list.type != &UA_TYPES[UA_TYPES_STRING] || UA_Variant_isScalar(&list))
    return fail(Code::refused,
                Trouble{subject + " does not tell its namespaces",
                        "Ask the server's maker: node i=2255 (NamespaceArray) cannot be read."});
  for (std::size_t i = 0; i < std::min<std::size_t>(list.arrayLength, 65'535); ++i)
    namespaces.push_back(to_string(static_cast<const UA_String*>(list.data)[i]));
  nodes_per_read = limit_of(value(1), nodes_per_call_default);
  items_per_call = limit_of(value(3), items_per_call_default);
  return Done{};
}

Result<std::vector<Refusal>> Session::watch(std::span<const Item> items, Duration publishing,
                                            Hear hear) {
  if (items.size() > items_max)
    return fail(Code::full, Trouble{inside_->subject + " is asked for too many values",
                                    "Spread them over several sources."});
  inside_->watching = std::make_unique<Watching>(inside_->connection(), inside_->subject,
                                                 inside_->namespaces, inside_->items_per_call);
  auto& inside = *inside_;
  TRY(inside.watching->begin(
      publishing, [&inside, hear = std::move(hear)](std::size_t item, const Sample& sample) {
        inside.heard = Clock::now();
        hear(item, sample);
      }));
  std::vector<std::size_t> all(items.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = i;
  std::vector<Refusal> refused = TRY(inside.watching->add(items, all));
  TRY(inside.watching->publish());
  return refused;
}

Result<std::vector<Refusal>> Session::watch_again(std::span<const Item> items,
                                                  std::span<const Refusal> refused) {
  std::vector<std::size_t> again;
  for (const Refusal& refusal : refused)
    again.push_back(refusal.item);
  return inside_->watching->add(items, again);
}

Result<bool> Session::pump(Duration wait) {
  const auto before = inside_->heard;
  TRY(inside_->connection().pump(wait));
  TRY(inside_->take_sign_of_life());
  const Duration silent = Clock::now() - inside_->heard;
  if (silent > silence_max) {
    const Trouble why{inside_->subject + " has been silent for " +
                          millwright::to_text(silence_max) + " although the connection stands",
                      "Is the network whole, and does the server still run?"};
    inside_->connection().end(why);
    return fail(Code::timed_out, why);
  }
  if (silent > keep_alive && inside_->sign_of_life == nullptr) TRY(inside_->ask_sign_of_life());
  return inside_->heard != before;
}

Outcome Session::Inside::ask_sign_of_life() {
  UA_ReadValueId node;
  UA_ReadValueId_init(&node);
  node.nodeId = UA_NODEID_NUMERIC(0, UA_NS0ID_SERVER_SERVERSTATUS_STATE);
  node.attributeId = UA_ATTRIBUTEID_VALUE;
  UA_ReadRequest request;
  UA_ReadRequest_init(&request);
  request.nodesToRead = &node;
  request.nodesToReadSize = 1;
  const UA_DataType& type = UA_TYPES[UA_TYPES_READRESPONSE];
  sign_of_life = &connection().expect(type);
  const UA_StatusCode sent =
      __UA_Client_AsyncService(connection().client(), &request, &UA_TYPES[UA_TYPES_READREQUEST],
                               Connection::take_answer, &type, sign_of_life, nullptr);
  if (sent != UA_STATUSCODE_GOOD) return fail(Code::offline, words_of_status(sent, subject));
  return Done{};
}

// A refusal is an answer, but a session that the server has forgotten is none.
Outcome Session::Inside::take_sign_of_life() {
  if (sign_of_life == nullptr || !sign_of_life->is_done) return Done{};
  const auto& answer = *static_cast<const UA_ReadResponse*>(sign_of_life->response);
  const UA_StatusCode status = answer.responseHeader.serviceResult;
  connection().forget(*sign_of_life);
  sign_of_life = nullptr;
  if (status != UA_STATUSCODE_GOOD) {
    const Trouble why = words_of_status(status, subject);
    connection().end(why);
    return fail(Code::offline, why);
  }
  heard = Clock::now();
  return Done{};
}

Result<std::vector<Sample>> Session::read(std::span<const NodeName> nodes) {
  std::vector<Sample> out;
  while (!nodes.empty()) {
    const std::size_t count = std::min(nodes.size(), inside_->nodes_per_read);
    TRY(inside_->read_some(nodes.first(count), out));
    nodes = nodes.subspan(count);
  }
  return out;
}

Outcome Session::Inside::read_some(std::span<const NodeName> nodes, std::vector<Sample>& out) {
  std::vector<UA_ReadValueId> wanted;
  std::vector<std::string> ranges(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    UA_ReadValueId& node = wanted.emplace_back();
    UA_ReadValueId_init(&node);
    node.nodeId = to_node_id(nodes[i], namespaces).value_or(UA_NODEID_NULL);
    node.attributeId = UA_ATTRIBUTEID_VALUE;
    if (nodes[i].index) ranges[i] = std::to_string(*nodes[i].index);
    node.indexRange = borrowed(ranges[i]);
  }
  UA_ReadRequest request;
  UA_ReadRequest_init(&request);
  request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
  request.nodesToRead = wanted.data();
  request.nodesToReadSize = wanted.size();
  Owned<UA_ReadResponse> answer(UA_TYPES[UA_TYPES_READRESPONSE]);
  TRY(connection().call(request, UA_TYPES[UA_TYPES_READREQUEST], *answer,
                        UA_TYPES[UA_TYPES_READRESPONSE]));
  const UA_StatusCode status = answer->responseHeader.serviceResult;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Sample sample;
    sample.status = status != UA_STATUSCODE_GOOD ? status : UA_STATUSCODE_BADUNEXPECTEDERROR;
    if (i < answer->resultsSize && status == UA_STATUSCODE_GOOD)
      sample = to_sample(answer->results[i], nodes[i].index.has_value());
    out.push_back(std::move(sample));
  }
  return Done{};
}

Result<std::vector<Child>> Session::browse(const NodeName& node) {
  const auto id = to_node_id(node, inside_->namespaces);
  if (!id)
    return fail(Code::not_found, words_of_status(UA_STATUSCODE_BADNODEIDUNKNOWN, inside_->subject));
  UA_BrowseDescription wanted;
  UA_BrowseDescription_init(&wanted);
  wanted.nodeId = *id;
  wanted.browseDirection = UA_BROWSEDIRECTION_FORWARD;
  wanted.referenceTypeId = UA_NODEID_NUMERIC(0, UA_NS0ID_HIERARCHICALREFERENCES);
  wanted.includeSubtypes = true;
  wanted.resultMask = UA_BROWSERESULTMASK_BROWSENAME | UA_BROWSERESULTMASK_NODECLASS;
  UA_BrowseRequest request;
  UA_BrowseRequest_init(&request);
  request.requestedMaxReferencesPerNode = children_per_page;
  request.nodesToBrowse = &wanted;
  request.nodesToBrowseSize = 1;
  Owned<UA_BrowseResponse> answer(UA_TYPES[UA_TYPES_BROWSERESPONSE]);
  TRY(inside_->connection().call(request, UA_TYPES[UA_TYPES_BROWSEREQUEST], *answer,
                                 UA_TYPES[UA_TYPES_BROWSERESPONSE]));
  std::vector<Child> children;
  Owned<UA_ByteString> next(UA_TYPES[UA_TYPES_BYTESTRING]);
  const auto take = [&](UA_StatusCode service, UA_BrowseResult* results, std::size_t count) {
    const UA_StatusCode status = service != UA_STATUSCODE_GOOD ? service
                                 : count != 1                  ? UA_STATUSCODE_BADUNEXPECTEDERROR
                                                               : results[0].statusCode;
    if (status == UA_STATUSCODE_GOOD) {
      inside_->take_page(results[0], children);
      std::swap(*next, results[0].continuationPoint);
    }
    return status;
  };
  UA_StatusCode status =
      take(answer->responseHeader.serviceResult, answer->results, answer->resultsSize);
  while (status == UA_STATUSCODE_GOOD && next->length > 0 && children.size() < children_max) {
    UA_BrowseNextRequest more;
    UA_BrowseNextRequest_init(&more);
    more.continuationPoints = &*next;
    more.continuationPointsSize = 1;
    Owned<UA_BrowseNextResponse> page(UA_TYPES[UA_TYPES_BROWSENEXTRESPONSE]);
    TRY(inside_->connection().call(more, UA_TYPES[UA_TYPES_BROWSENEXTREQUEST], *page,
                                   UA_TYPES[UA_TYPES_BROWSENEXTRESPONSE]));
    status = take(page->responseHeader.serviceResult, page->results, page->resultsSize);
  }
  if (status != UA_STATUSCODE_GOOD)
    return fail(Code::not_found, words_of_status(status, inside_->subject));
  return children;
}

void Session::Inside::take_page(const UA_BrowseResult& page, std::vector<Child>& out) const {
  for (std::size_t i = 0; i < page.referencesSize && out.size() < children_max; ++i) {
    const UA_ReferenceDescription& reference = page.references[i];
    if (reference.nodeId.serverIndex != 0) continue;  // a node of another server
    NodeName name = to_node_name(reference.nodeId.nodeId, namespaces);
    if (reference.nodeId.namespaceUri.length > 0)
      name.namespace_uri = to_string(reference.nodeId.namespaceUri);
    out.push_back({std::move(name), valid_utf8(view(reference.browseName.name)),
                   class_of(reference.nodeClass)});
  }
}

}  // namespace millwright::net::opcua
