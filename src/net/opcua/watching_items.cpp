#include <open62541/client_subscriptions.h>

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "net/opcua/watching.hpp"

namespace millwright::net::opcua {
namespace {

constexpr UA_UInt32 lifetime_seconds = 60;   // without us the server forgets the subscription
constexpr UA_UInt32 keep_alive_seconds = 2;  // an empty message so often when nothing changes
constexpr std::size_t namespaces_told = 10;

double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

bool is_about_deadband(UA_StatusCode status) {
  return status == UA_STATUSCODE_BADFILTERNOTALLOWED ||
         status == UA_STATUSCODE_BADMONITOREDITEMFILTERUNSUPPORTED ||
         status == UA_STATUSCODE_BADMONITOREDITEMFILTERINVALID ||
         status == UA_STATUSCODE_BADDEADBANDFILTERINVALID;
}

bool is_about_size(UA_StatusCode status) {
  return status == UA_STATUSCODE_BADTOOMANYOPERATIONS ||
         status == UA_STATUSCODE_BADREQUESTTOOLARGE ||
         status == UA_STATUSCODE_BADRESPONSETOOLARGE ||
         status == UA_STATUSCODE_BADENCODINGLIMITSEXCEEDED ||
         status == UA_STATUSCODE_BADTCPMESSAGETOOLARGE;
}

// What a request for one item borrows from.
struct ItemParts {
  std::string range;
  UA_DataChangeFilter filter{};
};

UA_MonitoredItemCreateRequest to_request(const Item& item, const UA_NodeId& id, bool has_deadband,
                                         ItemParts& parts) {
  UA_MonitoredItemCreateRequest request = UA_MonitoredItemCreateRequest_default(id);
  if (item.node.index) parts.range = std::to_string(*item.node.index);
  request.itemToMonitor.indexRange = borrowed(parts.range);
  request.requestedParameters.samplingInterval =
      item.sampling ? milliseconds(*item.sampling) : -1;  // -1: as the subscription publishes
  request.requestedParameters.queueSize = item.queue;
  if (has_deadband) {
    parts.filter.trigger = UA_DATACHANGETRIGGER_STATUSVALUE;
    parts.filter.deadbandType = UA_DEADBANDTYPE_ABSOLUTE;
    parts.filter.deadbandValue = *item.deadband;
    UA_ExtensionObject_setValueNoDelete(&request.requestedParameters.filter, &parts.filter,
                                        &UA_TYPES[UA_TYPES_DATACHANGEFILTER]);
  }
  return request;
}

}  // namespace

Outcome Watching::begin(Duration publishing, Hear hear) {
  hear_ = std::move(hear);
  const double interval = std::max(1.0, milliseconds(publishing));
  UA_CreateSubscriptionRequest request = UA_CreateSubscriptionRequest_default();
  request.requestedPublishingInterval = interval;
  request.requestedMaxKeepAliveCount =
      std::max<UA_UInt32>(1, static_cast<UA_UInt32>(keep_alive_seconds * 1000 / interval));
  request.requestedLifetimeCount =
      std::max<UA_UInt32>(3 * request.requestedMaxKeepAliveCount,
                          static_cast<UA_UInt32>(lifetime_seconds * 1000 / interval));
  request.publishingEnabled = false;
  connection_.config().subscriptionInactivityCallback = hear_silence;
  const UA_DataType& type = UA_TYPES[UA_TYPES_CREATESUBSCRIPTIONRESPONSE];
  Connection::Answer& answer = connection_.expect(type);
  const UA_StatusCode sent =
      UA_Client_Subscriptions_create_async(connection_.client(), request, this, hear_status,
                                           hear_deleted, Connection::take_answer, &answer, nullptr);
  Owned<UA_CreateSubscriptionResponse> response(type);
  TRY(connection_.await(sent, answer, *response));
  if (response->responseHeader.serviceResult != UA_STATUSCODE_GOOD)
    return fail(Code::refused, words_of_status(response->responseHeader.serviceResult, subject_));
  subscription_ = response->subscriptionId;
  return Done{};
}

Outcome Watching::publish() {
  UA_SetPublishingModeRequest request;
  UA_SetPublishingModeRequest_init(&request);
  request.publishingEnabled = true;
  request.subscriptionIds = &subscription_;
  request.subscriptionIdsSize = 1;
  Owned<UA_SetPublishingModeResponse> response(UA_TYPES[UA_TYPES_SETPUBLISHINGMODERESPONSE]);
  TRY(connection_.call(request, UA_TYPES[UA_TYPES_SETPUBLISHINGMODEREQUEST], *response,
                       UA_TYPES[UA_TYPES_SETPUBLISHINGMODERESPONSE]));
  UA_StatusCode status = response->responseHeader.serviceResult;
  if (status == UA_STATUSCODE_GOOD && response->resultsSize == 1) status = response->results[0];
  if (status != UA_STATUSCODE_GOOD) return fail(Code::refused, words_of_status(status, subject_));
  return Done{};
}

Result<std::vector<Refusal>> Watching::add(std::span<const Item> items,
                                           std::span<const std::size_t> numbers) {
  for (std::size_t i = watched_.size(); i < items.size(); ++i)
    watched_.push_back({i, items[i].node.index.has_value()});
  std::vector<Refusal> refused;
  std::deque<Wanted> left;
  for (const std::size_t number : numbers) {
    if (to_node_id(items[number].node, namespaces_)) {
      left.push_back({number, items[number].deadband.value_or(0) > 0});
    } else {
      refused.push_back(refusal(items[number], number, UA_STATUSCODE_BADNODEIDUNKNOWN));
    }
  }
  // Each round takes a group off, takes a filter off an item, or halves the group: it ends.
  while (!left.empty()) {
    const std::size_t count = std::min(group_, left.size());
    const std::vector<Wanted> group(left.begin(),
                                    left.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<UA_StatusCode> statuses;
    if (!TRY(ask(items, group, statuses))) {
      group_ = std::max<std::size_t>(1, count / 2);
      continue;
    }
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const Wanted& one = group[i];
      if (statuses[i] == UA_STATUSCODE_GOOD) continue;
      if (one.has_deadband && is_about_deadband(statuses[i])) {
        left.push_back({one.number, false});
      } else {
        refused.push_back(refusal(items[one.number], one.number, statuses[i]));
      }
    }
  }
  return refused;
}

Result<bool> Watching::ask(std::span<const Item> items, std::span<const Wanted> wanted,
                           std::vector<UA_StatusCode>& statuses) {
  std::vector<ItemParts> parts(wanted.size());
  std::vector<UA_MonitoredItemCreateRequest> requests;
  std::vector<void*> contexts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Item& item = items[wanted[i].number];
    requests.push_back(
        to_request(item, *to_node_id(item.node, namespaces_), wanted[i].has_deadband, parts[i]));
    contexts.push_back(&watched_[wanted[i].number]);
  }
  std::vector<UA_Client_DataChangeNotificationCallback> hear(wanted.size(), hear_value);
  UA_CreateMonitoredItemsRequest request;
  UA_CreateMonitoredItemsRequest_init(&request);
  request.subscriptionId = subscription_;
  request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
  request.itemsToCreate = requests.data();
  request.itemsToCreateSize = requests.size();
  const UA_DataType& type = UA_TYPES[UA_TYPES_CREATEMONITOREDITEMSRESPONSE];
  Connection::Answer& answer = connection_.expect(type);
  const UA_StatusCode sent = UA_Client_MonitoredItems_createDataChanges_async(
      connection_.client(), request, contexts.data(), hear.data(), nullptr, Connection::take_answer,
      &answer, nullptr);
  Owned<UA_CreateMonitoredItemsResponse> response(type);
  TRY(connection_.await(sent, answer, *response));
  const UA_StatusCode status = response->responseHeader.serviceResult;
  if (is_about_size(status) && wanted.size() > 1) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool is_answered = status == UA_STATUSCODE_GOOD && i < response->resultsSize;
    statuses.push_back(is_answered                    ? response->results[i].statusCode
                       : status != UA_STATUSCODE_GOOD ? status
                                                      : UA_STATUSCODE_BADUNEXPECTEDERROR);
  }
  return true;
}

