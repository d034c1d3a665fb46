"""What `shoal run --metrics` tells of a run as a whole."""

import statistics


def passages(lines):
    """(ticket, answer) of every frame in the order of the answers, in seconds.
    @param lines of the metrics: one for each rank's part of each frame, and others"""
    began, ended = {}, {}
    for line in lines:
        if "event" in line:
            continue
        frame = line["frame"]
        began[frame] = min(began.get(frame, line["began"]), line["began"])
        ended[frame] = max(ended.get(frame, line["ended"]), line["ended"])
    return sorted(((began[frame], ended[frame]) for frame in ended), key=lambda one: one[1])


def interval(found, in_flight):
    """Between two answers in the steady state: as many answers are left out at the beginning and at
    the end as there are frames in flight, and of the rest whole rounds are counted, since replicas
    answer in bursts. What `shoal simulate` does."""
    rounds = len(found) // in_flight - 2
    if rounds < 1:
        raise ValueError(f"{len(found)} frames show no steady state, {3 * in_flight} would")
    first, last = in_flight - 1, in_flight - 1 + rounds * in_flight
    return (found[last][1] - found[first][1]) / (last - first)


def latency(found):
    """In the median, of a run with one frame at a time; the first frame warms up."""
    return statistics.median(end - begin for begin, end in found[1:])


def most_in_flight(plan):
    """That `shoal run` allows for the plan's document."""
    return plan.get("in_flight") or 2 * sum(len(stage.get("replicas", [None]))
                                            for stage in plan["stages"])
