#include "framework/store/record_json.hpp"

namespace rigor {
namespace {

constexpr Channel kChannels[] = {Channel::usb, Channel::line, Channel::mailbox, Channel::sense,
                                 Channel::log, Channel::step, Channel::console};

std::optional<Channel> channel_from(std::string_view name) {
  for (const Channel channel : kChannels)
    if (channel_name(channel) == name) return channel;
  return std::nullopt;
}

std::optional<Record> record_from(const Json& item) {
  const bool shaped = item.is_array() && item.size() == 6 && item[0].is_number_integer() && item[1].is_string() &&
                      item[2].is_string() && item[3].is_number_unsigned() && item[4].is_number_integer() &&
                      item[5].is_string();
  if (!shaped) return std::nullopt;
  const auto channel = channel_from(item[1].get_ref<const std::string&>());
  if (!channel) return std::nullopt;
  return Record{.at = TimePoint(Duration(item[0].get<std::int64_t>())),
                .channel = *channel,
                .name = item[2].get<std::string>(),
                .value = item[3].get<std::uint32_t>(),
                .concealed = item[4].get<int>() != 0,
                .text = item[5].get<std::string>()};
}

std::int64_t ns(TimePoint at) { return at.time_since_epoch().count(); }

}  // namespace

Json step_json(const StepRecord& step) {
  return {{"index", step.index},
          {"verb", step.verb},
          {"parameters", step.parameters},
          {"effect", step.effect},
          {"verdict", verdict_name(step.verdict)},
          {"reason", step.reason},
          {"message", step.message},
          {"evidence", step.evidence},
          {"started_ns", ns(step.started)},
          {"ended_ns", ns(step.ended)}};
}

Json test_json(const TestRecord& test) {
  return {{"suite", test.suite},
          {"test", test.test},
          {"bench", test.bench},
          {"repeat", test.repeat},
          {"attempt", test.attempt},
          {"verdict", verdict_name(test.verdict)},
          {"reason", test.reason},
          {"message", test.message},
          {"hint", test.hint},
          {"started_at", test.started_at},
          {"started_ns", ns(test.started)},
          {"duration_ns", test.duration.count()},
          {"wall_ns", test.wall_duration.count()},
          {"metrics", test.metrics},
          {"trace", test.trace}};
}

Json bench_json(const BenchRecord& bench) {
  return {{"name", bench.name},
          {"board", bench.board},
          {"chip", bench.chip},
          {"uid", bench.uid},
          {"probe_model", bench.probe_model},
          {"probe_firmware", bench.probe_firmware},
          {"probe_serial", bench.probe_serial},
          {"probe_path", bench.probe_path},
          {"virtual", bench.virtual_bench}};
}

Json run_head_json(const RunRecord& run) {
  return {{"run", run.id},
          {"started_at", run.started_at},
          {"ended_at", run.ended_at},
          {"rig", run.rig},
          {"argv", run.argv},
          {"seed", run.seed},
          {"versions", run.versions},
          {"host", run.host},
          {"exit", run.exit_code ? Json(*run.exit_code) : Json(nullptr)}};
}

Json timeline_json(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records)
    list.push_back(Json::array({ns(record.at), channel_name(record.channel), record.name, record.value,
                                record.concealed ? 1 : 0, record.text}));
  return list;
}

std::optional<std::vector<Record>> timeline_from(std::string_view text, std::size_t limit, std::size_t& dropped) {
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  const std::size_t left_out = list.size() > limit ? list.size() - limit : 0;
  const std::size_t first = (list.size() - left_out + 1) / 2;
  std::vector<Record> records;
  records.reserve(list.size() - left_out);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i >= first && i < first + left_out) continue;
    auto record = record_from(list[i]);
    if (!record) return std::nullopt;
    records.push_back(*std::move(record));
  }
  dropped += left_out;
  return records;
}

std::string json_line(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace rigor
