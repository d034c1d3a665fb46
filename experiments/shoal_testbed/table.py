"""What `status` and `run` print."""

from . import cgroup


def paging(now):
    """name -> page-ins and bytes read from the swap device, of devices with limited memory."""
    groups = cgroup.find()
    return {device.name: (groups.page_ins(device),
                          groups.swapped_in_bytes(device, now.swap_device)
                          if now.swap_device else 0)
            for device in now.devices if device.memory_bytes}


def difference(after, before):
    return {name: tuple(a - b for a, b in zip(after[name], before[name])) for name in after}


def paging_lines(counts):
    return [f"{name}: {page_ins} page-ins, {swapped / 1e6:.1f} MB read from swap"
            for name, (page_ins, swapped) in counts.items()]


def _line(device):
    if device.is_cut:
        return "cut"
    rate = device.bits_per_second / device.line_divisor
    return f"{rate / 1e6:g} Mbit/s"


def _cpu(device):
    return f"{device.cpus / device.cpu_divisor:g}" if device.cpus else "all"


def _memory(device):
    return f"{device.memory_bytes / 1e6:.0f} MB" if device.memory_bytes else "all"


def _swap(device):
    rate = device.swap_bytes_per_second
    return f"{rate / 1e6:g} MB/s" if rate else "none"


def status_lines(now):
    counts = paging(now)
    head = ("host", "address", "line", "CPUs", "memory", "swap", "page-ins", "from swap")
    rows = [head]
    for device in now.devices:
        page_ins, swapped = counts.get(device.name, (None, None))
        rows.append((device.name, device.address, _line(device), _cpu(device), _memory(device),
                     _swap(device), "" if page_ins is None else str(page_ins),
                     "" if swapped is None else f"{swapped / 1e6:.1f} MB"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows]
