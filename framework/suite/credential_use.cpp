#include "framework/suite/credential_use.hpp"

#include <fmt/format.h>

#include "framework/auth/secret_file.hpp"
#include "framework/suite/step.hpp"

namespace rigor {

Result<std::string> method_that_opens(Step& step) {
  if (step.bench().chip().family == Family::stm32h7rs) {
    if (step.credentials().describe(step.bench().description(), "certificate")) return "certificate";
    return "password";
  }
  RIGOR_TRY(const bool security, step.target().security_extension());
  return std::string(method_for(security));
}

Result<void> check_method(Step& step, std::string_view method) {
  if (step.bench().chip().family == Family::stm32h7rs) return {};
  RIGOR_TRY(const bool security, step.target().security_extension());
  if (method == method_for(security)) return {};
  return fail(Error(Code::credential_mismatch, fmt::format("with TZEN {} the chip takes a {}, not a {}",
                                                           security ? "on" : "off", method_for(security), method))
                  .hint("provisioned the wrong way round, the part can be closed but never opened again"));
}

CredentialUse use_of(const Credential& credential, const ChipFacts& chip) {
  const bool certificate = credential.method() == AuthMethod::certificate;
  return {credential.digest(), std::string(auth_method_name(credential.method())), certificate,
          chip.provisioning.encrypts};
}

Result<std::vector<std::string>> credential_files(Step& step, std::string_view method) {
  RIGOR_TRY(const CredentialDescription* const files, step.credentials().describe(step.bench().description(), method));
  std::vector<std::string> where;
  for (const auto& path : {files->chain, files->key, files->file, files->record})
    if (!path.empty()) where.push_back(std::filesystem::absolute(path).string());
  return where;
}

Result<Obk> record_for(Step& step, const Credential& credential, std::string_view method) {
  RIGOR_TRY(const CredentialDescription* const files, step.credentials().describe(step.bench().description(), method));
  const ChipFacts& chip = step.bench().chip();
  const Crypto& crypto = step.credentials().crypto();
  if (chip.provisioning.store == RecordStore::one_time_memory) {
    const Digest hash = credential.provisioned_hash(crypto);
    return Obk{chip.otp.base, false, Secret(Bytes(hash.begin(), hash.end()))};
  }
  if (files->record.empty()) {
    RIGOR_TRY(const Secret file, credential.make_record(crypto, chip.family, chip.provisioning.encrypts));
    return parse_obk(file.view());
  }
  RIGOR_TRY(const Secret file, read_secret_file(files->record, kMostObk));
  RIGOR_TRY(Obk obk, parse_obk(file.view()));
  if (content_of(obk) == ObkContent::da_lock)
    return fail(Error(Code::credential_mismatch,
                      fmt::format("{} forbids debug authentication for ever; it is no record of a credential",
                                  files->record.string()))
                    .hint("name a record that was made for this credential"));
  if (family_of(obk) && *family_of(obk) != chip.family)
    return fail(Code::credential_mismatch,
                fmt::format("{} was made for another family than {}", files->record.string(), chip.name));
  RIGOR_TRY(const DaRecord record, read_da_record(crypto, obk));
  if (!credential.matches(crypto, record))
    return fail(Code::credential_mismatch, fmt::format("{} was made for another credential", files->record.string()));
  if (record.encrypted != chip.provisioning.encrypts)
    return fail(Error(Code::credential_mismatch,
                      fmt::format("{} has encryption flag {:d}, a {} needs {:d}", files->record.string(),
                                  record.encrypted, chip.name, chip.provisioning.encrypts))
                    .hint("with the wrong flag the part provisions and closes, but its regression fails"));
  return obk;
}

}  // namespace rigor
