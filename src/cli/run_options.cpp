#include "cli/run_options.hpp"

#include <filesystem>
#include <map>

#include "shoal/base/error.hpp"
#include "shoal/plan/limits.hpp"

#include "cli/answer_writer.hpp"
#include "cli/patience.hpp"
#include "cli/plan_source.hpp"
#include "cli/slowdown.hpp"
#include "cli/threads.hpp"

namespace shoal::cli {
namespace {

OptionGroup input_options() {
  return {"What is computed",
          {{.name = "weights",
            .takes = ReadFile{"PATH"},
            .help = "Keras HDF5 weights, or a folder of shards by shoal weights shard",
            .missing = "shoal weights init MODEL makes some"},
           {.name = "input",
            .takes = ReadFile{"PATH"},
            .help = "a picture, a video, a folder of pictures, /dev/videoN, or HDF5 frames",
            .missing = "give a picture, a video, a folder or a camera"},
           {.name = "frames",
            .takes = Whole{.least = 0, .most = 1'000'000'000},
            .help = "stop after so many; 0: all",
            .otherwise = "0"},
           {.name = "strict",
            .takes = Flag{},
            .help = "end at the first frame that cannot be read, instead of answering that it "
                    "cannot"},
           {.name = "preprocess",
            .takes = Word{"NAME", {"caffe", "tf", "torch"}},
            .help = "the network's own without it"},
           {.name = "aspect",
            .takes = Word{"HOW", {"stretch", "crop", "pad"}},
            .help = "how pictures get the network's size",
            .otherwise = "stretch"},
           {.name = "clip-stride",
            .takes = Whole{.least = 1, .most = 10'000},
            .help = "frames from a clip's frame to its next",
            .otherwise = "1"},
           {.name = "clip-hop",
            .takes = Whole{.least = 1, .most = 1'000'000},
            .help = "frames from the start of a clip to that of the next; a clip's own without it"},
           {.name = "camera-size",
            .takes = Text{"WxH"},
            .help = "such as 640x480; the camera's own without it"},
           {.name = "camera-rate",
            .takes = Number{0.1, 1000, "RATE", "frames per second"},
            .help = "the camera's own without it"}}};
}

OptionGroup output_options() {
  return {"What comes out",
          {{.name = "output",
            .takes = WrittenFile{},
            .help = "FILE.txt, .jsonl, .csv or .h5; the standard output without it"},
           {.name = "resume",
            .takes = Flag{},
            .help = "go on with the results that an earlier run left in FILE.part",
            .needs = {Setting{"output", {}}}},
           {.name = "top",
            .takes = Whole{.least = 1, .most = 1000, .name = "N", .unit = "classes"},
            .help = "how many to print",
            .otherwise = "5"},
           {.name = "labels",
            .takes = ReadFile{},
            .help = "names of the classes: a line each, or JSON such as imagenet_class_index.json"},
           {.name = "verify",
            .takes = Flag{},
            .help = "compute every frame on one rank too and print the largest difference"},
           {.name = "tolerance",
            .takes = Number{0, 1, "BOUND", "of the largest value"},
            .help = "what --verify lets answers differ by; without it 1e-4, where something is "
                    "rounded to float16 0.02, to int8 0.5",
            .needs = {{"verify", ""}}},
           {.name = "allow-nan",
            .takes = Flag{},
            .help = "compute with weights and frames that are infinite or not a number, and write "
                    "such answers"},
           {.name = "quiet", .takes = Flag{}, .help = "no progress line and no table"},
           metrics_option(),
           trace_option()}};
}

OptionGroup computing_options() {
  return {"How it is computed",
          {in_flight_option(),
           threads_option(),
           {.name = "exact",
            .takes = Flag{},
            .help = "sum convolutions as they are defined, without Winograd's transforms"},
           slowdown_option()}};
}

OptionGroup planning_options() {
  return {"Without --plan and --split",
          {{.name = "profile",
            .takes = ReadFile{},
            .help = "what the devices and links can do (JSON), to plan by, also by --replan auto: "
                    "shoal profile measures it; equal devices by rule of thumb without it"},
           {.name = "objective",
            .takes = Word{"WHAT", {"throughput", "latency"}},
            .help = "of the plan; latency for a single picture, else throughput without it",
            .excludes = {"plan"}}}};
}

OptionGroup change_options() {
  const Setting replanning{"replan", "auto"};
  return {"When devices change or fail",
          {{.name = "replan",
            .takes = Word{"WHEN", {"off", "auto"}},
            .help = "where a device stays slower or faster than it was, plan again and move to "
                    "the new plan between frames",
            .otherwise = "off"},
           {.name = "replan-after",
            .takes = Number{0, 86400, "SECONDS", "seconds"},
            .help = "that the change must have lasted",
            .otherwise = "10",
            .needs = {replanning}},
           patience_option()}};
}

Command command() {
  return {.verb = "run",
          .usage =
              "run --model NAME --weights PATH --input PATH\n"
              "                 [--plan FILE | --split TEXT] [options]\n"
              "       mpirun -n RANKS shoal run …",
          .groups = {plan_options(), planning_options(), input_options(), output_options(),
                     computing_options(), change_options()}};
}

template <typename Value>
Value choice(const OptionValues& values, const std::string& option,
             const std::map<std::string, Value>& choices) {
  return choices.at(values.text(option));
}

void read_input(const OptionValues& values, RunOptions& run) {
  run.weights = values.text("weights");
  run.input = values.text("input");
  run.strict = values.given("strict");
  run.frames = values.whole<std::size_t>("frames");
  run.aspect = choice<media::Aspect>(values, "aspect",
                                     {{"stretch", media::Aspect::stretch},
                                      {"crop", media::Aspect::crop},
                                      {"pad", media::Aspect::pad}});
  if (values.given("preprocess")) {
    run.preprocessing = choice<graph::Preprocessing>(values, "preprocess",
                                                     {{"caffe", graph::Preprocessing::caffe},
                                                      {"tf", graph::Preprocessing::tf},
                                                      {"torch", graph::Preprocessing::torch}});
  }
  run.clip_stride = values.whole<int>("clip-stride");
  if (values.given("clip-hop")) run.clip_hop = values.whole<int>("clip-hop");
  run.camera_size = values.text("camera-size");
  run.camera_rate = values.text("camera-rate");
  run.given = values.given();
}

/// A file of HDF5 holds the probability of every class, and no names.
void expect_classes_to_print(const OptionValues& values) {
  const std::string ending = std::filesystem::path(values.text("output")).extension().string();
  if (ending != ".h5" && ending != ".hdf5") return;
  for (const char* option : {"top", "labels"}) {
    if (values.given(option)) {
      throw UsageError("--{} does nothing here: an output in HDF5 holds every class", option);
    }
  }
}

void read_output(const OptionValues& values, RunOptions& run) {
  expect_classes_to_print(values);
  run.output = values.text("output");
  run.labels = values.text("labels");
  run.top = values.whole<std::size_t>("top");
  run.resume = values.given("resume");
  check_ending(run.output);
  run.verify = values.given("verify");
  if (values.given("tolerance")) run.tolerance = values.number("tolerance");
  run.allow_nan = values.given("allow-nan");
  run.quiet = values.given("quiet");
  run.metrics = values.text("metrics");
  run.trace = values.text("trace");
}

/// `--split auto` is the same as no split.
void read_planning(const OptionValues& values, RunOptions& run) {
  run.plan = values.text("plan");
  run.split = values.text("split") == auto_split ? "" : values.text("split");
  run.profile = values.text("profile");
  if (values.given("objective")) {
    if (!run.split.empty()) throw UsageError("give --objective or --split, not both");
    run.objective = values.text("objective") == "latency" ? planner::Objective::latency
                                                          : planner::Objective::throughput;
  }
  const bool is_planned = !run.plan.empty() || !run.split.empty();
  if (is_planned && !run.profile.empty() && values.text("replan") != "auto") {
    throw UsageError("--profile does nothing beside {} without --replan auto",
                     run.plan.empty() ? "--split" : "--plan");
  }
}

void read_changes(const OptionValues& values, RunOptions& run) {
  run.replan = values.text("replan") == "auto";
  run.replan_after = values.number("replan-after");
  run.patience = values.number("patience");
  if (!run.replan) return;
  if (run.profile.empty()) {
    throw UsageError(
        "--replan auto plans by a profile: give --profile; shoal profile measures one");
  }
  if (std::error_code ignored; std::filesystem::is_directory(run.weights, ignored)) {
    throw UsageError("--replan auto needs the whole weights file: shards are made for one plan");
  }
}

}  // namespace

Option in_flight_option() {
  return {.name = "in-flight",
          .takes = Whole{.least = 0, .most = plan::most_in_flight, .name = "N", .unit = "frames"},
          .help =
              "most frames between input and answer; 0: as the plan says, or two for each "
              "replica",
          .otherwise = "0"};
}

Option metrics_option() {
  return {.name = "metrics",
          .takes = WrittenFile{},
          .help = "every rank's time for every frame, lines of JSON"};
}

Option trace_option() {
  return {.name = "trace", .takes = WrittenFile{}, .help = "a timeline that ui.perfetto.dev shows"};
}

std::optional<std::string> run_help(Arguments arguments) {
  if (!asks_for_help(arguments)) return std::nullopt;
  return help_text(command());
}

RunOptions parse_run_options(Arguments arguments) {
  const OptionValues values = parse(arguments, command()).value();
  RunOptions run;
  run.model = values.text("model");
  read_planning(values, run);
  run.weights_dtype = values.text("weights-dtype");
  run.wire = values.text("wire");
  run.threads = values.whole<int>("threads");
  run.exact = values.given("exact");
  run.in_flight = values.whole<int>("in-flight");
  run.slowdowns = parse_slowdowns(values);
  read_input(values, run);
  read_output(values, run);
  read_changes(values, run);
  return run;
}

}  // namespace shoal::cli
