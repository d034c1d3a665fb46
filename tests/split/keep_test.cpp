#include "shoal/split/keep.hpp"

#include <gtest/gtest.h>

#include "shoal/split/wire.hpp"
#include "shoal/tensor/tensor.hpp"

#include "support/random.hpp"

namespace shoal::split {
namespace {

const Shape shape = Shape::image(8, 3, 5);

Box rows(Index begin, Index end) {
  return Box::whole(shape).with(Axis::height, {begin, end});
}

/// What rank 0 has of its target after keep(), with -9 where others' shall come.
Tensor kept(const Redistribution& redistribution, const Tensor& whole) {
  const Box wanted = redistribution.target.box_of({0}).value();
  Tensor target(wanted.shape());
  std::fill(target.span().begin(), target.span().end(), -9.0F);
  keep(redistribution, {0}, whole.view().part(redistribution.source.box_of({0}).value()),
       target.view());
  return target;
}

/// The rows of a part of the tensor that begins at row `first`.
std::vector<float> rows_of(const Tensor& part, Index first, Index begin, Index end) {
  const auto row = static_cast<std::size_t>(shape[Axis::width] * shape[Axis::channel]);
  const auto at = part.span().begin();
  return {at + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(begin - first) * row),
          at + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(end - first) * row)};
}

class Keep : public ::testing::TestWithParam<WireType> {
 protected:
  testing::Random random_{31};
  Tensor whole_ = random_.tensor(shape);
  const std::vector<Rank> two_ = {{0}, {1}};

  [[nodiscard]] std::vector<float> rounded_rows(Index begin, Index end) const {
    Tensor rounded(rows(begin, end).shape());
    round(GetParam(), whole_.view().part(rows(begin, end)), rounded.view());
    return {rounded.span().begin(), rounded.span().end()};
  }
};

TEST_P(Keep, RoundsOnlyTheEdgeThatANeighbourGets) {
  const auto halo = redistribute(shape, Layout::sharded(two_, {rows(0, 4), rows(4, 8)}),
                                 Layout::sharded(two_, {rows(0, 5), rows(3, 8)}), GetParam());
  const Tensor target = kept(halo, whole_);
  EXPECT_EQ(rows_of(target, 0, 0, 3), rows_of(whole_, 0, 0, 3));
  EXPECT_EQ(rows_of(target, 0, 3, 4), rounded_rows(3, 4));
  EXPECT_EQ(rows_of(target, 0, 4, 5), std::vector<float>(15, -9.0F)) << "the neighbour's";
}

TEST_P(Keep, RoundsAllWhereAllGetIt) {
  const auto to_all =
      redistribute_by_messages(shape, Layout::sharded(two_, {rows(0, 5), rows(5, 8)}),
                               Layout::replicated({{0}, {1}, {2}}, shape), GetParam());
  EXPECT_EQ(rows_of(kept(to_all, whole_), 0, 0, 5), rounded_rows(0, 5));
}

TEST_P(Keep, RoundsNothingThatNobodyElseGets) {
  const auto gather = redistribute(shape, Layout::sharded(two_, {rows(0, 5), rows(5, 8)}),
                                   Layout::rooted({0}, shape), GetParam());
  EXPECT_EQ(rows_of(kept(gather, whole_), 0, 0, 5), rows_of(whole_, 0, 0, 5));
}

/// A message may hold more than the sender itself goes on with.
TEST_P(Keep, KeepsNoMoreThanItIsToHave) {
  const auto shifted = redistribute(shape, Layout::sharded(two_, {rows(0, 6), rows(6, 8)}),
                                    Layout::sharded(two_, {rows(0, 3), rows(2, 8)}), GetParam());
  const Tensor target = kept(shifted, whole_);
  EXPECT_EQ(rows_of(target, 0, 0, 2), rows_of(whole_, 0, 0, 2));
  const std::vector<float> sent = rounded_rows(2, 6);
  EXPECT_EQ(rows_of(target, 0, 2, 3), std::vector<float>(sent.begin(), sent.begin() + 15));
}

INSTANTIATE_TEST_SUITE_P(AnyWire, Keep, ::testing::ValuesIn(wire_types),
                         [](const auto& one) { return std::string(name(one.param)); });

}  // namespace
}  // namespace shoal::split
