#pragma once

#include <string>

#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// A plan of one stage over all ranks from a short text, as for `--split`:
///
///     conv=spatial:4,fc=output:4,block1_conv1=channel:2/1/1,fc3=rank:2
///
/// Entries are LAYER=SCHEME:N (equal shares over the first N ranks), LAYER=SCHEME:S/S/… (a share
/// for each of the first ranks), LAYER=spatial:AxB (tiles, A along the height, B along the width;
/// `spatial-depth`, `spatial-width` and `spatial-height` cut that axis), LAYER=rank:R (whole on
/// rank R). LAYER is a layer of the network, or `conv`, `fc` or `all`: every convolution, dense
/// layer, or both, that the scheme fits and that has no entry of its own or by an earlier or a
/// narrower class. An entry for a separable
/// convolution holds for its depthwise half too, where the scheme fits that.
///
/// `spatial-fused` (or `spatial-width-fused` and so on) fuses a layer with those that read it
/// (fusion.hpp), which are split in space over the same ranks. For a layer of its own that must be
/// possible. For a class it holds for those of its layers for which it is; the others are
/// `spatial`. `block1_conv1=spatial-fused:4,conv=spatial:4` fuses the first two convolutions of
/// VGG16, `conv=spatial-fused:4` all of its thirteen.
///
/// `@K` behind the ranks streams a layer: `conv2=spatial:3@8` makes it in 8 chunks on each rank,
/// which are sent as they are made (Placement::chunks), `@K-descending` from the high end to the
/// low one, `@boundary-first` first what other ranks read (Placement::order).
///
/// An Error names the entry and what is wrong with it.
Plan parse_split(const std::string& text, int ranks, const graph::Graph& lowered);

}  // namespace shoal::plan
