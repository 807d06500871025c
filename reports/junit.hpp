// JUnit XML as GitLab and Jenkins read it.
//
// One <testsuite> per suite and bench, classname "SUITE.BENCH", name the test's. fail and refused are <failure>
// (type "refused:REASON" for a refusal), error, timeout and aborted are <error>, skipped is <skipped>. Of several
// attempts each is a test case of its own, so that a retry hides nothing. Well-formed XML 1.0 for any bytes.
#pragma once

#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

[[nodiscard]] std::string junit_xml(const RunRecord& run);

}  // namespace rigor
