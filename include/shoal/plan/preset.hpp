#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// Placements that the paper's authors used (Hadidi et al., arXiv 1901.02537, and their ReQuEST
/// 2018 artifact), by name. The number in a name is that of devices; where it counts the computer
/// that sends the frames, that is rank 0 and computes nothing.
///
/// - `paper-alexnet-4`: convolutions; fc1 by output over two; fc2 and fc3
/// - `paper-alexnet-5`: the same behind a sender, as in the artifact
/// - `paper-alexnet-6`: a sender, and two replicas of the convolutions
/// - `paper-vgg16-8`: block1; three replicas of blocks 2 to 4; block5; fc1 over two; the rest
/// - `paper-vgg16-9`: the same behind a sender, as in the artifact
/// - `paper-vgg16-9-sequence`: a sender, and one device for each block
/// - `paper-vgg16-11`: a sender, and seven replicas of all convolutions
/// - `paper-c3d-conv2-2`, `-3`: a sender; conv1; conv2 by channel over two or three; the rest
/// - `paper-c3d-conv2-2-filter`, `-3-filter`: the same, conv2 by filter
std::vector<std::string_view> preset_names();

/// One of these; an Error that lists them for another name.
Plan preset(std::string_view name);

}  // namespace shoal::plan
