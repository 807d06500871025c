#include "framework/credential/certificate_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "framework/auth/soc_id.hpp"
#include "framework/credential/remarks.hpp"

namespace rigor {
namespace {

constexpr std::array<Word<Role>, 6> kRoles = {{{"root", Role::root},
                                               {"intermediate", Role::intermediate},
                                               {"leaf", Role::leaf},
                                               {"1", Role::root},
                                               {"2", Role::intermediate},
                                               {"3", Role::leaf}}};
constexpr std::array<Word<std::uint8_t>, 6> kUsages = {
    {{"neutral", 0}, {"standard", 1}, {"rma", 2}, {"0", 0}, {"1", 1}, {"2", 2}}};

// Ours, or Arm's where the file has that one.
[[nodiscard]] std::string_view spelling(MapReader& map, std::string_view ours, std::string_view arms) {
  return map.node().at(arms) ? arms : ours;
}

[[nodiscard]] std::string without_underscores(std::string text) {
  std::erase(text, '_');
  return text;
}

[[nodiscard]] std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ","));
}

void read_part(MapReader& map, CertificateDescription& description) {
  if (!map.has("part")) return;
  const std::string written = map.text("part");
  const auto part = find_part(written);
  if (part) {
    description.part = *part;
  } else if (!written.empty()) {
    map.fault("part", part.error().message(), part.error().hint_text());
  }
}

void read_permissions(MapReader& map, CertificateDescription& description) {
  const std::string_view key = spelling(map, "permissions", "permissions_mask");
  const std::optional<Family> family =
      description.part != nullptr ? std::optional(description.part->family) : std::nullopt;
  if (!map.has(key) && family) {
    description.request.permissions = product_permissions(*family);
    return;
  }
  const std::string written = without_underscores(joined(map.texts(key)));
  if (written.empty()) return;
  const auto permissions = parse_permissions(family, written);
  if (permissions) {
    description.request.permissions = *permissions;
  } else {
    map.fault(key, permissions.error().message(), permissions.error().hint_text());
  }
}

// "0" is any.
template <typename Value>
[[nodiscard]] Value read_binding(MapReader& map, std::string_view key) {
  const auto value = parse_binding(key, map.text(key, "0"), std::numeric_limits<Value>::max());
  if (value) return static_cast<Value>(*value);
  map.fault(key, value.error().message(), value.error().hint_text());
  return 0;
}

[[nodiscard]] SocId read_soc_id(MapReader& map, std::string_view key) {
  const std::string written = map.text(key, "0");
  if (written == "0") return {};
  const auto soc_id = parse_soc_id(written);
  if (soc_id) return *soc_id;
  map.fault(key, soc_id.error().message(), soc_id.error().hint_text() + ", or 0 for any chip");
  return {};
}

void read_bindings(MapReader& map, CertificateRequest& request) {
  request.soc_class = read_binding<std::uint32_t>(map, spelling(map, "soc-class", "soc_class"));
  request.lifecycle = read_binding<std::uint16_t>(map, "lifecycle");
  request.oem_constraint = read_binding<std::uint16_t>(map, spelling(map, "oem-constraint", "oem_constraint"));
  request.soc_id = read_soc_id(map, spelling(map, "soc-id", "soc_id"));
}

[[nodiscard]] CertificateDescription read_certificate(const YamlNode& node, const std::filesystem::path& folder,
                                                      Faults& faults) {
  MapReader map(node, faults);
  CertificateDescription description;
  description.name = map.text("name", "");
  CertificateRequest& request = description.request;
  request.role = map.word("role", kRoles);
  request.usage = map.word("usage", kUsages, std::uint8_t{1});
  description.issuer_key = folder / map.text("issuer-key");
  if (map.has("subject-key")) {
    description.subject_key = folder / map.text("subject-key");
  } else if (request.role != Role::root) {
    map.fault("subject-key",
              fmt::format("no 'subject-key' for a {}", role_name(static_cast<std::uint8_t>(request.role))),
              "only a root certifies its own key");
  }
  read_part(map, description);
  read_permissions(map, description);
  read_bindings(map, request);
  map.finish();
  return description;
}

// The root of a file. One that holds no map is no description, and may be a password or a key that was named by
// mistake: nothing of it is quoted.
[[nodiscard]] YamlNode load_map(const std::filesystem::path& path, Faults& faults) {
  constexpr const char* kHint = "expected keys and values such as 'role: leaf'";
  Faults found;
  YamlNode file = load_yaml(path, found);
  if (file.is_map()) return file;
  if (file) faults.add({path.string(), 0, 0, {}}, "is no description: it does not hold a map", kHint);
  for (const Fault& fault : found.sorted()) {
    if (fault.line == 0) {
      faults.add({fault.file, 0, 0, {}}, fault.message, fault.hint);
    } else {
      faults.add({fault.file, fault.line, fault.column, {}}, "is no YAML that can be read", kHint);
    }
  }
  return {};
}

}  // namespace

