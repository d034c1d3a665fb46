#include "shoal/comm/simulation.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>

#include <mpi.h>
#include <simgrid/s4u.hpp>

#include "shoal/base/error.hpp"

namespace shoal::comm {
namespace {

namespace s4u = simgrid::s4u;

constexpr const char* job = "shoal";

/// What calls of MPI cost by themselves is not simulated, and what is computed is charged
/// (compute_for), not measured. Messages of up to 64 kB go at once, others when they are expected:
/// so does Open MPI over TCP (btl_tcp_eager_limit).
constexpr std::array settings_of_all = {
    "surf/precision:1e-9",
    "maxmin/precision:1e-9",
    "network/model:SMPI",
    "smpi/simulate-computation:no",
    "smpi/host-speed:1Gf",
    "smpi/test:0",
    "smpi/wtime:0",
    "smpi/async-small-thresh:65536",
    "smpi/send-is-detached-thresh:65536",
    "smpi/errors-are-fatal:no",
    "smpi/coll-selector:ompi",
};

/// `pi2` before `pi10`.
bool in_natural_order(const s4u::Host* a, const s4u::Host* b) {
  return ::strverscmp(a->get_cname(), b->get_cname()) < 0;
}

std::vector<s4u::Host*> places(const s4u::Engine& engine, const Simulation& simulation) {
  std::vector<s4u::Host*> named;
  for (const std::string& name : simulation.hosts) {
    named.push_back(engine.host_by_name_or_null(name));
  }
  if (std::find(named.begin(), named.end(), nullptr) == named.end()) return named;
  std::vector<s4u::Host*> all = engine.get_all_hosts();
  if (all.size() < named.size()) {
    throw Error("{}: has {} hosts, the plan is for {} ranks", simulation.platform, all.size(),
                named.size());
  }
  std::sort(all.begin(), all.end(), in_natural_order);
  all.resize(named.size());
  return all;
}

/// What one rank sends another goes over one connection, message after message; to SimGrid they are
/// side by side, so that the first of many would come as late as the last.
void keep_order(const s4u::Engine& engine) {
  for (s4u::Link* const link : engine.get_all_links()) {
    if (link->get_property(in_order) != nullptr) link->set_concurrency_limit(1);
  }
}

/// Whatever SimGrid says of a wrong one is long: the first line is the point.
void set(const std::string& setting) {
  try {
    s4u::Engine::set_config(setting);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw Error("SimGrid's setting {}: {}", setting, text.substr(0, text.find('\n')));
  }
}

void start(const std::vector<s4u::Host*>& hosts, const std::function<void()>& body) {
  SMPI_app_instance_register(job, nullptr, static_cast<int>(hosts.size()));
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
    const std::string number = std::to_string(rank);
    const s4u::ActorPtr actor = s4u::Actor::init("rank " + number, hosts[rank]);
    actor->set_property("instance_id", job);
    actor->set_property("rank", number);
    actor->start(body);
  }
}

}  // namespace

bool is_simulated() {
  return true;
}

void simulate(const Simulation& simulation, const std::function<void()>& body) {
  std::string name = job;
  std::string log = "--log=root.thresh:error";
  std::array<char*, 3> words = {name.data(), log.data(), nullptr};
  int count = 2;
  s4u::Engine engine(&count, words.data());
  SMPI_init();
  for (const char* const setting : settings_of_all) set(setting);
  for (const std::string& setting : simulation.settings) set(setting);
  engine.load_platform(simulation.platform);
  keep_order(engine);
  std::exception_ptr failure;
  std::size_t ended = 0;
  const std::vector<s4u::Host*> hosts = places(engine, simulation);
  start(hosts, [&] {
    try {
      body();
      ++ended;
    } catch (const std::exception&) {
      if (!failure) failure = std::current_exception();
    }
    if (failure) s4u::Actor::kill_all();
  });
  engine.run();
  if (failure) std::rethrow_exception(failure);
  if (ended < hosts.size()) {
    throw std::logic_error("the simulated ranks wait for each other for ever");
  }
  SMPI_finalize();
}

/// As much work as its host does in that time while nobody else computes there.
void compute_for(Seconds seconds) {
  s4u::this_actor::execute(seconds * s4u::this_actor::get_host()->get_speed());
}

}  // namespace shoal::comm
