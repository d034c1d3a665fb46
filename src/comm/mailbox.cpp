#include "shoal/comm/mailbox.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/requests.hpp"

namespace shoal::comm {
namespace {

constexpr int tag = 1;

}  // namespace

struct Mailbox::Posted {
  std::string text;
  MPI_Request request = MPI_REQUEST_NULL;
};

Mailbox::Mailbox(const Communicator& world) : messages_(world.duplicate()) {}

Mailbox::~Mailbox() {
  for (Posted& posted : posted_) {
    if (posted.request != MPI_REQUEST_NULL) MPI_Request_free(&posted.request);
  }
}

void Mailbox::post(Rank to, std::string text) {
  Posted& posted = posted_.emplace_back();
  posted.text = std::move(text);
  check(MPI_Isend(posted.text.data(), to_count(static_cast<Index>(posted.text.size())), MPI_CHAR,
                  to.value, tag, messages_.handle().mpi, &posted.request),
        "MPI_Isend");
}

std::optional<Letter> Mailbox::poll() {
  int found = 0;
  MPI_Status status{};
  check(MPI_Iprobe(MPI_ANY_SOURCE, tag, messages_.handle().mpi, &found, &status), "MPI_Iprobe");
  if (found == 0) return std::nullopt;
  int length = 0;
  check(MPI_Get_count(&status, MPI_CHAR, &length), "MPI_Get_count");
  Letter letter{Rank{status.MPI_SOURCE}, std::string(static_cast<std::size_t>(length), '\0')};
  check(MPI_Recv(letter.text.data(), length, MPI_CHAR, status.MPI_SOURCE, tag,
                 messages_.handle().mpi, MPI_STATUS_IGNORE),
        "MPI_Recv");
  return letter;
}

void Mailbox::progress() {
  for (auto posted = posted_.begin(); posted != posted_.end();) {
    int done = 0;
    check(MPI_Test(&posted->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    posted = done != 0 ? posted_.erase(posted) : std::next(posted);
  }
}

void Mailbox::flush() {
  for (Posted& posted : posted_) wait(posted.request, messages_);
  posted_.clear();
}

}  // namespace shoal::comm
