"""Where the peers come from: a virtual environment of their own in the output folder, and the
distribution's PyTorch."""

import os
import pathlib
import subprocess

from .failure import Failure

PYTHON = "/usr/bin/python3"
# The module and the package that has it. PyTorch's package brings gigabytes for graphics processors.
PEERS = {"onnxruntime": "onnxruntime", "openvino": "openvino", "ncnn": "ncnn",
         "tensorflow": "tensorflow-cpu"}
SHARED = {"numpy": "numpy", "onnx": "onnx"}
EXPERIMENTS = pathlib.Path(__file__).resolve().parents[1]


def prepare(folder):
    """(peer -> its Python, peer -> why it is missing)"""
    python = folder / "env" / "bin" / "python"
    if not python.exists():
        call([PYTHON, "-m", "venv", folder / "env"], "apt-get install python3-venv")
    missing = {}
    for module, package in (SHARED | PEERS).items():
        if not has(python, module):
            done = subprocess.run([python, "-m", "pip", "install", "-q", package], text=True,
                                  capture_output=True, check=False)
            if done.returncode != 0:
                missing[module] = f"pip: {(done.stderr.strip().splitlines() or ['failed'])[-1]}"
    if {"numpy", "onnx"} & set(missing):
        raise Failure(f"{folder / 'env'}: no numpy or onnx for the peers; is there a network?")
    found = {peer: python for peer in PEERS if peer not in missing}
    if has(PYTHON, "torch"):
        found["pytorch"] = pathlib.Path(PYTHON)
    else:
        missing["pytorch"] = "apt-get install python3-torch"
    return found, missing


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True,
                          check=False).returncode == 0


def call(words, mend):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{words[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1]}; {mend}")
    return done.stdout


def variables(threads):
    """No library is to start more threads than its peers."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return os.environ | {name: str(threads) for name in names} | {"PYTHONPATH": str(EXPERIMENTS)}


def pinned(cores, *words):
    return ["taskset", "-c", ",".join(map(str, cores)), *map(str, words)]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def blas_core():
    """What OpenBLAS takes the processor for, with its version; PyTorch and Shoal may use it."""
    code = ("import ctypes\nb = ctypes.CDLL('libopenblas.so.0')\n"
            "for f in (b.openblas_get_corename, b.openblas_get_config):\n"
            "    f.restype = ctypes.c_char_p\n"
            "print(b.openblas_get_corename().decode(), b.openblas_get_config().decode(), sep=', ')")
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no OpenBLAS"
