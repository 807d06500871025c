#include <fmt/format.h>

#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

class ConsoleVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "console",
        "Sends a text to the board's console, waits for one, or first the one and then the other. What came since the "
        "bench was opened, and was not waited for before, counts.",
        "expect",
        {{"expect", ParameterKind::text, false, "part of a line"},
         {"within", ParameterKind::duration, false, "how long it is waited for; 5 s by default"},
         {"send", ParameterKind::text, false, "a line"},
         {"end",
          ParameterKind::text,
          false,
          "what ends the line that is sent; lf by default",
          {"lf", "crlf", "none"}}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    if (!arguments.has("expect") && !arguments.has("send"))
      return fail(Code::usage, "expected `expect`, `send` or both");
    RIGOR_TRY(ConsoleCapture* const console, step.bench().console());
    if (arguments.has("send")) {
      const std::string end = arguments.text("end", "lf");
      const std::string_view ending = end == "crlf" ? "\r\n" : end == "lf" ? "\n" : "";
      RIGOR_CHECK(console->send(arguments.text("send") + std::string(ending), kSendLimit));
    }
    if (!arguments.has("expect")) return {};
    const TimePoint deadline = step.bench().clock().now() + arguments.duration("within", 5s);
    RIGOR_TRY(const std::string line, console->expect(arguments.text("expect"), deadline));
    step.evidence("console: " + line);
    return {};
  }

 private:
  static constexpr Duration kSendLimit = 10s;  // 300 baud are 30 bytes a second
};

}  // namespace

void add_console_verbs(std::vector<std::unique_ptr<Verb>>& verbs) { verbs.push_back(std::make_unique<ConsoleVerb>()); }

}  // namespace rigor
