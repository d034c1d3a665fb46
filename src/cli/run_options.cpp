#include "cli/run_options.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "shoal/base/error.hpp"

#include "cli/options.hpp"
#include "cli/plan_source.hpp"
#include "cli/slowdown.hpp"

namespace shoal::cli {
namespace {

constexpr const char* usage =
    "run --model NAME --weights FILE --input PATH [--plan FILE | --split TEXT]\n"
    "       mpirun -n RANKS shoal run …";

options::options_description declared_options() {
  options::options_description declared = plan_options();
  options::options_description own("What is computed");
  own.add_options()("weights", options::value<std::string>()->default_value(""),
                    "Keras HDF5 weights, or a folder of shards by shoal weights shard")(
      "input", options::value<std::string>()->default_value(""),
      "picture, video, folder, /dev/videoN, or HDF5 frames")(
      "frames", options::value<std::size_t>()->default_value(0), "stop after so many; 0: all")(
      "preprocess", options::value<std::string>()->default_value(""),
      "caffe, tf or torch; the network's own without it")(
      "aspect", options::value<std::string>()->default_value("stretch"), "stretch, crop or pad")(
      "clip-stride", options::value<int>()->default_value(1), "frames between a clip's frames")(
      "clip-hop", options::value<int>(), "frames between the starts of clips")(
      "camera-size", options::value<std::string>()->default_value(""), "such as 640x480")(
      "camera-rate", options::value<std::string>()->default_value(""), "frames per second");
  options::options_description answers("What comes out");
  answers.add_options()("top", options::value<std::size_t>()->default_value(5),
                        "how many classes to tell")(
      "labels", options::value<std::string>()->default_value(""),
      "names of the classes, a line each")(
      "output", options::value<std::string>()->default_value(""),
      "FILE.txt, FILE.jsonl or FILE.h5 in place of the standard output")(
      "verify", "compute every frame on one rank too and tell the largest difference")(
      "quiet", "no progress line and no table")(
      "in-flight", options::value<int>()->default_value(0),
      "most frames between input and answer; 0: as the plan says, or two for each replica")(
      "metrics", options::value<std::string>()->default_value(""),
      "FILE for every rank's time for every frame, lines of JSON")(
      "trace", options::value<std::string>()->default_value(""),
      "FILE for a timeline that ui.perfetto.dev shows")(
      "threads", options::value<int>()->default_value(0),
      "of each rank; 0: the host's cores shared among its ranks")(
      "exact", "sum convolutions as they are defined, without Winograd's transforms");
  options::options_description changes("When devices change or fail");
  changes.add_options()(
      "replan", options::value<std::string>()->default_value("off"),
      "off, or auto: where a device stays slower or faster than it was, plan again and move to the "
      "new plan between frames")("replan-after", options::value<double>()->default_value(10),
                                 "seconds that it must have lasted")(
      "profile", options::value<std::string>()->default_value(""),
      "for --replan auto: what the devices and lines can do (JSON)")(
      "patience", options::value<double>()->default_value(30),
      "seconds until a rank of which nothing is heard ends the job, longer than any layer takes; "
      "0: never");
  changes.add(slowdown_option());
  declared.add(own).add(answers).add(changes);
  return declared;
}

template <typename Value>
Value choose(const std::string& option, const std::string& text,
             const std::map<std::string, Value>& choices) {
  const auto found = choices.find(text);
  if (found != choices.end()) return found->second;
  std::string known;
  for (const auto& [name, unused] : choices) known += (known.empty() ? "" : ", ") + name;
  throw Error("--{} is one of {}, not '{}'", option, known, text);
}

void read_changes(const options::variables_map& values, RunOptions& run) {
  run.replan =
      choose<bool>("replan", values["replan"].as<std::string>(), {{"off", false}, {"auto", true}});
  run.replan_after = values["replan-after"].as<double>();
  run.profile = values["profile"].as<std::string>();
  run.patience = values["patience"].as<double>();
  run.slowdowns = parse_slowdowns(values);
  if (run.replan && run.profile.empty()) {
    throw Error("--replan auto plans by a profile: give --profile; shoal profile measures one");
  }
  if (!(run.replan_after >= 0)) throw Error("--replan-after is seconds, 0 or more");
  if (!(run.patience >= 0)) throw Error("--patience is seconds, 0 or more");
}

}  // namespace

std::optional<std::string> run_help(Arguments arguments) {
  const bool asked = std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
    return word == "--help" || word == "-h";
  });
  if (!asked) return std::nullopt;
  return help_text(usage, declared_options());
}

RunOptions parse_run_options(Arguments arguments) {
  const auto values = parse(arguments, usage, declared_options()).value();
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  RunOptions run;
  run.model = text("model");
  run.plan = text("plan");
  run.split = text("split");
  run.weights_dtype = text("weights-dtype");
  run.wire = text("wire");
  run.weights = text("weights");
  run.input = text("input");
  run.output = text("output");
  run.labels = text("labels");
  run.top = values["top"].as<std::size_t>();
  run.frames = values["frames"].as<std::size_t>();
  run.threads = values["threads"].as<int>();
  run.exact = values.contains("exact");
  run.verify = values.contains("verify");
  run.quiet = values.contains("quiet");
  run.aspect = choose<media::Aspect>("aspect", text("aspect"),
                                     {{"stretch", media::Aspect::stretch},
                                      {"crop", media::Aspect::crop},
                                      {"pad", media::Aspect::pad}});
  if (!text("preprocess").empty()) {
    run.preprocessing = choose<graph::Preprocessing>("preprocess", text("preprocess"),
                                                     {{"caffe", graph::Preprocessing::caffe},
                                                      {"tf", graph::Preprocessing::tf},
                                                      {"torch", graph::Preprocessing::torch}});
  }
  run.clip_stride = values["clip-stride"].as<int>();
  if (values.contains("clip-hop")) run.clip_hop = values["clip-hop"].as<int>();
  run.in_flight = values["in-flight"].as<int>();
  run.metrics = text("metrics");
  run.trace = text("trace");
  run.camera_size = text("camera-size");
  run.camera_rate = text("camera-rate");
  read_changes(values, run);
  if (run.weights.empty()) {
    throw Error("--weights is missing; shoal weights init MODEL makes some");
  }
  if (std::error_code ignored; run.replan && std::filesystem::is_directory(run.weights, ignored)) {
    throw Error("--replan auto needs the whole weights file: shards are made for one plan");
  }
  if (run.input.empty()) throw Error("--input is missing: a picture, a video, a folder, a camera");
  if (run.in_flight < 0 || run.in_flight > 10000) throw Error("--in-flight is 0 to 10000");
  if (run.threads < 0 || run.threads > 1024) throw Error("--threads is 0 to 1024");
  return run;
}

}  // namespace shoal::cli
