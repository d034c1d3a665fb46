"""One peer with one model, in a process of its own: `worker PEER MODEL THREADS FOLDER`. Says what it is
in a line of JSON; then, for every line with a number, runs as often and answers with the seconds.
What it says of its model's first answers lets the peers be compared."""

import json
import os
import pathlib
import sys
import time

from . import networks, weights


def onnxruntime(model, threads, folder):
    import onnxruntime as runtime
    from . import onnx_model
    path = folder / "model.onnx"
    onnx_model.save(model, path)
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    path.unlink()
    frame = {"input": weights.frame(model)}
    return runtime.__version__, lambda: session.run(None, frame)[0]


def openvino(model, threads, folder):
    import openvino as ov
    from . import onnx_model
    path = folder / "model.onnx"
    onnx_model.save(model, path)
    how = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False,
           "INFERENCE_PRECISION_HINT": "f32"}
    compiled = ov.Core().compile_model(str(path), "CPU", how)
    path.unlink()
    request, frame = compiled.create_infer_request(), weights.frame(model)
    return ov.__version__, lambda: request.infer([frame], share_inputs=True)[0]


def pytorch(model, threads, _):
    import torch
    from . import torch_model
    torch.set_num_threads(threads)
    frame = torch.from_numpy(weights.frame(model))
    best = None
    with torch.no_grad():
        for name, module in torch_model.candidates(model, frame):
            seconds = min(timed(lambda: module(frame)) for _ in range(4))  # noqa: B023
            if best is None or seconds < best[0]:
                best = seconds, name, module
    _, name, module = best

    def run():
        with torch.no_grad():
            return module(frame).numpy()
    return f"{torch.__version__} ({name})", run


def ncnn(model, threads, folder):
    import ncnn as library
    from . import ncnn_model
    stem = folder / "model"
    ncnn_model.save(model, stem)
    net = library.Net()
    net.opt.num_threads = threads
    # Like the others in single precision, which is not what it does by itself.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = net.opt.use_bf16_packed = False
    if net.load_param(f"{stem}.param") or net.load_model(f"{stem}.bin"):
        sys.exit("ncnn does not load the model")
    for ending in (".param", ".bin"):
        stem.with_suffix(ending).unlink()
    array = weights.frame(model)[0]  # which a Mat does not keep alive
    frame = library.Mat(array).clone()
    last = model.steps[-1].name

    def run():
        import numpy
        extractor = net.create_extractor()
        extractor.input("input", frame)
        return numpy.array(extractor.extract(last)[1])
    return library.__version__, run


def tensorflow(model, threads, _):
    import tensorflow as tf
    from . import tensorflow_model
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    frame = tf.constant(tensorflow_model.last(weights.frame(model)))
    run = tf.function(tensorflow_model.Model(model)).get_concrete_function(frame)
    return tf.__version__, lambda: tensorflow_model.first(run(frame)).numpy()


PEERS = {f.__name__: f for f in (onnxruntime, openvino, ncnn, tensorflow, pytorch)}


def timed(run):
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main():
    peer, name, threads, folder = sys.argv[1:]
    # Libraries that write to the standard output are not to be mistaken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version, run = PEERS[peer](networks.model(name), int(threads), pathlib.Path(folder))
    first = run().ravel()[:16]
    print(json.dumps({"version": version, "first": [float(x) for x in first]}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps([timed(run) for _ in range(int(line))]), file=answers, flush=True)


if __name__ == "__main__":
    main()
