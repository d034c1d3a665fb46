#include "shoal/tensor/view.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "shoal/tensor/tensor.hpp"

#include "support/random.hpp"

namespace shoal {
namespace {

using testing::Random;

Box random_part(Random& random, const Shape& shape) {
  Box box;
  for (const Axis axis : all_axes) {
    const Index begin = random.between(0, shape[axis] - 1);
    box[axis] = {begin, random.between(begin + 1, shape[axis])};
  }
  return box;
}

/// Calls `visit(n, d, h, w, c)` for every element of a shape.
template <typename Visit>
void for_each(const Shape& shape, Visit visit) {
  for (Index n = 0; n < shape[Axis::batch]; ++n)
    for (Index d = 0; d < shape[Axis::depth]; ++d)
      for (Index h = 0; h < shape[Axis::height]; ++h)
        for (Index w = 0; w < shape[Axis::width]; ++w)
          for (Index c = 0; c < shape[Axis::channel]; ++c) visit(n, d, h, w, c);
}

/// `part` into the same place of a second tensor by `move(from, to)`; what lies beside must stay.
template <typename Move, typename Expected>
void check_move(unsigned seed, Move move, Expected expected) {
  Random random(seed);
  for (int i = 0; i < 300; ++i) {
    Shape shape = Shape::clip(random.between(1, 3), random.between(1, 5), random.between(1, 5),
                              random.between(1, 4));
    shape[Axis::batch] = random.between(1, 2);
    const Box part = random_part(random, shape);
    const Tensor from = random.tensor(shape);
    Tensor to = random.tensor(shape);
    const std::vector<float> before(to.span().begin(), to.span().end());
    move(from.view().part(part), to.view().part(part));

    std::size_t at = 0;
    for_each(shape, [&](Index n, Index d, Index h, Index w, Index c) {
      Box element;
      element.values = {Range{n, n + 1}, {d, d + 1}, {h, h + 1}, {w, w + 1}, {c, c + 1}};
      const float moved = expected(from.span()[at], before[at]);
      EXPECT_EQ(to.span()[at], part.contains(element) ? moved : before[at]);
      EXPECT_EQ(&to.view().at(n, d, h, w, c), &to.span()[at]);
      ++at;
    });
  }
}

TEST(View, CopiesOnlyThePart) {
  check_move(1, copy, [](float from, float /*before*/) { return from; });
}

TEST(View, AccumulatesOnlyIntoThePart) {
  check_move(2, accumulate, [](float from, float before) { return before + from; });
}

TEST(View, CopiesBetweenPlacesOfDifferentStrides) {
  Random random(3);
  const Tensor large = random.tensor(Shape::clip(2, 6, 7, 5));
  Box box = Box::whole(large.shape());
  box[Axis::height] = {2, 5};
  box[Axis::width] = {1, 3};
  box[Axis::channel] = {3, 5};
  Tensor packed(box.shape());
  copy(large.view().part(box), packed.view());
  for_each(packed.shape(), [&](Index n, Index d, Index h, Index w, Index c) {
    EXPECT_EQ(packed.view().at(n, d, h, w, c), large.view().at(n, d, h + 2, w + 1, c + 3));
  });
}

TEST(View, TakesPartsOfParts) {
  Random random(4);
  const Tensor tensor = random.tensor(Shape::image(8, 8, 4));
  const Box outer = Box::whole(tensor.shape()).with(Axis::height, {2, 7}).with(Axis::width, {1, 6});
  const Box inner = outer.with(Axis::height, {4, 6}).with(Axis::channel, {1, 3});
  const ConstView view = tensor.view().part(outer).part(inner.relative_to(outer));
  EXPECT_EQ(view.shape(), inner.shape());
  EXPECT_EQ(&view.at(0, 0, 1, 2, 1), &tensor.view().at(0, 0, 5, 3, 2));
}

TEST(View, KnowsWhetherItHasGaps) {
  const Tensor tensor(Shape::clip(2, 4, 4, 8));
  const Box whole = Box::whole(tensor.shape());
  const auto dense = [&](const Box& box) { return tensor.view().part(box).dense(); };
  EXPECT_TRUE(dense(whole));
  EXPECT_TRUE(dense(whole.with(Axis::depth, {1, 2})));
  EXPECT_FALSE(dense(whole.with(Axis::height, {1, 3})));
  EXPECT_TRUE(dense(whole.with(Axis::depth, {1, 2}).with(Axis::height, {1, 3})));
  EXPECT_FALSE(dense(whole.with(Axis::channel, {0, 4})));
}

TEST(View, RefusesDifferentShapes) {
  const Tensor from(Shape::image(2, 3, 1));
  Tensor to(Shape::image(3, 2, 1));
  EXPECT_THROW(copy(from.view(), to.view()), std::logic_error);
  EXPECT_THROW(accumulate(from.view(), to.view()), std::logic_error);
}

TEST(View, MovesNothingWhereNothingIs) {
  const Tensor from(Shape::image(0, 3, 1));
  Tensor to(Shape::image(0, 3, 1));
  EXPECT_NO_THROW(copy(from.view(), to.view()));
}

TEST(View, LeavesWhatIsInItsPlace) {
  Tensor tensor(Shape::image(2, 2, 1));
  tensor.span()[3] = 5;
  copy(tensor.view(), tensor.view());
  EXPECT_EQ(tensor.span()[3], 5);
}

TEST(View, RowsAreADensePartButColumnsAreNot) {
  const Shape whole = Shape::image(4, 4, 2);
  EXPECT_TRUE(is_dense_part(Shape::image(2, 4, 2), whole));
  EXPECT_FALSE(is_dense_part(Shape::image(4, 2, 2), whole));
  EXPECT_FALSE(is_dense_part(Shape::image(4, 4, 1), whole));
}

}  // namespace
}  // namespace shoal
