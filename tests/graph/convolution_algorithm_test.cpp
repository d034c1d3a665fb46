#include "shoal/graph/convolution_algorithm.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

TEST(ConvolutionAlgorithm, IsFoundByItsName) {
  for (const ConvolutionAlgorithm one : convolution_algorithms) {
    EXPECT_EQ(find_convolution_algorithm(name(one)), one) << name(one);
  }
  EXPECT_EQ(name(ConvolutionAlgorithm::winograd6), "winograd6");
  for (const char* unknown : {"", "winograd", "winograd3", "Direct"}) {
    EXPECT_FALSE(find_convolution_algorithm(unknown)) << unknown;
  }
}

}  // namespace
}  // namespace shoal::graph
