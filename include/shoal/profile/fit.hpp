#pragma once

#include <span>

#include "shoal/profile/profile.hpp"

namespace shoal::profile {

/// The law, no coefficient negative, that is nearest to the measurements of one kind in relative
/// terms (least squares of predicted / measured - 1). An Error without any measurement.
Law fit(std::span<const Measurement> measurements);

/// Fits a law for every kind that the device has measurements of; those of least_time, which say
/// nothing of the kind, count only where there are no others.
void fit_laws(Device& device);

}  // namespace shoal::profile
