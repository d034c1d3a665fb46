#include "cli/run_options.hpp"

#include <algorithm>
#include <map>

#include "shoal/base/error.hpp"

#include "cli/options.hpp"
#include "cli/plan_source.hpp"

namespace shoal::cli {
namespace {

constexpr const char* usage =
    "run --model NAME --weights FILE --input PATH [--plan FILE | --split TEXT]\n"
    "       mpirun -n RANKS shoal run …";

options::options_description declared_options() {
  options::options_description declared = plan_options();
  options::options_description own("What is computed");
  own.add_options()("weights", options::value<std::string>()->default_value(""),
                    "Keras HDF5 weights; shoal weights init makes some")(
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
      "of each rank; 0: the host's cores shared among its ranks");
  declared.add(own).add(answers);
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
  run.weights = text("weights");
  run.input = text("input");
  run.output = text("output");
  run.labels = text("labels");
  run.top = values["top"].as<std::size_t>();
  run.frames = values["frames"].as<std::size_t>();
  run.threads = values["threads"].as<int>();
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
  if (run.weights.empty()) {
    throw Error("--weights is missing; shoal weights init MODEL makes some");
  }
  if (run.input.empty()) throw Error("--input is missing: a picture, a video, a folder, a camera");
  if (run.in_flight < 0 || run.in_flight > 10000) throw Error("--in-flight is 0 to 10000");
  if (run.threads < 0 || run.threads > 1024) throw Error("--threads is 0 to 1024");
  return run;
}

}  // namespace shoal::cli
