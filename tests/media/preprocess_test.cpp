#include <gtest/gtest.h>

#include "media/read_back.hpp"

namespace shoal::media {
namespace {

std::vector<float> preprocessed(graph::Preprocessing mode) {
  Picture picture(2, 1);
  picture.rgb = {255, 128, 0, 10, 20, 30};
  std::vector<float> values(6);
  preprocess(picture, mode, values);
  return values;
}

void expect_near(const std::vector<float>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-5) << i;
}

TEST(PreprocessTest, CaffeIsBgrLessTheMeanOfImageNet) {
  expect_near(preprocessed(graph::Preprocessing::caffe),
              {0 - 103.939, 128 - 116.779, 255 - 123.68, 30 - 103.939, 20 - 116.779, 10 - 123.68});
}

TEST(PreprocessTest, TfIsFromMinusOneToOne) {
  expect_near(preprocessed(graph::Preprocessing::tf),
              {1, 128 / 127.5 - 1, -1, 10 / 127.5 - 1, 20 / 127.5 - 1, 30 / 127.5 - 1});
}

TEST(PreprocessTest, TorchIsOfMeanZeroAndDeviationOne) {
  expect_near(
      preprocessed(graph::Preprocessing::torch),
      {(255 / 255.0 - 0.485) / 0.229, (128 / 255.0 - 0.456) / 0.224, (0 - 0.406) / 0.225,
       (10 / 255.0 - 0.485) / 0.229, (20 / 255.0 - 0.456) / 0.224, (30 / 255.0 - 0.406) / 0.225});
}

TEST(PreprocessTest, TakesOnlyAPictureOfTheRightSize) {
  std::vector<float> values(5);
  EXPECT_THROW(preprocess(Picture(2, 1), graph::Preprocessing::tf, values), std::logic_error);
}

}  // namespace
}  // namespace shoal::media