Refusal Watching::refusal(const Item& item, std::size_t number, UA_StatusCode status) const {
  const std::string subject = subject_ + ", node " + to_text(item.node);
  if (to_node_id(item.node, namespaces_)) return {number, status, words_of_status(status, subject)};
  const std::vector<std::string_view> known(namespaces_.begin(), namespaces_.end());
  std::string next = "It has:";
  for (std::size_t i = 0; i < std::min(known.size(), namespaces_told); ++i)
    next += " " + std::string(known[i]);
  if (const auto near = nearest(item.node.namespace_uri, known))
    next = "Did you mean '" + std::string(*near) + "'?";
  return {number,
          status,
          {subject_ + " has no namespace '" + item.node.namespace_uri + "'", std::move(next)}};
}

void Watching::hear_value(UA_Client*, UA_UInt32, void* self, UA_UInt32, void* item,
                          UA_DataValue* value) {
  const auto& watched = *static_cast<const Watched*>(item);
  static_cast<const Watching*>(self)->hear_(watched.number, to_sample(*value, watched.has_index));
}

void Watching::hear_status(UA_Client*, UA_UInt32, void* self,
                           UA_StatusChangeNotification* notification) {
  auto& watching = *static_cast<Watching*>(self);
  if (notification->status != UA_STATUSCODE_GOOD) watching.lose();
}

void Watching::hear_deleted(UA_Client*, UA_UInt32, void* self) {
  static_cast<Watching*>(self)->lose();
}

void Watching::hear_silence(UA_Client*, UA_UInt32, void* self) {
  static_cast<Watching*>(self)->lose();
}

void Watching::lose() {
  connection_.end({subject_ + " has dropped the subscription",
                   "millwright subscribes again; look into the server's log if this repeats."});
}

}  // namespace millwright::net::opcua
