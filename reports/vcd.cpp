#include "reports/vcd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace rigor {
namespace {

std::string identifier(std::string_view text, std::string_view extra = "_") {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += plain || extra.find(c) != std::string_view::npos ? c : extra.front();
  }
  return name.empty() ? "unnamed" : name;
}

// A VCD string value ends at white space; GTKWave's writers escape as C does.
std::string string_value(std::string_view text) {
  std::string value;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '\\')
      value += c;
    else
      value += fmt::format("\\x{:02x}", byte);
  }
  return value;
}

enum class Kind { bit, word, strobe, text };

struct Variable {
  std::string scope;
  std::string name;
  Kind kind = Kind::bit;
  std::string code;
};

class Writer {
 public:
  explicit Writer(const TestRecord& test) : test_(test) {}

  std::string write() {
    std::vector<const Record*> records;
    for (const Record& record : test_.timeline) records.push_back(&record);
    // Several threads write a timeline, each in order of its own.
    std::ranges::sort(records, {}, [](const Record* record) { return std::pair(record->at, record); });
    for (const Record* record : records) declare(*record);
    for (const Record* record : records) change(*record);
    return header() + body_ + fmt::format("#{}\n", std::max(now_, test_.duration.count()));
  }

 private:
  Variable& variable(const std::string& scope, const std::string& name, Kind kind) {
    const auto [place, fresh] = variables_.try_emplace(scope + "." + name);
    // Names that differ only in characters VCD has no room for keep apart by their number.
    if (fresh) place->second = {scope, unique(scope, identifier(name)), kind, code(variables_.size() - 1)};
    return place->second;
  }

  std::string unique(const std::string& scope, std::string name) {
    const std::string wanted = name;
    const auto taken = [&] {
      return std::ranges::any_of(
          variables_, [&](const auto& entry) { return entry.second.scope == scope && entry.second.name == name; });
    };
    for (int i = 2; taken(); ++i) name = fmt::format("{}_{}", wanted, i);
    return name;
  }

  // Identifier codes are any printable characters (IEEE 1364-2005 18.2.1).
  static std::string code(std::size_t number) {
    std::string text;
    do {
      text += static_cast<char>('!' + number % 94);
      number /= 94;
    } while (number > 0);
    return text;
  }

  void declare(const Record& record) {
    switch (record.channel) {
      case Channel::line:
        variable("lines", record.name, Kind::bit);
        break;
      case Channel::sense:
        variable("sensed", record.name, Kind::bit);
        break;
      case Channel::mailbox:
        variable("mailbox", record.name, Kind::word);
        variable("mailbox", record.name + "_strobe", Kind::strobe);
        break;
      case Channel::usb:
        variable("usb", "command", Kind::strobe);
        break;
      case Channel::step:
        variable("bench", "step", Kind::text);
        break;
      case Channel::log:
        variable("bench", "log", Kind::text);
        break;
      case Channel::console:
        variable("bench", "console", Kind::text);
        break;
    }
  }

  void change(const Record& record) {
    move_to((record.at - test_.started).count());
    switch (record.channel) {
      case Channel::line:
        body_ += fmt::format("{}{}\n", record.value != 0 ? '1' : '0', variable("lines", record.name, Kind::bit).code);
        break;
      case Channel::sense:
        body_ += fmt::format("{}{}\n", record.value != 0 ? '1' : '0', variable("sensed", record.name, Kind::bit).code);
        break;
      case Channel::mailbox: {
        const std::string value = record.concealed ? "x" : fmt::format("{:b}", record.value);
        body_ += fmt::format("b{} {}\n", value, variable("mailbox", record.name, Kind::word).code);
        body_ += "1" + variable("mailbox", record.name + "_strobe", Kind::strobe).code + "\n";
        break;
      }
      case Channel::usb:
        body_ += "1" + variable("usb", "command", Kind::strobe).code + "\n";
        break;
      case Channel::step:
        put_text("step", record.name.empty() ? record.text : record.name + " " + record.text);
        break;
      case Channel::log:
        put_text("log", record.text);
        break;
      case Channel::console:
        put_text("console", record.text);
        break;
    }
  }

  void put_text(const std::string& name, std::string_view text) {
    body_ += fmt::format("s{} {}\n", string_value(text), variable("bench", name, Kind::text).code);
  }

  // The first time stamp is 0, whatever the first record's time; records from before the start count as the start.
  void move_to(std::int64_t at) {
    at = std::max<std::int64_t>(at, 0);
    if (at <= now_) return;
    now_ = at;
    body_ += fmt::format("#{}\n", at);
  }

  std::string header() const {
    std::string text = fmt::format("$date {} $end\n$version rigor $end\n$timescale 1 ns $end\n",
                                   test_.started_at.empty() ? "unknown" : string_value(test_.started_at));
    std::string open_scope;
    for (const auto& [key, variable] : variables_) {
      if (variable.scope != open_scope) {
        if (!open_scope.empty()) text += "$upscope $end\n";
        text += fmt::format("$scope module {} $end\n", variable.scope);
        open_scope = variable.scope;
      }
      text += declaration(variable);
    }
    if (!open_scope.empty()) text += "$upscope $end\n";
    text += "$enddefinitions $end\n#0\n$dumpvars\n";
    for (const auto& [key, variable] : variables_) text += initial(variable);
    return text + "$end\n";
  }

  static std::string declaration(const Variable& variable) {
    switch (variable.kind) {
      case Kind::bit:
        return fmt::format("$var wire 1 {} {} $end\n", variable.code, variable.name);
      case Kind::word:
        return fmt::format("$var wire 32 {} {} [31:0] $end\n", variable.code, variable.name);
      case Kind::strobe:
        return fmt::format("$var event 1 {} {} $end\n", variable.code, variable.name);
      case Kind::text:
        break;
    }
    return fmt::format("$var string 1 {} {} $end\n", variable.code, variable.name);
  }

  static std::string initial(const Variable& variable) {
    switch (variable.kind) {
      case Kind::bit:
        return "x" + variable.code + "\n";
      case Kind::word:
        return "bx " + variable.code + "\n";
      case Kind::strobe:
        return {};  // an event has no value
      case Kind::text:
        break;
    }
    return "s " + variable.code + "\n";
  }

  const TestRecord& test_;
  std::map<std::string, Variable> variables_;  // by scope and name, so that scopes are together
  std::string body_;
  std::int64_t now_ = 0;
};

}  // namespace

std::string vcd_text(const TestRecord& test) { return Writer(test).write(); }

std::string trace_file_name(const TestRecord& test) {
  // Two names that only differ in replaced characters must not share a file: the hash of the true name keeps them
  // apart.
  std::uint32_t hash = 2166136261U;  // FNV-1a
  const std::string whole = test.suite + '\0' + test.test + '\0' + test.bench;
  for (const char c : whole) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  const std::string readable =
      fmt::format("{}.{}.{}", test.suite.substr(0, 40), test.test.substr(0, 60), test.bench.substr(0, 40));
  return fmt::format("{}.{:08x}.r{}a{}.vcd", identifier(readable, "-."), hash, test.repeat, test.attempt);
}

}  // namespace rigor
