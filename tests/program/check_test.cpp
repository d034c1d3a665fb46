#include "shoal/program/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program/broken.hpp"

namespace shoal::program {
namespace {

using ::testing::HasSubstr;

TEST(Check, FindsNothingWrongWithWhatIsRight) {
  EXPECT_EQ(refusal(good()), "");
  EXPECT_EQ(refusal(two_stages()), "");
}

TEST(Check, BuffersAreThereBeforeTheyAreRead) {
  Program unread = good();
  steps(unread, 0).erase(first<ReadFrame>(unread, 0));
  EXPECT_THAT(refusal(unread), HasSubstr("rank 0 reads what it does not hold: send"));

  Program unmade = good();
  steps(unmade, 1).erase(first<Compute>(unmade, 1));
  EXPECT_THAT(refusal(unmade), HasSubstr("rank 1 reads what it does not hold: transfer"));

  Program early = good();
  const auto release = first<Release>(early, 1);
  std::rotate(first<Compute>(early, 1), release, std::next(release));
  EXPECT_THAT(refusal(early), HasSubstr("rank 1 reads what it does not hold: compute"));
}

TEST(Check, BuffersAreMadeOnceAndReleasedOnce) {
  Program twice = good();
  const auto compute = first<Compute>(twice, 2);
  steps(twice, 2).insert(compute, Step(*compute));
  EXPECT_THAT(refusal(twice), HasSubstr("rank 2 makes elements twice: compute"));

  Program kept = good();
  steps(kept, 1).erase(first<Release>(kept, 1));
  EXPECT_THAT(refusal(kept), HasSubstr("rank 1 holds a buffer at the end"));

  Program released_twice = good();
  const auto release = first<Release>(released_twice, 0);
  steps(released_twice, 0).insert(release, Step(*release));
  EXPECT_THAT(refusal(released_twice), HasSubstr("rank 0 releases what it does not hold"));
}

TEST(Check, BoxesLieInsideTheirBuffers) {
  Program outside = good();
  ++computing(outside, 0, "a").inputs.front().box[Axis::height].end;
  EXPECT_THAT(refusal(outside), HasSubstr("rank 0 reads outside its buffer: compute"));

  Program made_outside = good();
  ++computing(made_outside, 0, "a").box[Axis::height].end;
  EXPECT_THAT(refusal(made_outside), HasSubstr("rank 0 makes what is outside its buffer: compute"));

  Program nothing_held = good();
  steps(nothing_held, 2)
      .insert(first<Compute>(nothing_held, 2), Step(computing(nothing_held, 0, "z")));
  EXPECT_THAT(refusal(nothing_held), HasSubstr("rank 2 "));
}

TEST(Check, NothingIsReadBeforeItHasArrived) {
  Program program = good();
  const auto receive = first<Receive>(program, 1);
  const auto compute = first<Compute>(program, 1);
  ASSERT_LT(receive, compute);
  std::rotate(receive, std::next(receive), std::next(compute));
  EXPECT_THAT(refusal(program), HasSubstr("rank 1 reads what it does not hold: compute"));

  // The halo of a chunk, of which the rest is there.
  Program streamed = streams();
  std::vector<Step>& own = steps(streamed, 0);
  const auto halo = std::find_if(own.begin(), own.end(), [&](const Step& step) {
    const auto* arrival = std::get_if<Receive>(&step);
    return arrival != nullptr && streamed[arrival->id].redistribution.bytes_received({0}) > 0;
  });
  const auto reads_it = std::find_if(
      halo, own.end(), [](const Step& step) { return std::holds_alternative<Compute>(step); });
  ASSERT_NE(reads_it, own.end());
  std::rotate(halo, std::next(halo), std::next(reads_it));
  EXPECT_THAT(refusal(streamed), HasSubstr("reads what has not been made or has not arrived"));
}

TEST(Check, TransfersHaveTheirParticipantsEachOnce) {
  Program without_one = good();
  steps(without_one, 2).erase(first<Receive>(without_one, 2));
  EXPECT_NE(refusal(without_one), "");

  Program without_all = two_stages();
  without_all.transfers.push_back(without_all.transfers.front());
  EXPECT_THAT(refusal(without_all), HasSubstr("without all of its participants, each once"));
}

TEST(Check, RanksMeetTheirTransfersInOneOrder) {
  const auto is_transfer = [](const Step& step) { return std::holds_alternative<Transfer>(step); };
  // The same two transfers, which read and make the same buffers, the other way round on one rank.
  Program crossed = good();
  for (int rank = 0; rank < 3; ++rank) {
    auto at = std::find_if(steps(crossed, rank).begin(), steps(crossed, rank).end(), is_transfer);
    ASSERT_NE(at, steps(crossed, rank).end());
    const TransferInfo copied = crossed[std::get<Transfer>(*at).id];
    if (rank == 0) {
      crossed.tensors.push_back(crossed[copied.to]);
      crossed.transfers.push_back(
          {copied.from, {crossed.tensors.size() - 1}, copied.redistribution, copied.crosses});
    }
    const TensorId made{crossed.tensors.size() - 1};
    const Step second = Transfer{{crossed.transfers.size() - 1}};
    at = steps(crossed, rank).insert(rank == 1 ? at : std::next(at), second);
    steps(crossed, rank).push_back(Release{made});
  }
  EXPECT_THAT(refusal(crossed), HasSubstr("waits for ever: transfer"));
}

/// Rank 0 sends to the next stage only when the answer, which needs it, is there.
TEST(Check, NoRankWaitsForAnotherThatWaitsForIt) {
  Program program = two_stages();
  std::vector<Step>& on_first = steps(program, 0);
  const auto is_last_send = [&](const Step& step) { return std::holds_alternative<Send>(step); };
  const auto send = std::find_if(on_first.rbegin(), on_first.rend(), is_last_send);
  ASSERT_NE(send, on_first.rend());
  const auto at = std::prev(send.base());
  const auto receive = std::find_if(
      at, on_first.end(), [](const Step& step) { return std::holds_alternative<Receive>(step); });
  ASSERT_NE(receive, on_first.end());
  std::rotate(at, receive, std::next(receive));
  EXPECT_THAT(refusal(program), HasSubstr("waits for ever"));
}

TEST(Check, TransfersMoveEachElementOnceFromWhoHasIt) {
  const auto changed = [](const auto& change) {
    Program program = good();
    change(transfer_with(program, split::Pattern::all_to_all).redistribution);
    return refusal(program);
  };
  using split::Redistribution;
  EXPECT_EQ(changed([](Redistribution& /*unchanged*/) {}), "");
  EXPECT_THAT(changed([](Redistribution& r) { r.moves.pop_back(); }),
              HasSubstr("leaves gaps or sends twice"));
  EXPECT_THAT(changed([](Redistribution& r) { r.moves.push_back(r.moves.front()); }),
              HasSubstr("leaves gaps or sends twice"));
  EXPECT_THAT(changed([](Redistribution& r) { ++r.moves.front().box[Axis::height].begin; }),
              HasSubstr("leaves gaps or sends twice"));
  EXPECT_THAT(changed([](Redistribution& r) { r.moves.front().from = r.moves.front().to; }),
              HasSubstr("of what its sender does not have"));
  EXPECT_THAT(changed([](Redistribution& r) { ++r.moves.front().box[Axis::height].end; }),
              HasSubstr("of what its sender does not have"));
  EXPECT_THAT(changed([](Redistribution& r) { --r.source.boxes.front()[Axis::height].end; }),
              HasSubstr("between other layouts than its tensors'"));
}

TEST(Check, SummandsTravelAsTheyAre) {
  Program program = good();
  for (TransferInfo& transfer : program.transfers) {
    transfer.redistribution.wire = split::WireType::float16;
  }
  EXPECT_THAT(refusal(program), HasSubstr("summands that are rounded on their way"));
  for (TransferInfo& transfer : program.transfers) {
    if (transfer.redistribution.adds()) transfer.redistribution.wire = split::WireType::float32;
  }
  EXPECT_EQ(refusal(program), "");
}

TEST(Check, StagesDoNotWaitForEachOtherInACollective) {
  Program program = two_stages();
  const auto crossing = std::find_if(program.transfers.begin(), program.transfers.end(),
                                     [](const TransferInfo& info) { return info.crosses; });
  ASSERT_NE(crossing, program.transfers.end());
  crossing->redistribution.pattern = split::Pattern::broadcast;
  EXPECT_THAT(refusal(program), HasSubstr("a collective between stages"));
}

}  // namespace
}  // namespace shoal::program
