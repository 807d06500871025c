#include "framework/ledger/board_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rigor {
namespace {

using Json = nlohmann::ordered_json;

// ---- writing
// ---------------------------------------------------------------------------------------------------------

Json to_json(const CredentialUse& use) {
  return {{"digest", use.digest}, {"method", use.method}, {"security", use.security}, {"encrypted", use.encrypted}};
}

Json to_json(const StateMark& mark) { return {{"state", mark.state}, {"at", mark.at}, {"run", mark.run}}; }

Json to_json(const DiscoveryProof& proof) {
  return {{"integrity", fmt::format("{:#010x}", proof.integrity)},
          {"method", proof.method},
          {"lifecycle", proof.lifecycle},
          {"full_regression", proof.full_regression},
          {"at", proof.at},
          {"run", proof.run}};
}

Json to_json(const Provisioning& provisioning) {
  return {{"use", to_json(provisioning.use)},
          {"at", provisioning.at},
          {"run", provisioning.run},
          {"discovered", provisioning.discovered ? to_json(*provisioning.discovered) : Json(nullptr)}};
}

Json to_json(const CredentialNote& note) {
  return {{"use", to_json(note.use)}, {"where", note.where}, {"at", note.at}};
}

Json to_json(const Rehearsal& rehearsal) {
  return {{"use", to_json(rehearsal.use)}, {"at", rehearsal.at}, {"run", rehearsal.run}};
}

Json to_json(const HistoryEntry& entry) {
  return {{"at", entry.at}, {"event", entry.event}, {"detail", entry.detail}, {"run", entry.run}};
}

Json to_json(const BenchBinding& binding) {
  Json json = {{"bench", binding.bench},
               {"since", binding.since},
               {"identity", identity_name(binding.identity)},
               {"reason", binding.reason}};
  if (!binding.keeper.empty()) json["keeper"] = binding.keeper;
  return json;
}

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? to_json(*value) : Json(nullptr);
}