Result<std::uint32_t> parse_binding(std::string_view name, std::string_view text, std::uint32_t most) {
  if (text == "0") return 0;
  const bool prefixed = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = prefixed ? text.substr(2) : text;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  const bool fits = error == std::errc() && end == digits.data() + digits.size() && value <= most;
  if (fits && prefixed) return value;
  return fail(Error(Code::usage, fmt::format("'{}' is '{}'", name, text))
                  .hint(fits ? fmt::format("it is read as hexadecimal, write 0x{}", digits)
                             : fmt::format("expected hexadecimal up to 0x{:x}, such as 0x484", most)));
}

std::span<const Word<std::uint8_t>> usage_words() { return std::span(kUsages).first(3); }
std::span<const Word<Role>> role_words() { return std::span(kRoles).first(3); }

std::optional<CertificateDescription> load_certificate_description(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  const YamlNode file = load_map(path, faults);
  if (!file) return std::nullopt;
  CertificateDescription description = read_certificate(file, path.parent_path(), faults);
  if (faults.size() != before) return std::nullopt;
  return description;
}

std::optional<std::vector<ChainItem>> load_chain_description(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  const YamlNode file = load_map(path, faults);
  if (!file) return std::nullopt;
  std::vector<ChainItem> items;
  MapReader map(file, faults);
  std::ignore = map.text("name", "");
  for (const YamlNode& item : map.list("certificates")) {
    if (item.is_map()) {
      items.emplace_back(read_certificate(item, path.parent_path(), faults));
    } else if (const auto name = read_text(item, faults)) {
      items.emplace_back(path.parent_path() / *name);
    }
  }
  if (map.has("certificates") && items.empty() && faults.size() == before)
    map.fault("certificates", "no certificate in 'certificates'", "expected files or descriptions, root first");
  map.finish();
  if (faults.size() != before) return std::nullopt;
  return items;
}

CertificateRemarks remarks_on(const CertificateDescription& description, const PublicKey& subject) {
  CertificateRemarks remarks;
  const CertificateRequest& request = description.request;
  if (request.permissions.none()) remarks.warnings.emplace_back("the certificate grants nothing: its mask is 0x0");
  if (description.part == nullptr) return remarks;
  const Part& part = *description.part;
  if (!part.takes_certificate) remarks.refusals.push_back(fmt::format("an {} takes only a password", part.name));
  if (subject.algorithm != kEcdsaP256)
    remarks.refusals.push_back(
        fmt::format("an {} takes only ecdsa-p256, the key is {}", part.name, algorithm_name(subject.algorithm)));
  if (auto foreign = foreign_permissions_warning(request.permissions, part))
    remarks.warnings.push_back(*std::move(foreign));
  if (request.soc_class != 0 && part.device_id != 0 && request.soc_class != part.device_id) {
    remarks.warnings.push_back(fmt::format("bound to soc class 0x{:x}, an {} is 0x{:x}: it will refuse this",
                                           request.soc_class, part.name, part.device_id));
  }
  return remarks;
}

Result<Certificate> build_certificate(const Crypto& crypto, const CertificateDescription& description,
                                      const KeyOpener& keys, std::vector<std::string>& warnings) {
  RIGOR_TRY(const SigningKey issuer, keys.signing_key(description.issuer_key));
  CertificateRequest request = description.request;
  request.subject = issuer.public_half();
  if (!description.subject_key.empty()) {
    RIGOR_TRY(request.subject, keys.public_half(description.subject_key));
  }
  if (request.subject.algorithm != issuer.public_half().algorithm) {
    return fail(Code::usage,
                fmt::format("the issuer key is {}, the subject key {}: a chain has one algorithm",
                            algorithm_name(issuer.public_half().algorithm), algorithm_name(request.subject.algorithm)));
  }
  if (request.role == Role::root && request.subject != issuer.public_half())
    return fail(Code::usage, "the subject key of a root is not its issuer key: a root is signed with its own key");
  CertificateRemarks remarks = remarks_on(description, request.subject);
  if (!remarks.refusals.empty()) return fail(Code::usage, fmt::format("{}", fmt::join(remarks.refusals, "; ")));
  std::ranges::move(remarks.warnings, std::back_inserter(warnings));
  return make_certificate(crypto, request, issuer);
}

}  // namespace rigor
