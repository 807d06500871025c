#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "framework/auth/acceptance.hpp"
#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/password.hpp"
#include "framework/cli/credential_make.hpp"
#include "framework/credential/da_lock.hpp"
#include "framework/credential/obk_description.hpp"
#include "framework/credential/remarks.hpp"

namespace rigor::cli {
namespace {

struct MakeObk {
  MakeTarget target;
  std::string part;
  std::filesystem::path root;
  std::filesystem::path chain;
  std::filesystem::path password;
  bool lock = false;
  std::string permissions;
  std::string encryption;
  std::filesystem::path xml;
  std::filesystem::path passphrase_file;
};

// What is written, and what may be said about it.
struct MadeObk {
  Secret file;
  Visibility visibility = Visibility::open;
  nlohmann::json facts;  // no secret, and no hash of one
};

constexpr std::uint32_t kOtpImageAddress = 0x08FF'F000;  // of an H503 (debug-authentication.md 14.6)

[[nodiscard]] std::string flag_text(bool encrypts) { return encrypts ? "1" : "0"; }

// The flag decides whether a regression will ever work, and no tool can tell afterwards.
void remark_on_flag(const Part& part, bool flag, MakeReport& report) {
  const std::string basis = part.encrypts_confirmed ? "" : " (inferred from sibling parts, not confirmed)";
  if (flag != part.encrypts) {
    report.warn(
        fmt::format("THE ENCRYPTION FLAG {} DOES NOT FIT: an {} needs {}{}. Provisioned with it, the part may "
                    "close and never open again",
                    flag_text(flag), part.name, flag_text(part.encrypts), basis));
  } else if (!part.encrypts_confirmed) {
    report.note(fmt::format("the encryption flag {} of an {} is inferred from sibling parts, not confirmed",
                            flag_text(flag), part.name));
  }
}

void remark_on_permissions(const Part& part, const Permissions& permissions, MakeReport& report) {
  if (const auto foreign = foreign_permissions_warning(permissions, part)) report.warn(*foreign);
  if (!permissions.test(kFullRegressionBit))
    report.warn("the record does not permit full regression: a closed part can never be brought back to OPEN");
}

// A chain that the part would refuse may still have the right root: the record is made.
void remark_on_binding(const CertificateChain& chain, const Part& part, MakeReport& report) {
  ChipIdentity chip;
  if (part.device_id != 0) chip.soc_class = part.device_id;
  for (const ChainFault& fault : check_chain_binding(chain, chip))
    report.warn(fmt::format("{}: an {} will refuse this chain", fault.text(), part.name));
}

[[nodiscard]] Result<PublicKey> root_key_of(const Crypto& crypto, const MakeObk& command, const Part& part,
                                            const Permissions& permissions, MakeReport& report) {
  if (!command.root.empty()) return KeyRing(crypto, command.passphrase_file).public_half(command.root);
  RIGOR_TRY(const CertificateChain chain, load_chain(command.chain));
  RIGOR_TRY(const ChainReport checked,
            require_valid(crypto, chain, fmt::format("{} is no valid chain", command.chain.string())));
  remark_on_binding(chain, part, report);
  if ((checked.granted & permissions).none())
    report.warn(fmt::format("the chain grants {}, the record permits {}: together nothing", checked.granted.text(),
                            permissions.text()));
  return chain.certificates.front().key();
}

[[nodiscard]] Result<MadeObk> make_root_record(const Crypto& crypto, const MakeObk& command, const Part& part,
                                               DaRecordRequest request, MakeReport& report) {
  if (!part.takes_certificate) {
    return fail(Error(Code::usage, fmt::format("an {} takes no certificate", part.name))
                    .hint("it takes only a password: --password FILE"));
  }
  if (command.permissions.empty()) request.permissions = product_permissions(part.family);
  remark_on_permissions(part, request.permissions, report);
  RIGOR_TRY(const PublicKey root, root_key_of(crypto, command, part, request.permissions, report));
  if (root.algorithm != kEcdsaP256) {
    return fail(Code::usage, fmt::format("an {} takes only ecdsa-p256, the root key is {}", part.name,
                                         algorithm_name(root.algorithm)));
  }
  request.method = AuthMethod::certificate;
  request.credential = crypto.sha256(root.bytes);
  MadeObk made;
  RIGOR_TRY(made.file, make_da_record(crypto, request));
  made.facts = {{"key_sha256", to_hex(request.credential)}, {"permissions", request.permissions.text()}};
  if (part.family == Family::stm32h5)
    report.note("an STM32H5 takes a certificate only with TrustZone on (TZEN = 0xB4)");
  return made;
}

[[nodiscard]] Result<MadeObk> make_password_record(const Crypto& crypto, const MakeObk& command, const Part& part,
                                                   DaRecordRequest request, MakeReport& report) {
  RIGOR_TRY(const Password password, Password::load(command.password));
  MadeObk made;
  made.visibility = Visibility::secret;
  const Digest hash = password.hash(crypto);
  report.warn_all(password_warnings(password.characters(), &part));
  if (part.record_in_otp) {
    if (!command.permissions.empty() || !command.encryption.empty())
      return fail(Code::usage,
                  fmt::format("an {} has no OBK: --permissions and --encryption mean nothing to it", part.name));
    made.file = Secret(Bytes(hash.begin(), hash.end()));
    made.facts = {{"kind", "otp-image"}, {"address", hex_word(kOtpImageAddress)}};
    report.note(fmt::format("this is the OTP image of an {}, for {}; OTP is written once", part.name,
                            hex_word(kOtpImageAddress)));
    return made;
  }
  // The chip ignores the mask; ST's own files carry this one (section 14.3).
  if (command.permissions.empty() && part.family == Family::stm32h5)
    request.permissions = product_permissions(part.family);
  request.method = AuthMethod::password;
  request.credential = hash;
  RIGOR_TRY(made.file, make_da_record(crypto, request));
  made.facts = {{"key_sha256", nullptr}, {"permissions", request.permissions.text()}};
  if (part.family == Family::stm32h5) report.note("an STM32H5 takes a password only with TrustZone off (TZEN = 0xC3)");
  return made;
}

[[nodiscard]] Result<MadeObk> make_lock(const MakeObk& command, const Part& part, bool encrypt, MakeReport& report) {
  if (part.family != Family::stm32h7rs) {
    return fail(Error(Code::usage, fmt::format("an {} has no lock OBK", part.name))
                    .hint("only STM32H7RS has; on STM32H5 the product state LOCKED does it"));
  }
  if (!command.permissions.empty()) return fail(Code::usage, "a lock OBK has no permissions");
  report.warn(
      "PROVISIONING THIS FILE IS FINAL: debug authentication is forbidden for ever, no key and no password "
      "opens the part afterwards");
  MadeObk made;
  made.file = make_da_lock(encrypt);
  made.facts = {{"key_sha256", nullptr}, {"permissions", nullptr}};
  return made;
}

[[nodiscard]] Result<MadeObk> made_by_flags(const Crypto& crypto, const MakeObk& command, MakeReport& report) {
  const int given = static_cast<int>(!command.root.empty()) + static_cast<int>(!command.chain.empty()) +
                    static_cast<int>(!command.password.empty()) + static_cast<int>(command.lock);
  if (given != 1) return fail(Code::usage, "exactly one of --root, --chain, --password, --lock and --xml is needed");
  if (command.part.empty()) {
    return fail(Error(Code::usage, "--part is needed: destination and encryption flag follow from it")
                    .hint("for instance --part H573"));
  }
  RIGOR_TRY(const Part* part, find_part(command.part));
  DaRecordRequest request;
  request.family = part->family;
  request.encrypt = command.encryption.empty() ? part->encrypts : command.encryption == "1";
  if (!command.permissions.empty()) {
    RIGOR_TRY(request.permissions, parse_permissions(part->family, command.permissions));
  }
  if (!part->record_in_otp) remark_on_flag(*part, request.encrypt, report);
  if (!command.password.empty()) return make_password_record(crypto, command, *part, request, report);
  if (command.lock) return make_lock(command, *part, request.encrypt, report);
  return make_root_record(crypto, command, *part, request, report);
}

// The part of the command line, or the one that the description names.
[[nodiscard]] Result<const Part*> part_of(const MakeObk& command, const ObkDescription& description) {
  if (!command.part.empty() || description.mcu.empty()) return parse_part_option(command.part);
  return find_part(description.mcu);
}

[[nodiscard]] Result<MadeObk> made_from(const Crypto& crypto, const MakeObk& command, const ObkDescription& description,
                                        MakeReport& report) {
  RIGOR_TRY(const Part* part, part_of(command, description));
  if (part != nullptr) {
    Error error(Code::file_invalid, fmt::format("{} is not for an {}", description.source.string(), part->name));
    const auto reasons = misfits(description, *part);
    for (const std::string& reason : reasons) error = std::move(error).because(Error(Code::file_invalid, reason));
    if (!reasons.empty()) return fail(std::move(error));
    remark_on_flag(*part, description.encrypt, report);
  } else {
    report.note(
        fmt::format("whether the encryption flag {} fits is not known without --part", flag_text(description.encrypt)));
  }
  MadeObk made;
  RIGOR_TRY(made.file, build_obk(crypto, description));
  RIGOR_TRY(const Obk obk, parse_obk(made.file.view()));
  RIGOR_TRY(const DaRecord record, read_da_record(crypto, obk));
  const auto credential = std::ranges::find(description.elements, ObkElement::Kind::password, &ObkElement::kind);
  const bool password = credential != description.elements.end();
  if (password) report.warn_all(password_warnings(credential->password.view(), part));
  made.visibility = password ? Visibility::secret : Visibility::open;
  if (!password && part != nullptr) remark_on_permissions(*part, record.permissions, report);
  made.facts = {{"permissions", record.permissions.text()}, {"key_sha256", nullptr}};
  if (!password) made.facts["key_sha256"] = to_hex(record.credential);
  return made;
}

[[nodiscard]] Result<nlohmann::json> write_obk(const MakeTarget& target, MadeObk& made) {
  RIGOR_CHECK(target.write(made.file.view(), made.visibility));
  nlohmann::json document = {{"file", target.out.string()}, {"kind", "obk"}};
  if (!made.facts.contains("kind")) {
    RIGOR_TRY(const Obk obk, parse_obk(made.file.view()));
    document["destination"] = hex_word(obk.destination);
    document["content"] = obk_content_name(content_of(obk));
    document["encrypted"] = obk.encrypted;
  }
  document.update(made.facts);
  return document;
}

int make_obk_command(const MakeObk& command, const Output& output) {
  MakeReport report(output);
  MakeTarget target = command.target;
  std::optional<ObkDescription> description;
  if (!command.xml.empty()) {
    Faults faults;
    description = load_obk_description(command.xml, faults);
    if (!description) return output.failure(faults);
    if (target.out.empty() && !description->output.empty()) target.out = description->resolve(description->output);
  }
  if (target.out.empty()) return output.failure(Error(Code::usage, "--out is needed: the file to write"));
  if (const auto free = target.check(); !free) return output.failure(free.error());
  const auto crypto = Crypto::create();
  if (!crypto) return output.failure(crypto.error());
  auto made = description ? made_from(*crypto, command, *description, report) : made_by_flags(*crypto, command, report);
  if (!made) return output.failure(made.error());
  const auto document = write_obk(target, *made);
  if (!document) return output.failure(document.error());
  const std::string kind = (*document)["kind"].get<std::string>();
  return report.done(*document, fmt::format("{}: {} of {} bytes", target.out.string(), kind, made->file.size()));
}

}  // namespace

void add_make_obk(CLI::App& make, Chosen& chosen) {
  auto command = std::make_shared<MakeObk>();
  CLI::App& app = *make.add_subcommand("obk", "What is provisioned into a part: root key, password or lock");
  add_target(app, command->target, false);
  CLI::Option* xml = app.add_option("--xml", command->xml, "ST's description of an OBK; --out may be in it");
  app.add_option("--part", command->part, "Part it is for, such as H573");
  const auto add = [&](const char* name, auto& value, const char* about) {
    return app.add_option(name, value, about)->excludes(xml);
  };
  add("--root", command->root, "Root key, public or private");
  add("--chain", command->chain, "Chain that begins with the root");
  add("--password", command->password, "Password file (rigor credential make password)");
  app.add_flag("--lock", command->lock, "STM32H7RS: forbid debug authentication for ever")->excludes(xml);
  add("--permissions", command->permissions, "Names joined by commas, or a mask; without: all that the part knows");
  add("--encryption", command->encryption, "0 or 1, against what the part needs")->check(CLI::IsMember({"0", "1"}));
  add("--passphrase-file", command->passphrase_file, "Opens an encrypted root key, instead of asking");
  app.callback(
      [command, &chosen] { chosen = [command](const Output& output) { return make_obk_command(*command, output); }; });
}

}  // namespace rigor::cli
