#include "framework/target/learnt_facts.hpp"

#include <algorithm>

namespace rigor {
namespace {

constexpr const char* kResetStatus = "identity.reset-status";
constexpr const char* kMagic = "authentication.magic";
constexpr const char* kAnswers = "authentication.answers";
constexpr const char* kAckMapping = "authentication.ack-mapping";
constexpr const char* kResetHold = "authentication.reset-hold";
constexpr const char* kOpenLimit = "authentication.open-limit";
constexpr const char* kPartialRegression = "authentication.partial-regression";
constexpr const char* kTables = "provisioning.tables";
constexpr const char* kChecksums = "provisioning.checksums";
constexpr const char* kChecksumOrders = "provisioning.checksum-orders";
constexpr const char* kCalls = "provisioning.calls";
constexpr const char* kPlainWords = "provisioning.plain-words";
constexpr const char* kEncryptWords = "provisioning.encrypt-words";

}  // namespace

std::vector<std::string> LearntFacts::names() const {
  std::vector<std::string> names;
  const auto add = [&names](bool learnt, const char* name) {
    if (learnt) names.emplace_back(name);
  };
  add(reset_status, kResetStatus);
  add(magic.has_value(), kMagic);
  add(answer.has_value(), kAnswers);
  add(ack_mapping.has_value(), kAckMapping);
  add(reset_hold.has_value(), kResetHold);
  add(answered_after.has_value(), kOpenLimit);
  add(partial_regression, kPartialRegression);
  add(table.has_value(), kTables);
  add(checksum.has_value(), kChecksums);
  add(checksum_order.has_value(), kChecksumOrders);
  add(call.has_value(), kCalls);
  add(plain_word.has_value(), kPlainWords);
  add(encrypt_word.has_value(), kEncryptWords);
  return names;
}

void LearntFacts::apply_to(ChipFacts& facts) const {
  AuthenticationFacts& authentication = facts.authentication;
  if (magic) authentication.magic_word = *magic;
  if (answer) authentication.answer_words = {*answer};
  if (ack_mapping) authentication.ack_mapping = *ack_mapping;
  if (reset_hold) authentication.reset_hold = *reset_hold;
  if (answered_after) authentication.open_limit = std::max(authentication.open_limit, 2 * *answered_after);
  ProvisioningFacts& provisioning = facts.provisioning;
  if (table) provisioning.table_addresses = {*table};
  if (checksum) provisioning.checksums = {*checksum};
  if (checksum_order) provisioning.checksum_orders = {*checksum_order};
  if (call) provisioning.calls = {*call};
  if (plain_word) provisioning.plain_words = {*plain_word};
  if (encrypt_word) provisioning.encrypt_words = {*encrypt_word};
  const std::vector<std::string> settled = names();
  std::erase_if(facts.assumed,
                [&settled](const std::string& name) { return std::ranges::find(settled, name) != settled.end(); });
}

std::vector<std::string> unsettled_facts(const ChipFacts& facts) {
  std::vector<std::string> open = facts.assumed;
  std::erase(open, facts.provisioning.encrypts ? kPlainWords : kEncryptWords);
  std::erase(open, kPartialRegression);
  return open;
}

bool partial_regression_is_assumed(const ChipFacts& facts) {
  return std::ranges::find(facts.assumed, kPartialRegression) != facts.assumed.end();
}

}  // namespace rigor
