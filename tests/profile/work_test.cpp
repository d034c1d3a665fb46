#include "shoal/profile/work.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/split/scheme.hpp"

#include "split/graphs.hpp"

namespace shoal::profile {
namespace {

using split::OneLayer;

Box whole_input(const OneLayer& one) {
  return Box::whole(one.graph.input_shape(one.layer));
}

Box whole_output(const OneLayer& one) {
  return Box::whole(one.graph[one.layer].output);
}

Work whole(const OneLayer& one) {
  return work_of(one.graph, one.layer, whole_input(one), whole_output(one));
}

/// The work of a member of a group of `members` that share the layer by the scheme.
Work member_work(const OneLayer& one, const char* scheme, std::size_t members, std::size_t member) {
  split::SplitOptions options;
  options.shares.assign(members, 1.0);
  const split::Division division =
      split::find_scheme(scheme)->divide(one.graph, one.layer, options);
  return work_of(one.graph, one.layer, division.inputs.front()[member], division.outputs[member]);
}

TEST(WorkOf, CountsWhatAWholeLayerDoesAndMoves) {
  const OneLayer one = split::one_layer(Shape::image(8, 8, 16), split::conv(32, 3));
  const Work work = whole(one);
  EXPECT_EQ(work.model, "one");
  EXPECT_EQ(work.layer, "layer");
  EXPECT_EQ(work.fraction, 1);
  EXPECT_EQ(work.flops, 8 * 8 * 32 * (2 * 9 * 16 + 1));
  EXPECT_EQ(work.bytes, 4 * (9 * 16 * 32 + 32 + 8 * 8 * 16 + 8 * 8 * 32));
}

TEST(WorkOf, TellsKindsApart) {
  const auto kind = [](const Shape& input, graph::Op op) {
    return whole(split::one_layer(input, std::move(op))).kind;
  };
  const Shape image = Shape::image(8, 8, 16);
  EXPECT_EQ(kind(image, split::conv(4, 3)), Kind::convolution);
  EXPECT_EQ(kind(Shape::image(8, 8, 3), split::conv(4, 3)), Kind::first_convolution);
  EXPECT_EQ(kind(image, split::conv(4, 1)), Kind::pointwise);
  EXPECT_EQ(kind(Shape::image(8, 8, 3), split::conv(4, 1)), Kind::pointwise);
  graph::Conv deep = split::conv(4, 3);
  deep.dimensions = 3;
  EXPECT_EQ(kind(Shape::clip(4, 8, 8, 3), deep), Kind::convolution_3d);
  EXPECT_EQ(kind(image, split::depthwise(1, 3)), Kind::depthwise);
  EXPECT_EQ(kind(Shape::features(10), split::dense(5)), Kind::dense);
  EXPECT_EQ(kind(image, split::pool(2, 2)), Kind::pool);
  EXPECT_EQ(kind(image, graph::GlobalPool{}), Kind::pool);
  EXPECT_EQ(kind(image, graph::Softmax{}), Kind::elementwise);
}

TEST(WorkOf, TellsCutsApart) {
  const OneLayer one = split::one_layer(Shape::image(9, 9, 16), split::conv(32, 3));
  const Work by_outputs = member_work(one, "channel", 4, 1);
  EXPECT_EQ(by_outputs.cut, Cut::outputs);
  EXPECT_EQ(by_outputs.fraction, 0.25);
  EXPECT_EQ(by_outputs.bytes, 4 * (9 * 16 * 8 + 8 + 9 * 9 * 16 + 9 * 9 * 8));
  const Work by_inputs = member_work(one, "filter", 2, 1);
  EXPECT_EQ(by_inputs.cut, Cut::inputs);
  EXPECT_EQ(by_inputs.fraction, 0.5);
  EXPECT_EQ(by_inputs.bytes, 4 * (9 * 8 * 32 + 32 + 9 * 9 * 8 + 9 * 9 * 32));
  const Work by_space = member_work(one, "spatial", 3, 1);
  EXPECT_EQ(by_space.cut, Cut::space);
  EXPECT_DOUBLE_EQ(by_space.fraction, 1.0 / 3);
  EXPECT_EQ(by_space.bytes, 4 * (9 * 16 * 32 + 32 + 5 * 9 * 16 + 3 * 9 * 32)) << "with its halo";
}

TEST(WorkOf, TellsHowMuchOfAShardAChunkIs) {
  const OneLayer one = split::one_layer(Shape::image(8, 8, 16), split::conv(32, 3));
  const Box shard = whole_output(one).with(Axis::channel, {8, 16});
  const auto work = [&](const Box& output) {
    const Box read =
        graph::input_box(one.graph.footprint(one.layer), output, whole_input(one).shape());
    return work_of(one.graph, one.layer, read, output);
  };
  EXPECT_EQ(work(shard).pixels, 1);
  const Work chunk = work(shard.with(Axis::height, {4, 6}));
  EXPECT_EQ(chunk.cut, Cut::outputs);
  EXPECT_EQ(chunk.fraction, 1.0 / 16);
  EXPECT_EQ(chunk.pixels, 0.25);
  EXPECT_EQ(work(whole_output(one).with(Axis::height, {4, 6})).pixels, 1) << "its cut is space";
}

TEST(WorkOf, OfASummandInSpaceIsAPartToo) {
  const OneLayer one = split::one_layer(Shape::image(8, 8, 16), graph::GlobalPool{});
  const Box rows = whole_input(one).with(Axis::height, {0, 2});
  const Work work = work_of(one.graph, one.layer, rows, whole_output(one));
  EXPECT_EQ(work.fraction, 0.25);
  EXPECT_EQ(work.cut, Cut::space);
}

TEST(WorkOf, ReadsEveryInput) {
  graph::Graph graph("two");
  const Shape shape = Shape::image(4, 4, 8);
  const graph::LayerId input = graph.add("input", graph::Input(shape), {});
  const graph::LayerId sum = graph.add("add", graph::Add{}, {input, input});
  const Work work = work_of(graph, sum, Box::whole(shape), Box::whole(shape));
  EXPECT_EQ(work.bytes, 3 * shape.bytes());
}

TEST(WorkOf, IsNothingWhereNothingIsComputed) {
  const OneLayer flat = split::one_layer(Shape::image(4, 4, 8), graph::Flatten{});
  EXPECT_EQ(whole(flat).flops, 0);
  EXPECT_EQ(whole(flat).fraction, 0);
  const OneLayer one = split::one_layer(Shape::image(8, 8, 16), split::conv(32, 3));
  EXPECT_EQ(work_of(one.graph, one.layer, Box{}, Box{}).flops, 0);
}

TEST(FinishingWork, GoesOverTheBoxOnce) {
  const OneLayer one = split::one_layer(Shape::image(8, 8, 16), split::conv(32, 3));
  const Work work =
      finishing_work(one.graph, one.layer, whole_output(one).with(Axis::channel, {8, 16}));
  EXPECT_EQ(work.kind, Kind::elementwise);
  EXPECT_EQ(work.layer, "layer");
  EXPECT_EQ(work.fraction, 0.25);
  EXPECT_EQ(work.flops, 8 * 8 * 8);
  EXPECT_EQ(work.bytes, 2 * 4 * 8 * 8 * 8);
}

/// However a layer is cut, the parts' operations are the whole's: no rank works for nothing but in
/// a halo, whose operations belong to its neighbour's layer before.
TEST(WorkOf, PartsMakeTheWhole) {
  for (const auto name : graph::model_names()) {
    const graph::Graph graph = graph::lower(graph::make_model(name).graph);
    for (std::size_t i = 0; i < graph.size(); ++i) {
      for (const char* scheme : {"output", "input", "channel", "filter", "spatial"}) {
        if (!split::find_scheme(scheme)->applies(graph, {i}) || graph.flops({i}) == 0) continue;
        const OneLayer one{graph, {i}};
        double fraction = 0;
        double flops = 0;
        for (std::size_t member = 0; member < 3; ++member) {
          const Work work = member_work(one, scheme, 3, member);
          fraction += work.fraction;
          flops += work.flops;
        }
        EXPECT_NEAR(fraction, 1, 1e-9) << name << ' ' << graph[{i}].name << ' ' << scheme;
        EXPECT_NEAR(flops, graph.flops({i}), 1e-9 * graph.flops({i}));
      }
    }
  }
}

TEST(Names, AreFoundAgain) {
  for (std::size_t i = 0; i < kind_count; ++i) {
    EXPECT_EQ(find_kind(name(static_cast<Kind>(i))), static_cast<Kind>(i));
  }
  for (std::size_t i = 0; i < cut_count; ++i) {
    EXPECT_EQ(find_cut(name(static_cast<Cut>(i))), static_cast<Cut>(i));
  }
  EXPECT_EQ(find_kind("conv"), std::nullopt);
  EXPECT_EQ(find_cut(""), std::nullopt);
}

}  // namespace
}  // namespace shoal::profile
