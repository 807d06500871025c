#include "framework/suite/provisioning_tool.hpp"

#include "framework/base/durable_file.hpp"
#include "framework/base/passing_directory.hpp"
#include "framework/suite/outside_program.hpp"
#include "framework/suite/step.hpp"

namespace rigor {

Result<void> provision_with_tool(Step& step, const Obk& record) {
  const ProvisioningTool& tool = *step.bench().description().provisioning_tool;
  RIGOR_TRY(const PassingDirectory directory, PassingDirectory::create());
  const std::filesystem::path file = directory.path() / "record.obk";
  const Secret content = encode_obk(record);
  const ByteView bytes = content.view();
  RIGOR_CHECK(write_durably(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));

  const OutsideProgram program{.command = tool.command, .replace = {{"{obk}", file.string()}}, .limit = tool.limit};
  RIGOR_TRY(const ProgramOutcome outcome, run_outside(step, program));
  if (outcome.status == 0) return {};
  return fail(Code::provisioning_refused, describe_end(program, outcome));
}

}  // namespace rigor
