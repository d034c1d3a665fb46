#include "shoal/comm/communicator.hpp"

#include <numeric>

#include "shoal/base/error.hpp"
#include "shoal/base/watchdog.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/start_limit.hpp"
#include "comm/whole_group.hpp"

namespace shoal::comm {
namespace {

/// MPI waits for all members while it makes a communicator, and lets nothing else be seen to.
class Making {
 public:
  Making()
      : watchdog_(start_limit(), line_of_rank(fmt::format(
                                     "another rank has not come along for {:.0f} s; is its device "
                                     "up, and its link?",
                                     start_limit()))) {}

 private:
  Watchdog watchdog_;
};

}  // namespace

Communicator::Communicator(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {
  MPI_Comm_set_errhandler(handle_->mpi, MPI_ERRORS_RETURN);
}

Communicator::Communicator(Communicator&&) noexcept = default;
Communicator& Communicator::operator=(Communicator&&) noexcept = default;
Communicator::~Communicator() = default;

Communicator Communicator::world() {
  const Making making;
  MPI_Comm made = MPI_COMM_NULL;
  check(MPI_Comm_dup(MPI_COMM_WORLD, &made), "MPI_Comm_dup");
  return Communicator(std::make_unique<Handle>(made));
}

Communicator Communicator::duplicate() const {
  const Making making;
  MPI_Comm made = MPI_COMM_NULL;
  check(MPI_Comm_dup(handle_->mpi, &made), "MPI_Comm_dup");
  return Communicator(std::make_unique<Handle>(made, handle_->family));
}

Rank Communicator::rank() const {
  int rank = 0;
  check(MPI_Comm_rank(handle_->mpi, &rank), "MPI_Comm_rank");
  return {rank};
}

int Communicator::size() const {
  int size = 0;
  check(MPI_Comm_size(handle_->mpi, &size), "MPI_Comm_size");
  return size;
}

Communicator Communicator::subgroup(std::span<const Rank> members) const {
  const Making making;
  std::vector<int> ranks;
  for (const Rank member : members) ranks.push_back(member.value);
  MPI_Group all = MPI_GROUP_NULL;
  MPI_Group some = MPI_GROUP_NULL;
  MPI_Comm made = MPI_COMM_NULL;
  check(MPI_Comm_group(handle_->mpi, &all), "MPI_Comm_group");
  check(MPI_Group_incl(all, to_count(static_cast<Index>(ranks.size())), ranks.data(), &some),
        "MPI_Group_incl");
  check(MPI_Comm_create_group(handle_->mpi, some, 0, &made), "MPI_Comm_create_group");
  MPI_Group_free(&some);
  MPI_Group_free(&all);
  return Communicator(std::make_unique<Handle>(made, handle_->family));
}

Communicator::OnHost Communicator::on_host() const {
  const Making making;
  MPI_Comm host = MPI_COMM_NULL;
  check(MPI_Comm_split_type(handle_->mpi, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host),
        "MPI_Comm_split_type");
  const Communicator members(std::make_unique<Handle>(host));
  return {members.size(), members.rank().value};
}

std::int64_t Communicator::broadcast(std::int64_t value, Rank root) const {
  comm::broadcast(&value, 1, MPI_INT64_T, root.value, *this);
  return value;
}

std::string Communicator::broadcast(const std::string& text, Rank root) const {
  std::string result = text;
  const std::int64_t length = broadcast(static_cast<std::int64_t>(text.size()), root);
  result.resize(static_cast<std::size_t>(length));
  comm::broadcast(result.data(), to_count(length), MPI_CHAR, root.value, *this);
  return result;
}

void Communicator::broadcast(std::span<float> values, Rank root) const {
  comm::broadcast(values.data(), to_count(static_cast<Index>(values.size())), MPI_FLOAT, root.value,
                  *this);
}

std::vector<std::string> Communicator::gather_all(const std::string& text) const {
  const int own = to_count(static_cast<Index>(text.size()));
  std::vector<int> lengths(static_cast<std::size_t>(size()));
  allgather(&own, 1, MPI_INT, lengths.data(), *this);
  std::vector<int> offsets(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  std::string all(static_cast<std::size_t>(offsets.back() + lengths.back()), '\0');
  allgatherv(text.data(), own, MPI_CHAR, all.data(), lengths.data(), offsets.data(), *this);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    texts.push_back(
        all.substr(static_cast<std::size_t>(offsets[i]), static_cast<std::size_t>(lengths[i])));
  }
  return texts;
}

void Communicator::minimum(std::span<double> values) const {
  allreduce(values.data(), to_count(static_cast<Index>(values.size())), MPI_DOUBLE, MPI_MIN, *this);
}

void Communicator::barrier() const {
  comm::barrier(*this);
}

Seconds wall_time() {
  return MPI_Wtime();
}

Verdict agree(const Communicator& communicator, const std::string& error) {
  const std::vector<std::string> errors = communicator.gather_all(error);
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (!errors[i].empty()) return {Rank{static_cast<int>(i)}, errors[i]};
  }
  return {};
}

}  // namespace shoal::comm