template <typename T>
Json list_json(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

// ---- reading
// ---------------------------------------------------------------------------------------------------------

// Reads one JSON object field by field, remembers the first fault and which fields were not asked for.
class Fields {
 public:
  Fields(const Json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {
    if (!object_.is_object()) complain("is not an object");
  }
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() {
    if (!object_.is_object()) return;
    for (const auto& [key, value] : object_.items())
      if (std::ranges::find(asked_, key) == asked_.end()) complain(fmt::format("has a field '{}' unknown here", key));
  }

  const Json& at(const std::string& key) {
    static const Json kNothing;
    asked_.push_back(key);
    if (!object_.is_object()) return kNothing;
    const auto found = object_.find(key);
    if (found != object_.end()) return *found;
    complain(fmt::format("has no field '{}'", key));
    return kNothing;
  }
  [[nodiscard]] bool has(const std::string& key) const { return object_.is_object() && object_.contains(key); }
  std::string text(const std::string& key) {
    const Json& value = at(key);
    if (value.is_string()) return value.get<std::string>();
    complain(fmt::format("field '{}' is not a text", key));
    return {};
  }
  bool flag(const std::string& key) {
    const Json& value = at(key);
    if (value.is_boolean()) return value.get<bool>();
    complain(fmt::format("field '{}' is not true or false", key));
    return false;
  }
  // "0x00000478"
  std::uint32_t word(const std::string& key) {
    const std::string digits = text(key);
    char* end = nullptr;
    const unsigned long long value = std::strtoull(digits.c_str(), &end, 16);
    if (digits.starts_with("0x") && digits.size() <= 10 && digits.size() > 2 && *end == '\0')
      return static_cast<std::uint32_t>(value);
    complain(fmt::format("field '{}' is not a 32-bit hex number", key));
    return 0;
  }
  template <typename Read>
  auto optional(const std::string& key, Read read) -> std::optional<decltype(read(std::declval<Fields&>()))> {
    const Json& value = at(key);
    if (value.is_null()) return std::nullopt;
    Fields inner(value, path_ + "." + key, fault_);
    return read(inner);
  }
  template <typename Read>
  auto object(const std::string& key, Read read) {
    Fields inner(at(key), path_ + "." + key, fault_);
    return read(inner);
  }
  template <typename Read>
  auto list(const std::string& key, Read read) -> std::vector<decltype(read(std::declval<Fields&>()))> {
    std::vector<decltype(read(std::declval<Fields&>()))> values;
    const Json& items = at(key);
    if (!items.is_array()) complain(fmt::format("field '{}' is not a list", key));
    if (!items.is_array()) return values;
    for (std::size_t i = 0; i < items.size(); ++i) {
      Fields inner(items[i], fmt::format("{}.{}[{}]", path_, key, i), fault_);
      values.push_back(read(inner));
    }
    return values;
  }
  std::vector<std::string> texts(const std::string& key) {
    std::vector<std::string> values;
    const Json& items = at(key);
    if (!items.is_array()) complain(fmt::format("field '{}' is not a list", key));
    for (const Json& item : items)
      if (item.is_string())
        values.push_back(item.get<std::string>());
      else
        complain(fmt::format("field '{}' holds something that is not a text", key));
    return values;
  }
  void complain(const std::string& what) {
    if (fault_.empty()) fault_ = path_ + " " + what;
  }

 private:
  const Json& object_;
  std::string path_;
  std::string& fault_;
  std::vector<std::string> asked_;
};

CredentialUse read_use(Fields& in) {
  return {in.text("digest"), in.text("method"), in.flag("security"), in.flag("encrypted")};
}
StateMark read_mark(Fields& in) { return {in.text("state"), in.text("at"), in.text("run")}; }
CredentialNote read_note(Fields& in) { return {in.object("use", read_use), in.texts("where"), in.text("at")}; }
Rehearsal read_rehearsal(Fields& in) { return {in.object("use", read_use), in.text("at"), in.text("run")}; }
HistoryEntry read_entry(Fields& in) { return {in.text("at"), in.text("event"), in.text("detail"), in.text("run")}; }
DiscoveryProof read_proof(Fields& in) {
  return {in.word("integrity"),       in.text("method"), in.text("lifecycle"),
          in.flag("full_regression"), in.text("at"),     in.text("run")};
}
Provisioning read_provisioning(Fields& in) {
  return {in.object("use", read_use), in.text("at"), in.text("run"), in.optional("discovered", read_proof)};
}
BenchBinding read_binding(Fields& in) {
  BenchBinding binding{in.text("bench"), in.text("since"), BoardIdentity::unknown, {}, {}};
  const std::string word = in.text("identity");
  if (const auto identity = identity_from(word))
    binding.identity = *identity;
  else
    in.complain(fmt::format("field 'identity' is '{}'", word));
  binding.reason = in.text("reason");
  if (in.has("keeper")) binding.keeper = in.text("keeper");
  return binding;
}

}  // namespace

std::string board_to_json(const BoardRecord& record) {
  const Json document = {{"rigor_ledger", kLedgerVersion},
                         {"uid", record.uid.text()},
                         {"chip", record.chip},
                         {"device_id", fmt::format("{:#x}", record.device_id)},
                         {"bench", to_json(record.binding)},
                         {"intended", optional_json(record.intended)},
                         {"proven", optional_json(record.proven)},
                         {"credentials", list_json(record.credentials)},
                         {"rehearsals", list_json(record.rehearsals)},
                         {"provisioned", optional_json(record.provisioned)},
                         {"history", list_json(record.history)}};
  // Texts come from people and benches: bytes that are no UTF-8 are replaced instead of failing the write.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<BoardRecord> board_from_json(std::string_view text, std::string_view origin) {
  const auto refuse = [&](const std::string& why) {
    return fail(Error(Code::file_invalid, fmt::format("{}: {}", origin, why))
                    .hint("the file was left alone; put a good copy in its place or move it out of the ledger"));
  };
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return refuse("not a board's record (no JSON object)");
  const auto version = document.find("rigor_ledger");
  if (version == document.end() || !version->is_number_integer()) return refuse("not a board's record (no version)");
  if (*version != kLedgerVersion)
    return refuse(
        fmt::format("version {} of the format; this rigor reads version {}", version->dump(), kLedgerVersion));

  std::string fault;
  std::optional<BoardRecord> record;
  {
    Fields in(document, "record", fault);
    in.at("rigor_ledger");
    const auto uid = BoardUid::parse(in.text("uid"));
    if (!uid) return refuse("field 'uid' is not a unique id");
    record = BoardRecord{*uid,
                         in.text("chip"),
                         in.word("device_id"),
                         in.object("bench", read_binding),
                         in.optional("intended", read_mark),
                         in.optional("proven", read_mark),
                         in.list("credentials", read_note),
                         in.list("rehearsals", read_rehearsal),
                         in.optional("provisioned", read_provisioning),
                         in.list("history", read_entry)};
  }
  if (!fault.empty()) return refuse(fault);
  return *std::move(record);
}

}  // namespace rigor
