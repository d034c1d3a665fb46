#include "shoal/comm/control_channel.hpp"

#include <array>
#include <map>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/waiting.hpp"

namespace shoal::comm {
namespace {

constexpr int tag = 1;

/// A message goes as pages, all of which but the last are full: how long it is nobody knows before.
/// Most are far shorter than one.
constexpr std::size_t page_size = 4096;

}  // namespace

struct ControlChannel::Outgoing {
  std::string page;
  MPI_Request request = MPI_REQUEST_NULL;
};

/// The page that comes next, and what came of messages that are not complete.
struct ControlChannel::Incoming {
  explicit Incoming(const Communicator& communicator) : messages(communicator) {
    messages.handle().family->awaited.push_back(&expected);
    expect();
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  ~Incoming() {
    std::erase(messages.handle().family->awaited, &expected);
    if (expected.request == MPI_REQUEST_NULL) return;
    MPI_Cancel(&expected.request);
    MPI_Request_free(&expected.request);
  }

  void expect() {
    check(MPI_Irecv(page.data(), static_cast<int>(page.size()), MPI_CHAR, MPI_ANY_SOURCE, tag,
                    messages.handle().mpi, &expected.request),
          "MPI_Irecv");
  }
  bool is_there() {
    if (expected.request == MPI_REQUEST_NULL) return true;
    int done = 0;
    check(MPI_Test(&expected.request, &done, &expected.status), "MPI_Test");
    return done != 0;
  }

  const Communicator& messages;
  std::array<char, page_size> page{};
  Expected expected;
  std::map<Rank, std::string> begun;
};

ControlChannel::ControlChannel(const Communicator& world)
    : messages_(world.duplicate()), incoming_(std::make_unique<Incoming>(messages_)) {}

ControlChannel::~ControlChannel() {
  for (Outgoing& outgoing : outgoing_) {
    if (outgoing.request != MPI_REQUEST_NULL) MPI_Request_free(&outgoing.request);
  }
}

void ControlChannel::send(Rank to, const std::string& text) {
  for (std::size_t begin = 0; begin <= text.size(); begin += page_size) {
    Outgoing& outgoing = outgoing_.emplace_back();
    outgoing.page = text.substr(begin, page_size);
    check(MPI_Isend(outgoing.page.data(), static_cast<int>(outgoing.page.size()), MPI_CHAR,
                    to.value, tag, messages_.handle().mpi, &outgoing.request),
          "MPI_Isend");
  }
}

std::optional<ControlMessage> ControlChannel::try_receive() {
  while (incoming_->is_there()) {
    const MPI_Status& status = incoming_->expected.status;
    const Rank from{status.MPI_SOURCE};
    int length = 0;
    check(MPI_Get_count(&status, MPI_CHAR, &length), "MPI_Get_count");
    std::string& text = incoming_->begun[from];
    text.append(incoming_->page.data(), static_cast<std::size_t>(length));
    incoming_->expect();
    if (static_cast<std::size_t>(length) == page_size) continue;
    ControlMessage message{from, std::move(text)};
    incoming_->begun.erase(from);
    return message;
  }
  return std::nullopt;
}

void ControlChannel::progress() {
  for (auto outgoing = outgoing_.begin(); outgoing != outgoing_.end();) {
    int done = 0;
    check(MPI_Test(&outgoing->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    outgoing = done != 0 ? outgoing_.erase(outgoing) : std::next(outgoing);
  }
}

void ControlChannel::flush() {
  for (Outgoing& outgoing : outgoing_) wait({&outgoing.request, 1}, messages_);
  outgoing_.clear();
}

}  // namespace shoal::comm
