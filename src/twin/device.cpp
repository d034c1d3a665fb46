#include "shoal/twin/device.hpp"

#include "shoal/comm/simulation.hpp"

namespace shoal::twin {
namespace {

/// Takes its time.
class Pause : public kernels::Kernel {
 public:
  explicit Pause(Seconds seconds) : seconds_(seconds) {}

  [[nodiscard]] std::string algorithm() const override { return "pause"; }
  void run(std::span<const ConstView> /*inputs*/, View /*output*/,
           std::span<float> /*workspace*/) const override {
    if (seconds_ > 0) comm::compute_for(seconds_);
  }

 private:
  Seconds seconds_;
};

profile::Work work_of(const program::Program& program, const program::Compute& step) {
  return profile::work_of(program.graph, step.layer, step.inputs.front().box, step.box);
}

/// What a rank reads and writes for a frame.
double bytes_of_frame(const program::Program& program, Rank rank) {
  double bytes = 0;
  for (const program::Step& step : program.of(rank)) {
    const auto* compute = std::get_if<program::Compute>(&step);
    if (compute != nullptr) bytes += work_of(program, *compute).bytes;
  }
  return bytes;
}

}  // namespace

Device::Device(const profile::Device& device, Rank rank, Bytes held)
    : device_(device), rank_(rank), held_(held) {}

Seconds Device::time(const program::Program& program, const program::Compute& step) const {
  const profile::Work work = work_of(program, step);
  const Seconds seconds = device_.time(work);
  const Seconds paging = device_.paging(held_);
  if (paging == 0 || work.bytes == 0) return seconds;
  return seconds + paging * work.bytes / bytes_of_frame(program, rank_);
}

Seconds Device::time(const program::Program& program, const program::Finish& step) const {
  return device_.time(profile::finishing_work(program.graph, step.layer, step.box));
}

std::unique_ptr<kernels::Kernel> Device::kernel(const program::Program& program,
                                                const program::Compute& step,
                                                const kernels::SharedWeights& /*weights*/) const {
  return std::make_unique<Pause>(time(program, step));
}

void Device::finish(const program::Program& program, const program::Finish& step, View /*values*/,
                    std::span<const float> /*bias*/) const {
  const Seconds seconds = time(program, step);
  if (seconds > 0) comm::compute_for(seconds);
}

}  // namespace shoal::twin
