#include "shoal/comm/mailbox.hpp"

#include <array>
#include <map>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/waiting.hpp"

namespace shoal::comm {
namespace {

constexpr int tag = 1;

/// A letter goes as pages, all of which but the last are full: how long it is nobody knows before.
/// Most are far shorter than one.
constexpr std::size_t page_size = 4096;

}  // namespace

struct Mailbox::Posted {
  std::string page;
  MPI_Request request = MPI_REQUEST_NULL;
};

/// The page that comes next, and what came of letters that are not complete.
struct Mailbox::Incoming {
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

Mailbox::Mailbox(const Communicator& world)
    : messages_(world.duplicate()), incoming_(std::make_unique<Incoming>(messages_)) {}

Mailbox::~Mailbox() {
  for (Posted& posted : posted_) {
    if (posted.request != MPI_REQUEST_NULL) MPI_Request_free(&posted.request);
  }
}

void Mailbox::post(Rank to, const std::string& text) {
  for (std::size_t begin = 0; begin <= text.size(); begin += page_size) {
    Posted& posted = posted_.emplace_back();
    posted.page = text.substr(begin, page_size);
    check(MPI_Isend(posted.page.data(), static_cast<int>(posted.page.size()), MPI_CHAR, to.value,
                    tag, messages_.handle().mpi, &posted.request),
          "MPI_Isend");
  }
}

std::optional<Letter> Mailbox::poll() {
  while (incoming_->is_there()) {
    const MPI_Status& status = incoming_->expected.status;
    const Rank from{status.MPI_SOURCE};
    int length = 0;
    check(MPI_Get_count(&status, MPI_CHAR, &length), "MPI_Get_count");
    std::string& text = incoming_->begun[from];
    text.append(incoming_->page.data(), static_cast<std::size_t>(length));
    incoming_->expect();
    if (static_cast<std::size_t>(length) == page_size) continue;
    Letter letter{from, std::move(text)};
    incoming_->begun.erase(from);
    return letter;
  }
  return std::nullopt;
}

void Mailbox::progress() {
  for (auto posted = posted_.begin(); posted != posted_.end();) {
    int done = 0;
    check(MPI_Test(&posted->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    posted = done != 0 ? posted_.erase(posted) : std::next(posted);
  }
}

void Mailbox::flush() {
  for (Posted& posted : posted_) wait({&posted.request, 1}, messages_);
  posted_.clear();
}

}  // namespace shoal::comm
