#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/da_record.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/auth/password.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/credential/obk_description.hpp"

namespace rigor {
namespace {

using Kind = ObkElement::Kind;

constexpr std::size_t kH5Align = 16;
constexpr std::size_t kH7rsAlign = 32;

[[nodiscard]] std::unexpected<Error> wrong(const Place& place, std::string what, std::string hint = {}) {
  return fail(Code::file_invalid,
              format_fault({place.file, place.line, place.column, std::move(what), std::move(hint), {}}));
}

[[nodiscard]] bool is_credential(const ObkElement& element) {
  return element.kind == Kind::key_file || element.kind == Kind::password;
}

[[nodiscard]] std::string_view family_name(Family family) {
  return family == Family::stm32h5 ? "STM32H5" : family == Family::stm32h7rs ? "STM32H7RS" : "another family";
}

// The one element that the record is made of, and the mask after it.
struct Parts {
  const ObkElement* credential = nullptr;
  const ObkElement* mask = nullptr;  // null: not said
  [[nodiscard]] AuthMethod method() const {
    return credential->kind == Kind::key_file ? AuthMethod::certificate : AuthMethod::password;
  }
};

// A record is: hash, hash of the credential, mask (section 14.3). What else stands in the file would be lost.
[[nodiscard]] Result<Parts> find_parts(const ObkDescription& description) {
  if (!description.credential) {
    return fail(Error(Code::file_invalid, fmt::format("{} describes no debug-authentication record: it has no <DA>",
                                                      description.source.string()))
                    .hint("rigor makes only debug-authentication OBK files"));
  }
  if (!description.hash) return wrong(description.place, "no <Hash>", "a debug-authentication record begins with one");
  Parts parts;
  for (const ObkElement& element : description.elements) {
    if (is_credential(element) && parts.credential == nullptr && parts.mask == nullptr) {
      parts.credential = &element;
    } else if (!is_credential(element) && parts.credential != nullptr && parts.mask == nullptr) {
      parts.mask = &element;
    } else {
      return wrong(element.place, fmt::format("'{}' is one part too many or out of order", element.name),
                   "a record is made of one key file or password, then one mask of permissions");
    }
  }
  if (parts.credential != nullptr) return parts;
  return wrong(description.place, "no <File> and no <Text>", "a record is made of a key file or a password");
}

[[nodiscard]] Result<Digest> hash_of_key(const Crypto& crypto, const ObkDescription& description,
                                         const ObkElement& element) {
  if (!element.key_type.empty() && element.key_type != "ecdsa-p256")
    return wrong(element.place, fmt::format("a key of type '{}'", element.key_type), "parts take only ecdsa-p256");
  const std::filesystem::path path = description.resolve(element.value);
  const auto failed = [&](const Error& error) {
    const Place& place = element.place;
    return fail(Code::file_invalid,
                format_fault({place.file, place.line, place.column, fmt::format("key file {}", path.string()), {}, {}}),
                error);
  };
  const auto file = read_secret_file(path, kMostKeyFile);
  if (!file) return failed(file.error());
  const auto key = read_key(crypto, file->view());
  if (!key) return failed(key.error());
  if (key->locked()) {
    return wrong(element.place, fmt::format("key file {} is encrypted", path.string()),
                 "name the public key instead; only that half is used");
  }
  if (!key->public_half || key->public_half->algorithm != kEcdsaP256)
    return wrong(element.place, fmt::format("key file {} holds {}", path.string(), key->type), "expected ecdsa-p256");
  return crypto.sha256(key->public_half->bytes);
}

// Of permissions, or of data that stands in their place.
[[nodiscard]] Result<Permissions> mask_of(const ObkElement& element) {
  if (element.kind == Kind::permissions) return element.permissions;
  const ByteView written = element.data.view();
  const auto mask = parse_hex_mask({reinterpret_cast<const char*>(written.data()), written.size()});
  if (mask) return *mask;
  return wrong(element.place, "the number is too wide for a mask of permissions", "it has at most 128 bits");
}

[[nodiscard]] std::optional<AuthMethod> method_of(std::uint32_t destination) {
  if (destination == kH7rsDaCertificateDestination) return AuthMethod::certificate;
  if (destination == kH7rsDaPasswordDestination) return AuthMethod::password;
  return std::nullopt;
}

[[nodiscard]] std::optional<AuthMethod> method_of(const ObkDescription& description) {
  for (const ObkElement& element : description.elements) {
    if (element.kind == Kind::key_file) return AuthMethod::certificate;
    if (element.kind == Kind::password) return AuthMethod::password;
  }
  return std::nullopt;
}

// The secure alias only: whether a part takes the other one is not known.
[[nodiscard]] bool holds_record(std::uint32_t destination) {
  return destination == kH5DaDestination || method_of(destination).has_value();
}

// What the description says about itself that does not suit the family of its destination.
void contradict(const ObkDescription& description, Family family, std::vector<std::string>& reasons) {
  const std::size_t align = family == Family::stm32h7rs ? kH7rsAlign : kH5Align;
  if (description.align != align)
    reasons.push_back(fmt::format("'GlobalAlign' is {}, {} has {}", description.align, family_name(family), align));
  if (!description.mcu.empty()) {
    const auto mcu = find_part(description.mcu);
    if (!mcu) {
      reasons.push_back(fmt::format("'MCU': {}", mcu.error().message()));
    } else if ((*mcu)->family != family) {
      reasons.push_back(fmt::format("'MCU' is {}, not of {}", description.mcu, family_name(family)));
    }
  }
}

// A record's place and its method are one on H7RS.
void contradict_method(const ObkDescription& description, std::vector<std::string>& reasons) {
  const auto promised = method_of(description.destination);
  const auto made = method_of(description);
  if (!promised || !made || promised == made) return;
  reasons.push_back(fmt::format("destination {} is that of a {}, the description has a {}",
                                hex_word(description.destination), auth_method_name(*promised),
                                auth_method_name(*made)));
}

}  // namespace

std::vector<std::string> misfits(const ObkDescription& description, const Part& part) {
  std::vector<std::string> reasons;
  const auto family = family_of(description);
  if (family != part.family) {
    reasons.push_back(fmt::format("destination {} is {}, not {}", hex_word(description.destination),
                                  family ? family_name(*family) : "no family's", family_name(part.family)));
  }
  contradict(description, part.family, reasons);
  contradict_method(description, reasons);
  if (part.record_in_otp) reasons.push_back(fmt::format("an {} takes no OBK: its record stands in OTP", part.name));
  if (!part.takes_certificate && method_of(description) == AuthMethod::certificate)
    reasons.push_back(fmt::format("an {} takes only a password", part.name));
  return reasons;
}

Result<Secret> build_obk(const Crypto& crypto, const ObkDescription& description) {
  RIGOR_TRY(const Parts parts, find_parts(description));
  const auto family = family_of(description);
  if (!family || !holds_record(description.destination)) {
    return wrong(description.place, fmt::format("destination {} holds no record", hex_word(description.destination)),
                 "H5: 0x0FFD0100; H7RS: 0x00510008 (certificate), 0x008A0008 (password)");
  }
  std::vector<std::string> reasons;
  contradict(description, *family, reasons);
  contradict_method(description, reasons);
  if (!reasons.empty()) return wrong(description.place, reasons.front());

  DaRecordRequest request;
  request.family = *family;
  request.method = parts.method();
  request.encrypt = description.encrypt;
  if (parts.method() == AuthMethod::certificate) {
    RIGOR_TRY(request.credential, hash_of_key(crypto, description, *parts.credential));
    if (parts.mask == nullptr)
      return wrong(description.place, "no <Permission>", "a record with a root key says what it opens");
  } else {
    request.credential = crypto.sha256(parts.credential->password.view());
  }
  if (parts.mask != nullptr) {
    RIGOR_TRY(request.permissions, mask_of(*parts.mask));
  }
  return make_da_record(crypto, request);
}

}  // namespace rigor
